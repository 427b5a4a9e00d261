/** A batch under a filter: all that the page says of the two comes from here, so that no two places can say different things. */
import { passesOf } from '../ppo/cost.ts';
import {
  asksPolicy,
  filterKey,
  filters,
  fitFilter,
  isSampling,
  readsTruth,
  runsCode,
} from '../ppo/filter.ts';
import { defaultKnobs } from '../ppo/knobs.ts';
import { bestOfNTruth, predictors, withInterval, type Estimate, type Predictor } from '../ppo/predictors.ts';
import { pathOf, stream } from '../ppo/random.ts';
import { binned, r2Binned, r2WithInterval, type Bin, type R2 } from '../ppo/reliability.ts';
import type { Batch } from '../protocol/batch.ts';
import type { FilterConfig, Knobs } from '../protocol/config.ts';
import { chancesOf, keptBy, once, passes, viewBatch, type BatchView } from './batch-view.ts';
import type { JudgedBatch } from './run/run-model.ts';

/** Score against truth over all responses of a batch. */
export interface Reliability {
  /** Whose batch it is. */
  update: number;
  bins: Bin[];
  /** The line through the bins' means, and how well it fits them. */
  line: { r2: number; slope: number; intercept: number } | undefined;
  /** Per response, over the whole batch. */
  r2: R2;
  /** Place n − 1: the chance that the best-scored of n passes; undefined where no prompt is known whole, or has but one response. */
  bestOfN: readonly number[] | undefined;
  scores: Float32Array;
  passed: Float32Array;
}

/** What one filter would keep of a batch, and how far the score tells the truth about that. */
export interface Comparison {
  /** Whose batch it is. */
  update: number;
  filter: FilterConfig;
  /** The one that is shown on the batch. */
  active: boolean;
  kept: number;
  r2: R2;
  /** What each predictor that needs this batch alone says of it, by name. */
  estimates: ReadonlyMap<string, Estimate>;
}

/** Of how the kept are learned from, what their worth depends on. */
type Learning = Pick<Knobs, 'whitening' | 'epochs'>;

/** There is no second reward model's opinion of a batch. */
export const shownPredictors = predictors.filter(({ name }) => name !== 'gamma-2');

/** Each part is worked out when it is first asked for, and once. */
export interface Tried {
  /** The filter that is shown. */
  readonly filter: FilterConfig;
  /** Why it is not the one that the visitor set, as a sentence. */
  readonly why: string | undefined;
  readonly view: BatchView;
  /** Undefined until judged. */
  readonly reliability: Reliability | undefined;
  /** Undefined until judged; one is active. */
  readonly comparison: readonly Comparison[] | undefined;
}

/**
 * What is shown of a batch. While nothing moves (`waiting`) it is shown under the filter that the visitor set, fitted to the batch's
 * groups; else under the one that it was trained with, and also where one of the two is a way of sampling, which cannot be tried
 * afterwards, or where the visitor's needs a truth, or an answer of its code, that is not known yet. Whatever the visitor set, nothing here throws.
 */
export function tryFilter(
  judged: JudgedBatch,
  wanted: FilterConfig,
  waiting: boolean,
  seed: number,
  learning: Learning = defaultKnobs,
): Tried {
  const { batch, testScores } = judged;
  const fitted = fitFilter(wanted, batch.groupSize);
  const isOwn = !waiting || filterKey(fitted) === filterKey(batch.filter);
  const why = isOwn ? undefined : whyNot(judged, fitted);
  const filter = isOwn || why !== undefined ? batch.filter : fitted;
  const parts = {};
  return {
    filter,
    why,
    get view() {
      return once(parts, 'view', () => viewBatch(batch, testScores, filter, seed, judged.isRescored));
    },
    get reliability() {
      return isKnown(judged)
        ? once(judged, `reliability ${seed}`, () => reliabilityOf(judged, seed))
        : undefined;
    },
    get comparison() {
      if (!isKnown(judged)) return undefined;
      return once(parts, 'comparison', () => [...compared(judged, filter, wanted, seed, learning)]);
    },
  };
}

/**
 * Works out what is long of what `tryFilter` says, a piece at each step: where it is asked with the same arguments after them all, it
 * has it at once.
 */
export function* workOut(...asked: Parameters<typeof tryFilter>): Generator {
  const [judged, wanted, , seed, learning = defaultKnobs] = asked;
  const { filter, reliability } = tryFilter(...asked);
  yield reliability;
  if (!isKnown(judged)) return;
  for (const { filter: one } of lineUp(judged.batch, filter, wanted))
    for (const predictor of shownPredictors) {
      estimateOf(judged, one, seed, learning, predictor);
      yield;
    }
  yield* compared(judged, filter, wanted, seed, learning);
}

