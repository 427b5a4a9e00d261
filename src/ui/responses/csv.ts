import type { FilterConfig } from '../../protocol/config.ts';
import type { BatchView } from '../batch-view.ts';
import { csv } from '../csv.ts';
import type { Row } from './rows.ts';

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

/** Rows as a CSV file, in their order, under the filter that is shown. */
export function csvOf(
  rows: readonly Row[],
  { update, filter }: Pick<BatchView, 'update'> & { filter: Pick<FilterConfig, 'name'> },
): string {
  const head = ['update', 'filter', ...Object.keys(columns)];
  return csv(
    head,
    rows.map((row) => [update, filter.name, ...Object.values(columns).map((of) => of(row))]),
  );
}
