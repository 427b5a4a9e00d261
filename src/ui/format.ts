/** How numbers are written on this page: a true minus, a leading zero, no more digits than mean something. */

const MINUS = '\u2212';

/** `digits` decimals, a true minus; 'undefined' in words where there is no number. */
export function fixed(value: number | undefined, digits = 2): string {
  if (value === undefined || !Number.isFinite(value)) return 'undefined';
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** As `fixed`, with a plus in front of what is above zero: scores and advantages. */
export function signed(value: number | undefined, digits = 2): string {
  const text = fixed(value, digits);
  return value !== undefined && value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** 1234567 → "1,234,567" */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/**
 * "1 program", "256 programs".
 *
 * @param forms of the word, in the order that `formOf` says; a language may have more than English has
 */
export function counted(
  value: number,
  forms: readonly string[],
  formOf: (value: number) => number = (n) => (n === 1 ? 0 : 1),
): string {
  return `${count(value)} ${forms[formOf(value)]}`;
}

/** 2048 → "2 kB"; 1,000 bytes to a kB, as networks count. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  if (value < 1e6) return `${Math.round(value / 1000)} kB`;
  return `${(value / 1e6).toFixed(1)} MB`;
}

/** A share of a whole as a simple fraction where it is one ("1/2", "1/14"), else two decimals. */
export function share(value: number): string {
  if (value === 0) return '0';
  if (value === 1) return '1';
  const parts = Math.round(1 / value);
  return parts <= 64 && Math.abs(1 / value - parts) < 1e-4 * parts ? `1/${parts}` : value.toFixed(2);
}

/** A statement without the smallest words, which the policy does not read either: what differs has to fit. */
export function asRead(statement: string): string {
  return statement.replace(/\b(the|that|are) /g, '');
}

/** Cuts `text` with an ellipsis so that `measure` (pixels) fits `width`. */
export function fitText(text: string, width: number, measure: (text: string) => number): string {
  if (measure(text) <= width) return text;
  let fits = 0;
  let fails = text.length;
  while (fails - fits > 1) {
    const middle = (fits + fails) >> 1;
    if (measure(text.slice(0, middle).trimEnd() + '…') <= width) fits = middle;
    else fails = middle;
  }
  return text.slice(0, fits).trimEnd() + '…';
}
