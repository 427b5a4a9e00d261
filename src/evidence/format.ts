/** Numbers as tables and figures write them, three digits each, with a true minus sign. */

const unknown = '–';

/** Three decimals. */
export function decimals(value: number): string {
  if (!Number.isFinite(value)) return unknown;
  const text = Math.abs(value).toFixed(3);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** Three decimals, with a plus where it is above 0. */
export function signed(value: number): string {
  const text = decimals(value);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** Three significant digits, no zeros to fill them up. */
export function shortest(value: number): string {
  return String(Number(value.toPrecision(3))).replace('-', '−');
}

/** Mean ± half of its interval; the mean alone where there is none. */
export function withHalf(
  { mean, low, high }: { mean: number; low: number; high: number },
  write: (value: number) => string,
): string {
  const half = (high - low) / 2;
  return Number.isFinite(half) ? `${write(mean)} ± ${decimals(half)}` : write(mean);
}

export function chance(p: number): string {
  return p < 0.001 ? '<0.001' : decimals(p);
}
