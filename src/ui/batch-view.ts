import { drawKept, filterKey, filterWeights, readsTruth, runsCode } from '../ppo/filter.ts';
import { pathOf, stream } from '../ppo/random.ts';
import { rankWithin } from '../ppo/ranks.ts';
import { passRateByRank, truthsOf, wilson, type Rate } from '../ppo/reliability.ts';
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
  /** (N) share of the draw per rank, summing to 1, or to 0 where nothing is kept. */
  weights: number[];
  /** (P·N) what the filter weighs each response. */
  rowWeights: Float32Array;
  /** (N) true pass rate per rank; undefined until judged. */
  rates: Rate[] | undefined;
  /** Over the whole batch; undefined until judged. */
  passRate: Rate | undefined;
}

/** Answers kept of one batch: a profile that is dragged asks for many, and needs few of them again. */
const KEPT_ANSWERS = 128;
const known = new WeakMap<object, Map<string, unknown>>();

/** What is asked of `owner` under `key`, worked out once; it goes with its owner. */
export function once<Value>(owner: object, key: string, make: () => Value): Value {
  const values = known.get(owner) ?? new Map<string, unknown>();
  known.set(owner, values);
  if (!values.has(key)) {
    if (values.size >= KEPT_ANSWERS) values.delete(values.keys().next().value!);
    values.set(key, make());
  }
  return values.get(key) as Value;
}

/** Codes whose chances are kept of one batch. */
const KEPT_CODES = 4;
const saidByCode = new WeakMap<Batch, Map<string, readonly number[]>>();

/** (P·N) what a filter's code said of a batch, once it has been run on it: here it is not run. */
export function rememberChances(batch: Batch, code: string, chances: readonly number[]): void {
  const others = [...(saidByCode.get(batch) ?? [])].filter(([other]) => other !== code);
  saidByCode.set(batch, new Map([...others.slice(1 - KEPT_CODES), [code, chances]]));
}

/** Undefined where the filter runs no code, or has not been run on this batch. */
export function chancesOf(batch: Batch, filter: FilterConfig): readonly number[] | undefined {
  return runsCode(filter) ? saidByCode.get(batch)?.get(filter.code ?? '') : undefined;
}

/**
 * Rows that a filter keeps of a batch: those that were kept, where it is the batch's own; else those that it would, drawn by the
 * functions that training uses from the stream `what-if`, each filter from a path of its own; a filter that runs code from the stream
 * that training would draw from.
 * @param testScores (P·N), which are of this batch alone; a filter that reads the truth needs them
 */
export function keptBy(
  batch: Batch,
  testScores: Float32Array | undefined,
  filter: FilterConfig,
  seed: number,
): readonly number[] {
  const { scores, groupSize, update } = batch;
  const key = filterKey(filter);
  if (key === filterKey(batch.filter)) return batch.kept;
  const byCode = chancesOf(batch, filter);
  const owner = byCode ?? (readsTruth(filter) && testScores ? testScores : batch);
  return once(owner, `kept ${seed} ${key}`, () => {
    const draw = byCode
      ? stream(seed, 'filter', update)
      : stream(seed, 'what-if', update, pathOf(filter.name));
    return drawKept(scores, groupSize, filter, draw, testScores, byCode);
  });
}

/** 1 passed, 0 failed, NaN unknown. (P·N) */
export function passes(testScores: Float32Array): Float32Array {
  return once(testScores, 'passes', () => truthsOf(testScores));
}

export function resultOf(testScore: number | undefined): Result {
  if (testScore === undefined) return 'unjudged';
  if (Number.isNaN(testScore)) return 'unknown';
  return testScore === 1 ? 'passed' : 'failed';
}

/**
 * Ranks a batch for drawing, under a filter that fits its groups.
 * @param testScores (P·N), undefined until judged, NaN where the judge itself failed
 * @param isRescored its scores are others than it was trained with, and so is what any filter keeps
 */
export function viewBatch(
  batch: Batch,
  testScores: Float32Array | undefined,
  filter: FilterConfig,
  seed: number,
  isRescored = false,
): BatchView {
  const { update, groupSize, promptCount, scores, taskIds } = batch;
  const ranked = rankWithin(scores, groupSize);
  const kept = keptBy(batch, testScores, filter, seed);
  const preview = isRescored || filterKey(filter) !== filterKey(batch.filter);
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
  const rowWeights = preview
    ? filterWeights(scores, groupSize, filter, testScores, chancesOf(batch, filter))
    : batch.weights;
  return {
    ...{ update, groupSize, taskIds, cells, filter, preview, kept, rowWeights },
    weights: meanByRank(rowWeights, ranked, groupSize),
    rates: passed && passRateByRank(ranked, passed, groupSize),
    passRate: judged && wilson(judged.filter((pass) => pass === 1).length, judged.length),
  };
}

/** (N) what a rank weighs, mean over prompts: of a filter that goes by rank alone, in any of them. */
function meanByRank(weights: Float32Array, ranked: Uint32Array, groupSize: number): number[] {
  const prompts = ranked.length / groupSize;
  const sums = new Array<number>(groupSize).fill(0);
  ranked.forEach((row, place) => (sums[place % groupSize] += weights[row]));
  return sums.map((sum) => sum / prompts);
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
