import { drawKept, filterOf, filters, fitFilter, rankWeights, reads, samplingPlan } from '../ppo/filter.ts';
import { pathOf, stream } from '../ppo/random.ts';
import { rankWithin } from '../ppo/ranks.ts';
import { binned, passRateByRank, r2Binned, r2WithInterval, wilson } from '../ppo/reliability.ts';
import type { Bin, R2, Rate } from '../ppo/reliability.ts';
import type { Batch } from '../protocol/batch.ts';
import type { FilterConfig } from '../protocol/config.ts';

/** `unjudged`: its tests have not been run yet; `unknown`: they could not be run. */
export type Result = 'passed' | 'failed' | 'unjudged' | 'unknown';

/** One response as the matrix draws it. */
export interface Cell {
  /** Row of the batch: prompt · groupSize + sample. */
  row: number;
  prompt: number;
  /** 0 is the best-scored of its prompt. */
  rank: number;
  score: number;
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
  /** Rows that the filter keeps, repeated when resampled. */
  kept: readonly number[];
  /** (N) share of the draw per rank, summing to 1. */
  weights: number[];
  /** (N) true pass rate per rank; undefined until judged. */
  rates: Rate[] | undefined;
  /** Over the whole batch; undefined until judged. */
  passRate: Rate | undefined;
}

function sameFilter(a: FilterConfig, b: FilterConfig): boolean {
  return a.name === b.name && a.mode === b.mode && a.keep === b.keep && a.profile.join() === b.profile.join();
}

/**
 * The filter that is shown on a batch: while nothing moves (`waiting`) the one that the visitor set, fitted to the batch's groups;
 * else, and where one of the two is a way of sampling, which cannot be tried afterwards, the one that it was trained with.
 */
export function triedFilter(batch: Batch, wanted: FilterConfig, waiting: boolean): FilterConfig {
  const fitted = fitFilter(wanted, batch.groupSize);
  const isSampling = filterOf(fitted).plan !== undefined || filterOf(batch.filter).plan !== undefined;
  if (!waiting || isSampling) return batch.filter;
  // Options that the filter does not read make it no other filter.
  return fitted.name === batch.filter.name && readsAlike(fitted, batch.filter) ? batch.filter : fitted;
}

function readsAlike(a: FilterConfig, b: FilterConfig): boolean {
  if (a.mode !== b.mode) return false;
  if (reads(a, 'keep') && a.keep !== b.keep) return false;
  return !reads(a, 'profile') || a.profile.join() === b.profile.join();
}

/** What has been worked out of a batch, so that every figure is given the same and nothing is drawn twice. */
const known = new WeakMap<object, Map<string, unknown>>();
function once<Value>(owner: object, key: string, make: () => Value): Value {
  const values = known.get(owner) ?? new Map<string, unknown>();
  known.set(owner, values);
  if (!values.has(key)) values.set(key, make());
  return values.get(key) as Value;
}
const keyOf = ({ name, mode, keep, profile }: FilterConfig) => [name, mode, keep, profile.join()].join(' ');

/**
 * Rows that a filter keeps of a batch: those that were kept, where it is the batch's own; else those that it would, drawn by the
 * functions that training uses from the stream `what-if`, each filter from a path of its own.
 */
function keptBy(batch: Batch, filter: FilterConfig, seed: number): readonly number[] {
  if (sameFilter(filter, batch.filter)) return batch.kept;
  return once(batch, `kept ${seed} ${keyOf(filter)}`, () =>
    drawKept(
      batch.scores,
      batch.groupSize,
      filter,
      stream(seed, 'what-if', batch.update, pathOf(filter.name)),
    ),
  );
}

/** 1 passed, 0 failed, NaN unknown. (P·N) */
function passes(testScores: Float32Array): Float32Array {
  return once(testScores, 'passes', () =>
    testScores.map((score) => (Number.isNaN(score) ? NaN : score === 1 ? 1 : 0)),
  );
}

function resultOf(testScore: number | undefined): Result {
  if (testScore === undefined) return 'unjudged';
  if (Number.isNaN(testScore)) return 'unknown';
  return testScore === 1 ? 'passed' : 'failed';
}

/**
 * Ranks a batch for drawing, under a filter that fits its groups (see `triedFilter`).
 * @param testScores (P·N), undefined until judged, NaN where the judge itself failed
 */
export function viewBatch(
  batch: Batch,
  testScores: Float32Array | undefined,
  filter: FilterConfig,
  seed: number,
): BatchView {
  const { update, groupSize, promptCount, scores, taskIds } = batch;
  const ranked = rankWithin(scores, groupSize);
  const kept = keptBy(batch, filter, seed);
  const preview = !sameFilter(filter, batch.filter);
  const times = new Uint16Array(scores.length);
  for (const row of kept) times[row]++;
  const cells = Array.from({ length: promptCount }, (_, prompt) =>
    Array.from({ length: groupSize }, (_, rank): Cell => {
      const row = ranked[prompt * groupSize + rank];
      const testScore = testScores?.[row];
      const result = resultOf(testScore);
      return {
        ...{ row, prompt, rank, result, score: scores[row], kept: times[row] },
        testScore: testScore === undefined || Number.isNaN(testScore) ? undefined : testScore,
      };
    }),
  );
  const passed = testScores && passes(testScores);
  const judged = passed?.filter((pass) => !Number.isNaN(pass));
  return {
    ...{ update, groupSize, taskIds, cells, filter, preview, kept },
    weights: preview
      ? rankWeights(filter, groupSize)
      : Array.from({ length: groupSize }, (_, rank) => batch.weights[ranked[rank]]),
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
  const { bins } = binned(batch.scores, passed);
  const all = batch.programs.map((_, row) => row);
  const r2 = once(testScores, `r2 ${seed} all`, () => r2Of(batch, passed, all, seed, pathOf('all')));
  return { bins, line: r2Binned(bins), r2, scores: batch.scores, passed };
}

/** What one filter would keep of a batch, and how far the score tells the truth about that. */
export interface Comparison {
  filter: FilterConfig;
  /** The one that is shown on the batch. */
  active: boolean;
  kept: number;
  r2: R2;
}

/**
 * R² of every filter on one and the same batch, in a fixed order, `shown` among them as it is drawn elsewhere. A way of sampling is no
 * choice among these responses: it is compared only where it is what made the batch.
 * @param shown see `triedFilter`
 * @param wanted whose options the other filters take over, as far as they fit
 */
export function compareFilters(
  batch: Batch,
  testScores: Float32Array,
  shown: FilterConfig,
  wanted: FilterConfig,
  seed: number,
): Comparison[] {
  const passed = passes(testScores);
  const compared =
    batch.groupSize === 1 ? [] : filters.filter(({ isCompared }) => isCompared).map(({ name }) => name);
  const names = compared.includes(shown.name) ? compared : [shown.name, ...compared];
  return names.map((name) => {
    const active = name === shown.name;
    const filter = active ? shown : fitFilter({ ...wanted, name }, batch.groupSize);
    const kept = keptBy(batch, filter, seed);
    const r2 = once(testScores, `r2 ${seed} ${keyOf(filter)}`, () =>
      r2Of(batch, passed, kept, seed, pathOf(name)),
    );
    return { filter, active, kept: kept.length, r2 };
  });
}

function r2Of(batch: Batch, passed: Float32Array, rows: readonly number[], seed: number, path: number): R2 {
  return r2WithInterval(
    rows.map((row) => batch.scores[row]),
    rows.map((row) => passed[row]),
    rows.map((row) => Math.floor(row / batch.groupSize)),
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
