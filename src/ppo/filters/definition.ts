/** What every filter is, and what several of them need. */
import type { FilterConfig } from '../../protocol/config.ts';
import type { RandomStream } from '../../protocol/random-stream.ts';

/** A filter's words for a visitor, as the page's glossary shows them. */
export interface FilterWords {
  title: string;
  text: string;
  /** What the paper says of it (arXiv 2409.06957). */
  paper?: string;
  /** Where in the paper that is: "section 4, table 1", by the numbers of the version that the glossary names. */
  section?: string;
  /** What nobody has shown yet. */
  unknown?: string;
}

/** What is known of any filter. */
interface Described {
  readonly name: string;
  /** Whether the page compares it with the one that is on. */
  readonly isCompared: boolean;
  /** Offered behind the others. */
  readonly isRare?: true;
  readonly words: FilterWords;
}

/** One way to choose, per prompt and by rank, what is learned from. Ranks count from 0, the best score first. */
export interface RankFilter extends Described {
  /** Options that it reads in mode `select`, besides which none has a meaning. */
  readonly reads: readonly ('keep' | 'profile')[];
  /** The most of N that it can keep in mode `select`; all of them where it does not say. */
  most?(groupSize: number): number;
  /** In mode `select`: how many of N are kept. */
  keeps(config: FilterConfig, groupSize: number): number;
  /**
   * (N) the paper's w: a weight per rank, summing to 1. In mode `resample` what responses are drawn by; in mode `select` the expected
   * share of the kept ones that have this rank.
   * @param scores (N) of a group, best first, where they are known; only a filter that `readsScores` looks at them
   */
  weights(config: FilterConfig, groupSize: number, scores?: readonly number[]): number[];
  /** What it keeps depends on the scores themselves, not on their order alone. Of no scores its weights are all alike. */
  readonly readsScores?: true;
  /** In mode `select`: the ranks kept of a group whose ranks weigh `weights`. Draws from `random` alone. */
  select(config: FilterConfig, weights: readonly number[], random: RandomStream): number[];
  /** To follow "NAME keeps k of N". */
  says?(config: FilterConfig, groupSize: number): string;
  /** Where it is a way of sampling rather than of choosing. */
  readonly sampling?: {
    /** What P prompts with N responses each become. */
    plan: (promptCount: number, groupSize: number) => { promptCount: number; groupSize: number };
    /** To follow its name. */
    says: string;
  };
}

/** A batch as a filter sees it. */
export interface ScoredBatch {
  /** (P·N) row = prompt · groupSize + sample; none is NaN. */
  scores: Float32Array;
  groupSize: number;
  /** (P·N) shares of tests passed, NaN where unknown. Empty for a filter that does not read them. */
  truths: ArrayLike<number>;
  /** (P·N) each row's chance to be kept, as the code of a filter that runs code says. Empty for the others. */
  byCode: ArrayLike<number>;
}

/**
 * One way to choose that looks at more than ranks within a prompt. How much it keeps, of a prompt or of all, depends on the batch,
 * and may be nothing. It has no options, and the mode makes no difference to it: it selects, or it draws.
 */
export interface BatchFilter extends Described {
  readonly readsScores: true;
  /** It waits for the unit tests. */
  readonly readsTruth?: true;
  /** Its chances are what code in its configuration says, which is run elsewhere. */
  readonly runsCode?: true;
  /** (P·N) each row's chance to be kept, 0 … 1; of one that draws, what rows are drawn by, at least 0, up to a factor. */
  chances(batch: ScoredBatch): number[];
  /** It draws P·N rows with repetition, from all prompts alike. */
  readonly isDrawn?: true;
  /** To follow "NAME keeps ", or "NAME draws as many as there are, with repetition, ". */
  readonly says: string;
}

export type Filter = RankFilter | BatchFilter;

export const ranksOf = (groupSize: number) => Array.from({ length: groupSize }, (_, rank) => rank);
export const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
export const bests = (count: number) => (count === 1 ? 'the best' : `the ${count} best`);
export const worsts = (count: number) => (count === 1 ? 'the worst' : `the ${count} worst`);

/** The ⌈keep/2⌉ first and ⌊keep/2⌋ last of so many ranks. */
export function bestAndWorst(keep: number, groupSize: number): number[] {
  const best = Math.ceil(keep / 2);
  return ranksOf(keep).map((place) => (place < best ? place : groupSize - keep + place));
}

/** What a filter is that keeps the same `keep` ranks of every group, each with weight 1/keep; in mode `resample` those of keep = 2. */
export function fixedRanks(
  ranksKept: (keep: number, groupSize: number) => number[],
  most: (groupSize: number) => number = (groupSize) => groupSize,
): Pick<RankFilter, 'reads' | 'most' | 'keeps' | 'weights' | 'select'> {
  return {
    reads: ['keep'],
    most,
    keeps: ({ keep }) => keep,
    weights({ mode, keep }, groupSize) {
      const k = mode === 'select' ? keep : Math.min(2, most(groupSize));
      const kept = ranksKept(k, groupSize);
      return ranksOf(groupSize).map((rank) => (kept.includes(rank) ? 1 / k : 0));
    },
    select: ({ keep }, weights) => ranksKept(keep, weights.length),
  };
}

/** One place with probability in proportion to its weight; never one of weight 0. One of them at least is above 0. */
export function drawByWeight(weights: readonly number[], random: RandomStream): number {
  let left = random.uniform() * sum(weights);
  let drawn = 0;
  for (let place = 0; place < weights.length; place++) {
    if (weights[place] === 0) continue;
    drawn = place;
    if (left < weights[place]) break;
    left -= weights[place];
  }
  return drawn;
}

/** Keeps the `keep` ranks that `ranksKept` finds in a group's scores, best first: each then weighs 1/k. */
export function scoredRanks(
  ranksKept: (scores: readonly number[], keep: number) => number[],
): Pick<RankFilter, 'reads' | 'keeps' | 'weights' | 'select' | 'readsScores'> {
  return {
    reads: ['keep'],
    keeps: ({ keep }) => keep,
    readsScores: true,
    weights({ mode, keep }, groupSize, scores) {
      if (!scores) return ranksOf(groupSize).map(() => 1 / groupSize);
      const kept = ranksKept(scores, mode === 'select' ? keep : Math.min(2, groupSize));
      return ranksOf(groupSize).map((rank) => (kept.includes(rank) ? 1 / kept.length : 0));
    },
    select: (_, weights) => ranksOf(weights.length).filter((rank) => weights[rank] > 0),
  };
}

export const meanOf = (values: readonly number[]) => sum(values) / values.length;

/** Scores of the prompt to which a row belongs, the row's own among them. */
export function groupOf(row: number, { scores, groupSize }: ScoredBatch): number[] {
  const start = row - (row % groupSize);
  return Array.from(scores.subarray(start, start + groupSize));
}
