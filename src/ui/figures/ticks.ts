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
