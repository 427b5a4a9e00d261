/** What this tab remembers over a reload. Where storage is forbidden it remembers nothing, which the run itself tells of. */

/** What was remembered last; undefined of nothing, or of what cannot be read. */
export function recall(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** @param value anything that JSON has; undefined to forget */
export function remember(key: string, value: unknown): void {
  try {
    if (value === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Forbidden, or full: then it is not remembered.
  }
}
