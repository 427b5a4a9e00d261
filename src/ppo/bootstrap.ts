import type { RandomStream } from '../protocol/random-stream.ts';

/** Sums of one prompt's responses about the means of all. */
interface PromptSums {
  n: number;
  x: number;
  y: number;
  xx: number;
  yy: number;
  xy: number;
}

/**
 * The 2.5 % and 97.5 % points of Pearson's correlation over bootstrap samples that draw whole groups with replacement.
 * Draws in which a side does not vary have none and are left out; undefined if they are more than half.
 * @param rows those that count, at least one; finite on both sides
 * @param draws bootstrap samples
 */
export function correlationInterval(
  scores: ArrayLike<number>,
  truths: ArrayLike<number>,
  groups: ArrayLike<number>,
  rows: readonly number[],
  random: RandomStream,
  draws: number,
): [low: number, high: number] | undefined {
  const prompts = sumsByGroup(scores, truths, groups, rows);
  return percentileInterval(
    Array.from({ length: draws }, () =>
      correlationOf(prompts.map(() => prompts[random.integer(prompts.length)])),
    ),
  );
}

/**
 * The 2.5 % and 97.5 % points of a statistic's values over bootstrap samples. Samples that have none are left out;
 * undefined if they are more than half.
 */
export function percentileInterval(
  values: readonly (number | undefined)[],
): [low: number, high: number] | undefined {
  const drawn = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  if (drawn.length === 0 || drawn.length * 2 < values.length) return undefined;
  return [quantile(drawn, 0.025), quantile(drawn, 0.975)];
}

/** What a draw of whole prompts needs to know of each: with this, a draw costs prompts, not responses. */
function sumsByGroup(
  scores: ArrayLike<number>,
  truths: ArrayLike<number>,
  groups: ArrayLike<number>,
  rows: readonly number[],
): PromptSums[] {
  const mean = (values: ArrayLike<number>) =>
    rows.reduce((total, row) => total + values[row] / rows.length, 0);
  const meanX = mean(scores);
  const meanY = mean(truths);
  const byGroup = new Map<number, PromptSums>();
  for (const row of rows) {
    const of = byGroup.get(groups[row]) ?? { n: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
    const x = scores[row] - meanX;
    const y = truths[row] - meanY;
    of.n++;
    of.x += x;
    of.y += y;
    of.xx += x * x;
    of.yy += y * y;
    of.xy += x * y;
    byGroup.set(groups[row], of);
  }
  return [...byGroup.values()];
}

/** Pearson's correlation over prompts, which may repeat; undefined if a side does not vary. */
function correlationOf(prompts: readonly PromptSums[]): number | undefined {
  const all: PromptSums = { n: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
  for (const one of prompts) {
    all.n += one.n;
    all.x += one.x;
    all.y += one.y;
    all.xx += one.xx;
    all.yy += one.yy;
    all.xy += one.xy;
  }
  const xx = all.xx - (all.x * all.x) / all.n;
  const yy = all.yy - (all.y * all.y) / all.n;
  // A side that does not vary leaves what rounding leaves of the difference, not 0.
  if (xx <= 1e-12 * all.xx || yy <= 1e-12 * all.yy) return undefined;
  return (all.xy - (all.x * all.y) / all.n) / Math.sqrt(xx) / Math.sqrt(yy);
}

/** The q-quantile of sorted values, at least one, interpolated linearly. */
export function quantile(sorted: readonly number[], q: number): number {
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
