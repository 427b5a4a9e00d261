/** Filters of this folder as a visitor could write them. Each is tested to keep what its model keeps. */
import type { FilterConfig } from '../../protocol/config.ts';

export interface OwnExample {
  title: string;
  code: string;
  /** The filter that it is, but for the number of responses per prompt. */
  like: Pick<FilterConfig, 'name'> & Partial<FilterConfig>;
}

/** The first is what a visitor begins with. */
export const ownExamples: readonly OwnExample[] = [
  {
    title: 'best-worst',
    code: `// Called once for every prompt. Keeps the best and the worst response.
function filter(group) {
  const last = group.responses.length - 1;
  return group.responses.map((r) => r.rank === 0 || r.rank === last);
}
`,
    like: { name: 'best-worst', mode: 'select', keep: 2 },
  },
  {
    title: 'best-of-n',
    code: `// Keeps the best response alone.
function filter(group) {
  return group.responses.map((r) => r.rank === 0);
}
`,
    like: { name: 'best-of-n', mode: 'select' },
  },
  {
    title: 'best k + worst k',
    code: `// Keeps the k best and the k worst.
const k = 2;
function filter(group) {
  const n = group.responses.length;
  return group.responses.map((r) => r.rank < k || r.rank >= n - k);
}
`,
    like: { name: 'best-worst', mode: 'select', keep: 4 },
  },
  {
    title: 'a threshold: top',
    code: `// Keeps what scores above the mean of the batch: many of an easy prompt, few of a hard one.
function filter(group, batch) {
  return group.responses.map((r) => r.score > batch.mean);
}
`,
    like: { name: 'top' },
  },
  {
    title: 'two thresholds: top-bottom',
    code: `// Keeps what is half a deviation above or below the mean of the batch.
function filter(group, batch) {
  const width = 0.5 * batch.deviation;
  return group.responses.map((r) => Math.abs(r.score - batch.mean) > width);
}
`,
    like: { name: 'top-bottom' },
  },
  {
    title: 'a rank profile',
    code: `// A weight for every rank, from the best on, and from the worst on. 0.5 would be kept every second time.
const best = [1, 1];
const worst = [1];
function filter(group) {
  const n = group.responses.length;
  return group.responses.map((r) => Math.max(best[r.rank] ?? 0, worst[n - 1 - r.rank] ?? 0));
}
`,
    like: { name: 'rank-profile', mode: 'select', keep: 3, profile: [1, 1, 0, 0, 0, 0, 0, 1] },
  },
  {
    title: 'no filter',
    code: `// Keeps every response.
function filter(group) {
  return group.responses.map(() => 1);
}
`,
    like: { name: 'none', mode: 'select' },
  },
];
