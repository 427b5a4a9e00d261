import { asRead, count, fixed, signed } from '../format.ts';
import type { Order, Row, Sortable } from './rows.ts';

/** A column as it is shown. */
export interface Column {
  name: Sortable;
  label: string;
  hint: string;
  /** Of the grid. */
  track: string;
  isNumber: boolean;
  text: (row: Row) => string;
}

const UNKNOWN = '–';

const verdicts = {
  passed: /* @wc-include */ 'passes',
  failed: /* @wc-include */ 'fails',
  unjudged: 'not judged',
  unknown: /* @wc-include */ 'unknown',
} as const;

const known = (value: number | undefined, text: (value: number) => string) =>
  value === undefined || Number.isNaN(value) ? UNKNOWN : text(value);

function column(
  name: Sortable,
  label: string,
  track: string,
  hint: string,
  text: (row: Row) => string,
): Column {
  return { name, label, hint, track, isNumber: !track.startsWith('minmax') && name !== 'verdict', text };
}

export const columns: readonly Column[] = [
  column('prompt', /* @wc-include */ 'prompt', 'minmax(160px, 1.1fr)', 'What was asked for', ({ prompt }) =>
    asRead(prompt),
  ),
  column(
    'body',
    /* @wc-include */ 'program',
    'minmax(190px, 1.4fr)',
    'What the policy wrote',
    ({ body }) => body,
  ),
  column('score', /* @wc-include */ 'score', '52px', 'What the teacher thinks of it', ({ score }) =>
    signed(score),
  ),
  column('truth', /* @wc-include */ 'truth', '58px', 'Share of its tests that it passes', ({ truth }) =>
    known(truth, (value) => `${Math.round(value * 100)} %`),
  ),
  column(
    'verdict',
    /* @wc-include */ 'verdict',
    '64px',
    'Whether it passes every test',
    ({ verdict }) => verdicts[verdict],
  ),
  column('rank', /* @wc-include */ 'rank', '38px', 'By score, among those to the same prompt', ({ rank }) =>
    String(rank),
  ),
  column('kept', /* @wc-include */ 'kept', '46px', 'How often the filter keeps it', ({ kept }) =>
    kept > 1 ? `${kept} ×` : kept === 1 ? /* @wc-include */ 'kept' : UNKNOWN,
  ),
  column('weight', /* @wc-include */ 'weight', '52px', 'What the filter weighs it', ({ weight }) =>
    fixed(weight, 3),
  ),
  column(
    'advantage',
    /* @wc-include */ 'advantage',
    '72px',
    'Mean over its tokens, where it was learned from',
    (row) => known(row.advantage, signed),
  ),
  column('kl', 'KL', '46px', 'Nats over the whole response, where it was learned from', ({ kl }) =>
    known(kl, (value) => fixed(value, 3)),
  ),
  column('tokens', /* @wc-include */ 'tokens', '50px', 'Length, the end token included', ({ tokens }) =>
    count(tokens),
  ),
];

/** What a click on a column's head asks for: the other way round where it is sorted by that one, else the end that is looked for. */
export function orderAfter(order: Order | undefined, by: Sortable): Order {
  if (order?.by === by) return { by, descending: !order.descending };
  return { by, descending: !['prompt', 'body', 'verdict', 'rank'].includes(by) };
}
