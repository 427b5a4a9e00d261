import { applyFilter, rankWeights, samplingPlan } from '../ppo/filter.ts';
import { stream } from '../ppo/random.ts';
import { rankWithin } from '../ppo/ranks.ts';
import { binned, passRateByRank, r2Binned, r2WithInterval, wilson } from '../ppo/reliability.ts';
import type { Bin, R2, Rate } from '../ppo/reliability.ts';
import type { Batch } from '../protocol/batch.ts';
import { filterNames, type FilterConfig, type FilterName } from '../protocol/config.ts';

/** `unjudged`: its tests have not been run yet; `unknown`: they could not be run. */
export type Result = 'passed' | 'failed' | 'unjudged' | 'unknown';

/** One response as the matrix draws it. */
export interface Cell {
  /** Row of the batch: prompt · groupSize + sample. */
  row: number;
  prompt: number;
  /** 0 is the best-scored of its prompt. */
  rank: number;
  rmScore: number;
  result: Result;
  /** Share of tests passed, where known. */
  testScore: number | undefined;
  /** How often PPO learns from it; above 1 only when resampled. */
  kept: number;
}

/** A batch, ranked: what the figures draw. */
export interface BatchView {
  update: number;
  groupSize: number;
  taskIds: readonly string[];
  /** (P, N) best-scored first. */
  cells: Cell[][];
  filter: FilterConfig;
  /** True where the filter is another than the batch was trained with: what it *would* keep. */
  preview: boolean;
  /** (N) share of the draw per rank, summing to 1. */
  weights: number[];
  keptCount: number;
  /** (N) true pass rate per rank; undefined until judged. */
  rates: Rate[] | undefined;
  /** Over the whole batch; undefined until judged. */
  passRate: Rate | undefined;
}

export function sameFilter(a: FilterConfig, b: FilterConfig): boolean {
  return a.name === b.name && a.mode === b.mode && a.keep === b.keep && a.profile.join() === b.profile.join();
}

/** 1 passed, 0 failed, NaN unknown. (P·N) */
function passes(testScores: ArrayLike<number>): Float32Array {
  return Float32Array.from(testScores, (score) => (Number.isNaN(score) ? NaN : score === 1 ? 1 : 0));
}

function resultOf(testScore: number | undefined): Result {
  if (testScore === undefined) return 'unjudged';
  if (Number.isNaN(testScore)) return 'unknown';
  return testScore === 1 ? 'passed' : 'failed';
}

/** Each filter draws from a stream of its own, so that its numbers do not depend on which one is on. */
const pathOf = (name: FilterName) => filterNames.indexOf(name);

/**
 * Ranks a batch for drawing. With `preview`, what that filter would keep of these same responses, drawn by the functions
 * that training uses from the stream `what-if`; else what was kept.
 * @param testScores (P·N), undefined until judged, NaN where the judge itself failed
 */
export function viewBatch(
  batch: Batch,
  testScores: Float32Array | undefined,
  preview: FilterConfig | undefined,
  seed: number,
): BatchView {
  const { update, groupSize, promptCount, rmScores, taskIds } = batch;
  const ranked = rankWithin(rmScores, groupSize);
  const filter = preview ?? batch.filter;
  const kept = preview
    ? applyFilter(rmScores, groupSize, preview, stream(seed, 'what-if', update, pathOf(preview.name))).kept
    : batch.kept;
  const times = new Uint16Array(rmScores.length);
  for (const row of kept) times[row]++;
  const cells = Array.from({ length: promptCount }, (_, prompt) =>
    Array.from({ length: groupSize }, (_, rank): Cell => {
      const row = ranked[prompt * groupSize + rank];
      const testScore = testScores?.[row];
      const known = testScore === undefined || Number.isNaN(testScore) ? undefined : testScore;
      return {
        row,
        prompt,
        rank,
        rmScore: rmScores[row],
        result: resultOf(testScore),
        testScore: known,
        kept: times[row],
      };
    }),
  );
  const passed = testScores && passes(testScores);
  const judged = passed?.filter((pass) => !Number.isNaN(pass));
  return {
    update,
    groupSize,
    taskIds,
    cells,
    filter,
    preview: preview !== undefined,
    weights: preview
      ? rankWeights(preview, groupSize)
      : Array.from({ length: groupSize }, (_, rank) => batch.weights[ranked[rank]]),
    keptCount: kept.length,
    rates: passed && passRateByRank(ranked, passed, groupSize),
    passRate: judged && wilson(judged.filter((pass) => pass === 1).length, judged.length),
  };
}

