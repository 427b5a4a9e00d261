/** How well what is measured early tells which filters gain most. */
import { percentileInterval } from '../ppo/bootstrap.ts';
import { meanError } from '../ppo/interval.ts';
import { pathOf, stream } from '../ppo/random.ts';
import { spearman } from '../ppo/statistics.ts';
import { baselineOf } from './compare.ts';
import { gainOf } from './outcome.ts';
import { type Arm, bySource, type Results, runsOf, seedsOf } from './results.ts';

/** Bootstrap samples of the seeds. */
export const draws = 1000;

/** Outcomes are shares of some hundred programs: gains no further apart than this are the same. */
const rounding = 1e-9;

export interface Correlation {
  rho: number | undefined;
  interval: [low: number, high: number] | undefined;
}

export interface Predictor {
  name: string;
  /** When it was taken. */
  update: number;
  /** In the order of the suite's sources. */
  within: Correlation[];
  /** Of those sources that have a correlation. */
  mean: Correlation;
  /** All arms of all sources as one list. */
  pooled: Correlation;
  /** Pairs of a filter and none of the same source in which the predictor names the one that gained more. */
  clear: { named: number; of: number };
  all: { named: number; of: number };
}

/** One arm's numbers by place in the list of seeds, NaN where it has none. */
interface Series {
  arm: Arm;
  predicted: number[];
  gained: number[];
}

/** All of the suite, in the order of `takenIn`. */
export function predictorsOf(results: Results): Predictor[] {
  return takenIn(results).map(({ name, update }) => predictorOf(results, name, update));
}

/** What was taken when, by name, then by update; those of which no value is known are left out. */
export function takenIn(results: Results): { name: string; update: number }[] {
  const taken = results.runs.flatMap((run) =>
    run.predictors.flatMap(({ update, values }) =>
      Object.keys(values)
        .filter((name) => values[name] !== null)
        .map((name) => ({ name, update })),
    ),
  );
  const distinct = new Map(taken.map((one) => [`${one.name} ${one.update}`, one]));
  return [...distinct.values()].sort((a, b) =>
    a.name === b.name ? a.update - b.update : a.name < b.name ? -1 : 1,
  );
}

/** The means over seeds that a scatter shows, by arm; arms without either are left out. */
export function pointsOf(results: Results, name: string, update: number) {
  const weights = seedsOf(results).map(() => 1);
  return seriesBySource(results, name, update).map((arms) =>
    arms
      .map(({ arm, predicted, gained }) => ({
        arm,
        predicted: weightedMean(predicted, weights),
        gained: weightedMean(gained, weights),
      }))
      .filter(({ predicted, gained }) => Number.isFinite(predicted) && Number.isFinite(gained)),
  );
}

function seriesBySource(results: Results, name: string, update: number): Series[][] {
  const seeds = seedsOf(results);
  return bySource(results).map(({ arms }) =>
    arms.map((arm) => {
      const runs = runsOf(results, arm);
      const valuesAt = (seed: number) => runs.get(seed)?.predictors.find((one) => one.update === update);
      return {
        arm,
        predicted: seeds.map((seed) => valuesAt(seed)?.values[name] ?? NaN),
        gained: seeds.map((seed) => (runs.has(seed) ? gainOf(runs.get(seed)!) : NaN)),
      };
    }),
  );
}

/** Samples between two places where `assessing` may be left. */
const perPiece = 40;

function predictorOf(results: Results, name: string, update: number): Predictor {
  const pieces = assessing(results, name, update);
  for (;;) {
    const piece = pieces.next();
    if (piece.done) return piece.value;
  }
}

/** One of `takenIn`, in pieces: the samples take a tenth of a second. */
export function* assessing(results: Results, name: string, update: number): Generator<void, Predictor> {
  const sources = seriesBySource(results, name, update);
  const seeds = seedsOf(results).length;
  const whole = correlations(sources, Array<number>(seeds).fill(1));
  const random = stream(0, 'bootstrap', pathOf(name), update);
  const samples: (typeof whole)[] = [];
  // All samples of one seed are the same, and their spread says nothing.
  while (seeds > 1 && samples.length < draws) {
    const weights = Array<number>(seeds).fill(0);
    for (let i = 0; i < seeds; i++) weights[random.integer(seeds)]++;
    samples.push(correlations(sources, weights));
    if (samples.length % perPiece === 0) yield;
  }
  const known = whole.within.flatMap((rho, i) => (rho === undefined ? [] : [i]));
  const meanOf = ({ within }: typeof whole) => meanKnown(known.map((i) => within[i]));
  const correlation = (read: (from: typeof whole) => number | undefined): Correlation => {
    const rho = read(whole);
    return { rho, interval: rho === undefined ? undefined : percentileInterval(samples.map(read)) };
  };
  return {
    name,
    update,
    within: sources.map((_, i) => correlation(({ within }) => within[i])),
    mean: correlation(meanOf),
    pooled: correlation(({ pooled }) => pooled),
    ...counts(sources),
  };
}

/** Undefined if any is, or there is none. */
function meanKnown(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0 || known.length < values.length) return undefined;
  return known.reduce((sum, value) => sum + value / known.length, 0);
}

/** @param weights how often each seed counts */
function correlations(sources: readonly Series[][], weights: readonly number[]) {
  const means = sources.map((arms) => ({
    predicted: arms.map((arm) => weightedMean(arm.predicted, weights)),
    gained: arms.map((arm) => weightedMean(arm.gained, weights)),
  }));
  return {
    within: means.map(({ predicted, gained }) => spearman(predicted, gained)),
    pooled: spearman(
      means.flatMap(({ predicted }) => predicted),
      means.flatMap(({ gained }) => gained),
    ),
  };
}

/** Of the finite values; NaN where none of them counts. */
function weightedMean(values: readonly number[], weights: readonly number[]): number {
  let sum = 0;
  let total = 0;
  values.forEach((value, i) => {
    if (weights[i] === 0 || !Number.isFinite(value)) return;
    sum += weights[i] * value;
    total += weights[i];
  });
  return sum / total;
}

function counts(sources: readonly Series[][]): Pick<Predictor, 'clear' | 'all'> {
  const clear = { named: 0, of: 0 };
  const all = { named: 0, of: 0 };
  for (const arms of sources) {
    for (const own of arms) {
      const baseline = baselineOf(
        arms.map(({ arm }) => arm),
        own.arm,
      );
      const none = arms.find(({ arm }) => arm === baseline);
      if (!none) continue;
      const predicted = meanError(own.predicted).mean - meanError(none.predicted).mean;
      const gained = meanError(own.gained.map((gain, i) => gain - none.gained[i]));
      // Without a difference neither is the better one. NaN is no difference either.
      if (!Number.isFinite(predicted) || !(Math.abs(gained.mean) > rounding)) continue;
      const isNamed = Number(Math.sign(predicted) === Math.sign(gained.mean));
      all.of++;
      all.named += isNamed;
      if (!(Math.abs(gained.mean) > gained.error)) continue;
      clear.of++;
      clear.named += isNamed;
    }
  }
  return { clear, all };
}
