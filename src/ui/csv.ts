/** What a spreadsheet would take for a formula, had it the chance. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

/** Text is always quoted; one that begins like a formula gets an apostrophe in front, as spreadsheets have it. */
function quoted(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

type Cell = string | number | undefined;

function cell(value: Cell): string {
  if (typeof value === 'string') return quoted(value);
  return value === undefined || Number.isNaN(value) ? '' : String(value);
}

const isBare = (word: string) => /^[a-z][\w@ ]*$/i.test(word);

/** A head and lines as a CSV file (RFC 4180): numbers with all their digits, empty where nothing is known. */
export function csv(head: readonly string[], lines: readonly (readonly Cell[])[]): string {
  const names = head.map((word) => (isBare(word) ? word : quoted(word)));
  return [names.join(','), ...lines.map((line) => line.map(cell).join(',')), ''].join('\r\n');
}
