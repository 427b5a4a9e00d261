/** How often each value occurs, by its text. */
export function tally(values: readonly unknown[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  return counts;
}

/** Pearson's χ² of counts against probabilities; Infinity if something occurred that has none. */
export function chiSquared(
  counts: ReadonlyMap<string, number>,
  probabilities: ReadonlyMap<string, number>,
): number {
  if ([...counts.keys()].some((value) => !probabilities.has(value))) return Infinity;
  const n = [...counts.values()].reduce((sum, count) => sum + count, 0);
  let total = 0;
  for (const [value, probability] of probabilities) {
    total += ((counts.get(value) ?? 0) - n * probability) ** 2 / (n * probability);
  }
  return total;
}