/** Why a filter cannot be tried on responses that were sampled for another, or that are not judged yet, as a sentence. */
function whyNot(judged: JudgedBatch, wanted: FilterConfig): string | undefined {
  const own = judged.batch.filter;
  if (isSampling(wanted))
    return `${wanted.name} is a way of sampling and cannot be tried on these responses: they are shown under ${own.name}.`;
  if (isSampling(own))
    return `These responses were sampled by ${own.name}: there is nothing for ${wanted.name} to choose from.`;
  if (runsCode(wanted) && !chancesOf(judged.batch, wanted))
    return `${wanted.name} has not been run on these responses: they are shown under ${own.name}.`;
  return readsTruth(wanted) && !isKnown(judged)
    ? `${wanted.name} waits for the unit tests of these responses: until then they are shown under ${own.name}.`
    : undefined;
}

/** A batch whose truth is known. */
type Known = JudgedBatch & { testScores: Float32Array };
const isKnown = (judged: JudgedBatch): judged is Known => judged.testScores !== undefined;

function reliabilityOf(judged: Known, seed: number): Reliability {
  const { update, scores, groupSize } = judged.batch;
  const passed = passes(judged.testScores);
  const { bins } = binned(scores, passed);
  const bestOfN = groupSize > 1 ? bestOfNTruth({ scores, truths: passed, groupSize }) : undefined;
  const all = Array.from(scores, (_, row) => row);
  return { update, bins, line: r2Binned(bins), r2: r2Of(judged, all, '', seed), bestOfN, scores, passed };
}

/**
 * The filters that are compared on a batch, in a fixed order, `shown` among them. A way of sampling is no choice among these responses: it
 * is compared only where it is what made the batch.
 * @param wanted whose options the other filters take over, as far as they fit
 */
function lineUp(batch: Batch, shown: FilterConfig, wanted: FilterConfig) {
  const compared =
    batch.groupSize === 1 ? [] : filters.filter(({ isCompared }) => isCompared).map(({ name }) => name);
  const names = compared.includes(shown.name) ? compared : [shown.name, ...compared];
  return names.map((name) => {
    const active = name === shown.name;
    return { active, filter: active ? shown : fitFilter({ ...wanted, name }, batch.groupSize) };
  });
}

function* compared(
  judged: Known,
  shown: FilterConfig,
  wanted: FilterConfig,
  seed: number,
  learning: Learning,
): Generator<Comparison> {
  for (const { active, filter } of lineUp(judged.batch, shown, wanted)) {
    const kept = keptBy(judged.batch, judged.testScores, filter, seed);
    const r2 = r2Of(judged, kept, filterKey(filter), seed);
    const estimates = new Map(
      shownPredictors.map((predictor) => [
        predictor.name,
        estimateOf(judged, filter, seed, learning, predictor),
      ]),
    );
    yield { update: judged.batch.update, filter, active, kept: kept.length, r2, estimates };
  }
}

/** What one predictor says of what a filter keeps; the page's R² is one and the same wherever it stands. */
function estimateOf(
  judged: Known,
  filter: FilterConfig,
  seed: number,
  { whitening, epochs }: Learning,
  predictor: Predictor,
): Estimate {
  const { batch } = judged;
  const kept = keptBy(batch, judged.testScores, filter, seed);
  const key = filterKey(filter);
  if (predictor.name === 'r2') {
    const found = r2Of(judged, kept, key, seed);
    return 'r2' in found ? { ...found, value: found.r2 } : found;
  }
  return once(judged, `${predictor.name} ${seed} ${whitening} ${epochs} ${key}`, () => {
    const { scores, groupSize, promptCount, update, teacher } = batch;
    const known = { scores, truths: passes(judged.testScores), groupSize };
    const isAsked = asksPolicy(filter);
    const spent = { drawn: scores.length, kept: kept.length, epochs, teacher, isAsked, whitening };
    const cost = passesOf(spent) / promptCount;
    // One draw of prompts for all filters, so that what they differ by is not the draw.
    const random = stream(seed, 'bootstrap', update);
    return withInterval(predictor, known, kept, { whitening, cost }, random);
  });
}

/** Of what a filter keeps. The whole batch has one R² and one interval, whichever filter it is that keeps all of it. */
function r2Of(judged: Known, kept: readonly number[], key: string, seed: number): R2 {
  const { scores, groupSize, update } = judged.batch;
  const isWhole = kept.length === scores.length && kept.every((row, place) => row === place);
  const path = isWhole ? '' : key;
  return once(judged, `r2 ${seed} ${path}`, () => {
    const passed = passes(judged.testScores);
    return r2WithInterval(
      kept.map((row) => scores[row]),
      kept.map((row) => passed[row]),
      kept.map((row) => Math.floor(row / groupSize)),
      stream(seed, 'bootstrap', update, pathOf(path)),
    );
  });
}