/** Score against truth over all responses of a batch. */
export interface Reliability {
  bins: Bin[];
  /** The line through the bins' means, and how well it fits them. */
  line: { r2: number; slope: number; intercept: number } | undefined;
  /** Per response, over the whole batch. */
  r2: R2;
  scores: Float32Array;
  passed: Float32Array;
}

/** @param testScores (P·N) */
export function reliabilityOf(batch: Batch, testScores: Float32Array, seed: number): Reliability {
  const passed = passes(testScores);
  const { bins } = binned(batch.rmScores, passed);
  return {
    bins,
    line: r2Binned(bins),
    r2: r2Of(batch, passed, undefined, seed, pathOf('none')),
    scores: batch.rmScores,
    passed,
  };
}

/** What one filter would keep of a batch, and how far the score tells the truth about that. */
export interface Comparison {
  filter: FilterConfig;
  /** The filter that is on now. */
  active: boolean;
  kept: number;
  r2: R2;
}

const compared: readonly FilterName[] = ['best-worst', 'best-random', 'best-of-n', 'random-k', 'none'];

/**
 * R² of every filter on one and the same batch, in a fixed order, the active one's as it was really drawn. `single` is a way of
 * sampling, not of choosing among these responses: it is compared only where it is what made the batch.
 */
export function compareFilters(
  batch: Batch,
  testScores: Float32Array,
  active: FilterConfig,
  seed: number,
): Comparison[] {
  const passed = passes(testScores);
  const names = batch.groupSize === 1 ? [batch.filter.name] : [...compared];
  if (!names.includes(active.name) && active.name !== 'single') names.unshift(active.name);
  return names.map((name) => {
    const filter = { ...active, name };
    const drawn = sameFilter(filter, batch.filter)
      ? batch.kept
      : applyFilter(
          batch.rmScores,
          batch.groupSize,
          filter,
          stream(seed, 'what-if', batch.update, pathOf(name)),
        ).kept;
    return {
      filter,
      active: name === active.name,
      kept: drawn.length,
      r2: r2Of(batch, passed, drawn, seed, pathOf(name)),
    };
  });
}

function r2Of(
  batch: Batch,
  passed: Float32Array,
  rows: readonly number[] | undefined,
  seed: number,
  path: number,
): R2 {
  const chosen = rows ?? Array.from(batch.rmScores, (_, row) => row);
  return r2WithInterval(
    chosen.map((row) => batch.rmScores[row]),
    chosen.map((row) => passed[row]),
    chosen.map((row) => Math.floor(row / batch.groupSize)),
    stream(seed, 'bootstrap', batch.update, path),
  );
}

/** The share of `rank` becomes `share` (0 … 1); the others keep their proportions, or share alike if all were 0. */
export function withShare(profile: readonly number[], rank: number, share: number): number[] {
  const wanted = Math.min(1, Math.max(0, share));
  const others = profile.reduce((sum, weight, index) => (index === rank ? sum : sum + weight), 0);
  const round = (value: number) => Math.round(value * 1e4) / 1e4;
  if (profile.length === 1) return [1];
  return profile.map((weight, index) => {
    if (index === rank) return round(wanted);
    return round(others > 0 ? (weight / others) * (1 - wanted) : (1 - wanted) / (profile.length - 1));
  });
}

/** Prompts and responses of the next update, in numbers: what `single` makes of the same budget included. */
export function plannedCounts(filter: FilterConfig, promptsPerUpdate: number, groupSize: number) {
  const plan = samplingPlan(filter, promptsPerUpdate, groupSize);
  return {
    prompts: plan.promptCount,
    groupSize: plan.groupSize,
    programs: plan.promptCount * plan.groupSize,
  };
}
