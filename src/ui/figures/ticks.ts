/** Round numbers (1, 2 or 5 times a power of ten apart) from `low` to `high`, at most `most` of them. */
export function axisTicks(low: number, high: number, most: number): number[] {
  if (!(high > low) || most < 1) return [];
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Dividing by a whole number keeps 0.3 from becoming 0.30000000000000004.
  const scale = step < 1 ? Math.round(1 / step) : 1 / step;
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) / scale || 0);
}

/**
 * Round numbers from `low` to `high` (above 0) on a log axis, at most `most` of them: 1, 2 and 5 times the powers of ten, or 1 and 3 times,
 * or the powers alone; of many powers every second, third, …
 */
export function logTicks(low: number, high: number, most: number): number[] {
  if (!(low > 0 && high > low) || most < 1) return [];
  const first = Math.floor(Math.log10(low));
  const powers = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, i) => first + i);
  const within = (factors: readonly number[], every: number) =>
    powers
      .filter((power) => power % every === 0)
      .flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)))
      .filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
  const fine = [[1, 2, 5], [1, 3], [1]].map((factors) => within(factors, 1));
  const found = fine.find(({ length }) => length <= most);
  if (found) return found;
  let every = 2;
  while (within([1], every).length > most) every++;
  return within([1], every);
}
