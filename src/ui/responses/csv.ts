import type { FilterConfig } from '../../protocol/config.ts';
import type { BatchView } from '../batch-view.ts';
import type { Row } from './rows.ts';

/** What a spreadsheet would take for a formula, had it the chance. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

/** Text is always quoted; one that begins like a formula gets an apostrophe in front, as spreadsheets have it. */
function quoted(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

function cell(value: string | number | undefined): string {
  if (typeof value === 'string') return quoted(value);
  return value === undefined || Number.isNaN(value) ? '' : String(value);
}

const columns: Record<string, (row: Row) => string | number | undefined> = {
  row: ({ row }) => row,
  task: ({ taskId }) => taskId,
  prompt: ({ prompt }) => prompt,
  program: ({ program }) => program,
  score: ({ score }) => score,
  truth: ({ truth }) => truth,
  verdict: ({ verdict }) => verdict,
  rank: ({ rank }) => rank,
  kept: ({ kept }) => kept,
  weight: ({ weight }) => weight,
  advantage: ({ advantage }) => advantage,
  kl: ({ kl }) => kl,
  tokens: ({ tokens }) => tokens,
};

/** Rows as a CSV file (RFC 4180), in their order, under the filter that is shown: numbers with all their digits, empty where nothing is known. */
export function csvOf(
  rows: readonly Row[],
  { update, filter }: Pick<BatchView, 'update'> & { filter: Pick<FilterConfig, 'name'> },
): string {
  const head = ['update', 'filter', ...Object.keys(columns)].join(',');
  const from = [update, quoted(filter.name)];
  const lines = rows.map((row) => [...from, ...Object.values(columns).map((of) => cell(of(row)))].join(','));
  return [head, ...lines, ''].join('\r\n');
}
