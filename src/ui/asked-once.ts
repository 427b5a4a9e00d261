/** What the address asks for by a parameter, which then stands there no longer; undefined where it does not. */
export function askedOnce(parameter: string): string | undefined {
  const address = new URL(location.href);
  const asked = address.searchParams.get(parameter);
  if (asked === null) return undefined;
  address.searchParams.delete(parameter);
  history.replaceState(history.state, '', address);
  return asked;
}
