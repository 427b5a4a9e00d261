/** All responses of a batch as rows of a table: what is known of each, which are wanted, and in what order. */
import type { Task } from '../../protocol/task.ts';
import type { BatchView, Result } from '../batch-view.ts';
import type { JudgedBatch } from '../run/run-model.ts';

/** One response. What is not known (yet) is undefined. */
export interface Row {
  /** Of the batch: prompt · groupSize + sample. */
  row: number;
  taskId: string;
  prompt: string;
  /** The whole function. */
  program: string;
  /** What is in it, on one line. */
  body: string;
  score: number;
  /** Share of tests passed. */
  truth: number | undefined;
  verdict: Result;
  /** 1 is the best-scored to its prompt. */
  rank: number;
  /** How often the filter that is shown keeps it. */
  kept: number;
  weight: number;
  /** Mean over its tokens, whitened, where it was learned from. */
  advantage: number | undefined;
  /** Nats over the whole response, where it was learned from. */
  kl: number | undefined;
  /** Length of the response, its end token included. */
  tokens: number;
}

/** What a table can be sorted by. */
export const sortable = [
  'prompt',
  'body',
  'score',
  'truth',
  'verdict',
  'rank',
  'kept',
  'weight',
  'advantage',
  'kl',
  'tokens',
] as const;
export type Sortable = (typeof sortable)[number];

export interface Order {
  by: Sortable;
  descending: boolean;
}

export const choices = ['all', 'kept', 'passes', 'fails', 'high-but-wrong'] as const;
export type Choice = (typeof choices)[number];

/** What a visitor wants to see of a batch. */
export interface Asked {
  choice: Choice;
  search: string;
  /** The lowest and the highest score that are wanted; else any. */
  scores?: readonly [number, number];
  /** The rank that is wanted, 1 the best-scored; else any. */
  rank?: number;
  /** Without it prompt by prompt, best-scored first. */
  order: Order | undefined;
}

/** Of all R responses, prompt by prompt, best-scored first. `tasks` (P) are those of the batch. */
export function rowsOf(
  { batch, experience }: JudgedBatch,
  { cells, rowWeights }: BatchView,
  tasks: readonly Pick<Task, 'id' | 'statement' | 'promptIds'>[],
): Row[] {
  const places = new Map(experience ? batch.kept.map((row, place) => [row, place]) : []);
  return cells.flat().map(({ row, prompt, rank, score, result, testScore, kept }) => {
    const { id, statement, promptIds } = tasks[prompt];
    const place = places.get(row) ?? -1;
    return {
      ...{ row, taskId: id, prompt: statement, program: batch.programs[row] },
      ...{ body: bodyOf(batch.programs[row]), score, truth: testScore, verdict: result },
      ...{ rank: rank + 1, kept, weight: rowWeights[row] },
      advantage: experience?.advantages[place],
      kl: experience?.kl[place],
      tokens: batch.lengths[row] - promptIds.length,
    };
  });
}

/** A program without its signature and its last brace, on one line. */
export function bodyOf(program: string): string {
  const lines = program.trimEnd().split('\n');
  return lines
    .slice(1, -1)
    .map((line) => line.trim())
    .join(' ');
}

/** The score that the best quarter of the rows has at least; those that score the same are in it too. */
export function highScore(rows: readonly Pick<Row, 'score'>[]): number {
  const scores = Float64Array.from(rows, ({ score }) => score).sort();
  return scores[scores.length - Math.ceil(scores.length / 4)];
}

/** The rows that a choice means, whose score and rank are wanted, and whose prompt or program has the words of `search`, in whatever case and spacing. */
export function chosenRows(
  rows: readonly Row[],
  { choice, search, scores: [low, high] = [-Infinity, Infinity], rank }: Omit<Asked, 'order'>,
): Row[] {
  const enough = highScore(rows);
  const isMeant: Record<Choice, (row: Row) => boolean> = {
    all: () => true,
    kept: ({ kept }) => kept > 0,
    passes: ({ verdict }) => verdict === 'passed',
    fails: ({ verdict }) => verdict === 'failed',
    'high-but-wrong': ({ score, truth }) => score >= enough && truth !== undefined && truth < 1,
  };
  const wanted = plain(search);
  const isFound = ({ prompt, program, body }: Row) =>
    wanted === '' || [prompt, body, program].some((text) => plain(text).includes(wanted));
  const isWanted = (row: Row) => row.score >= low && row.score <= high && row.rank === (rank ?? row.rank);
  return rows.filter((row) => isWanted(row) && isMeant[choice](row) && isFound(row));
}

const plain = (text: string) => text.toLowerCase().replace(/\s+/g, ' ').trim();

/** Failures, then passes, then what nobody knows. */
const verdictPlace: Record<Result, number | undefined> = {
  failed: 0,
  passed: 1,
  unjudged: undefined,
  unknown: undefined,
};

/** In order; what is unknown stands last either way, and equals stay as they were. */
export function sortedRows(rows: readonly Row[], { by, descending }: Order): Row[] {
  const valueOf = (row: Row) => (by === 'verdict' ? verdictPlace[row.verdict] : row[by]);
  const isUnknown = (value: string | number | undefined) => value === undefined || Number.isNaN(value);
  return rows.toSorted((one, other) => {
    const [a, b] = [valueOf(one), valueOf(other)];
    if (isUnknown(a) || isUnknown(b)) return Number(isUnknown(a)) - Number(isUnknown(b));
    const order = a! < b! ? -1 : a! > b! ? 1 : 0;
    return descending ? -order : order;
  });
}
