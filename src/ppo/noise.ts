/**
 * The noises there are on the scores of the teacher `tests`, and what is done with any of them: they make a judge of known faults, to
 * study when filtering helps. Each is a file of `noises/`; nothing else knows one by its name.
 */
import type { NoiseConfig } from '../protocol/config.ts';
import type { RandomStream } from '../protocol/random-stream.ts';
import { noiseOptions, passes, type Noise, type NoiseOption } from './noises/definition.ts';
import { even } from './noises/even.ts';
import { exploits } from './noises/exploits.ts';
import { flipped } from './noises/flipped.ts';
import { heavyTailed } from './noises/heavy-tailed.ts';
import { none } from './noises/none.ts';
import { percentiles } from './noises/percentiles.ts';
import { profile } from './noises/profile.ts';
import { unsure } from './noises/unsure.ts';

export { noiseOptions, type Noise, type NoiseOption } from './noises/definition.ts';

/** In the order in which they are offered. */
export const noises: readonly Noise[] = [
  none,
  unsure,
  even,
  heavyTailed,
  exploits,
  flipped,
  profile,
  percentiles,
];
export const noiseNames: readonly string[] = noises.map(({ name }) => name);

const optionNames = Object.keys(noiseOptions) as NoiseOption[];

/** Scores are within ± this, as a reward model's are. */
const SCORE_LIMIT = 5;

/** The first of the catalogue adds nothing. */
export const isNoisy = ({ name }: Pick<NoiseConfig, 'name'>) => name !== noiseNames[0];

/** @throws RangeError where there is none of this name */
function noiseOf({ name }: Pick<NoiseConfig, 'name'>): Noise {
  const found = noises.find((noise) => noise.name === name);
  if (!found) throw new RangeError(`No noise is named '${name}': there are ${noiseNames.join(', ')}.`);
  return found;
}

/**
 * A noise as it is first offered: every option at its standard, those that it does not read included.
 * @throws RangeError where there is none of this name
 */
export function standardNoise(name: string): NoiseConfig {
  const standards = Object.fromEntries(optionNames.map((option) => [option, noiseOptions[option].standard]));
  // In the order of `fitNoise`, since knobs are compared as JSON.
  const config = { name, ...standards, ...noiseOf({ name }).standard } as NoiseConfig;
  return { ...config, profile: [...config.profile] };
}

/** The same text for configs that do the same: options that are not read make no difference. */
export function noiseKey(config: NoiseConfig): string {
  const { name, reads } = noiseOf(config);
  return [name, ...reads.map((option) => String(config[option]))].join(' ');
}

function isWithin(value: unknown, { low, high }: { low: number; high: number }): value is number {
  return typeof value === 'number' && value >= low && value <= high;
}

function checkOption(option: NoiseOption, value: unknown): string | undefined {
  const { label, low, high } = noiseOptions[option];
  if (option !== 'profile') {
    if (isWithin(value, noiseOptions[option])) return undefined;
    return `${label} is ${String(value)}; it can be a number from ${low} to ${high}.`;
  }
  const { longest } = noiseOptions[option];
  const numbers: unknown[] = Array.isArray(value) ? value : [];
  if (numbers.length < 1 || numbers.length > longest)
    return `A profile has 1 to ${longest} numbers: got ${numbers.length}.`;
  const bad = numbers.findIndex((number) => !isWithin(number, noiseOptions[option]));
  if (bad < 0) return undefined;
  return `The numbers of a profile are from ${low} to ${high}: got ${String(numbers[bad])} in place ${bad + 1}.`;
}

/** What is wrong with a noise, as a sentence that says what is allowed; undefined if nothing. What is not read can be anything. */
export function checkNoise(config: NoiseConfig): string | undefined {
  if (!noiseNames.includes(config.name))
    return `No noise is named '${config.name}': there are ${noiseNames.join(', ')}.`;
  const noise = noiseOf(config);
  for (const option of noise.reads) {
    const problem = checkOption(option, config[option]);
    if (problem !== undefined) return problem;
  }
  return noise.check?.(config);
}

/** The nearest number within bounds; `otherwise` for what is no number. */
function fitNumber(value: unknown, { low, high }: { low: number; high: number }, otherwise: number): number {
  if (typeof value !== 'number' || Number.isNaN(value)) return otherwise;
  return Math.max(low, Math.min(high, value));
}

/**
 * A profile is thinned to as many numbers as there can be; what is no number in it is ½. One of zeros or ones alone leaves passes or failures without a score: it
 * becomes ½ throughout, since every other flat profile does the same, which is to say nothing.
 */
function fitProfile(value: unknown, standard: readonly number[]): number[] {
  const given: unknown[] = Array.isArray(value) && value.length > 0 ? value : [...standard];
  const length = Math.min(given.length, noiseOptions.profile.longest);
  const thinned = Array.from(
    { length },
    (_, place) => given[Math.floor(((place + 0.5) * given.length) / length)],
  );
  const numbers = thinned.map((number) => fitNumber(number, noiseOptions.profile, 0.5));
  const isMute = numbers.every((number) => number === 0) || numbers.every((number) => number === 1);
  return isMute ? numbers.map(() => 0.5) : numbers;
}

/**
 * The nearest noise that can be used, whatever comes: options go to their bounds, what is no number goes to its standard, and an unknown
 * name to the first of the catalogue, which adds nothing.
 */
export function fitNoise(config: NoiseConfig): NoiseConfig {
  const name = noiseNames.includes(config.name) ? config.name : noiseNames[0];
  const standard = standardNoise(name);
  const fit = (option: Exclude<NoiseOption, 'profile'>) =>
    fitNumber(config[option], noiseOptions[option], standard[option]);
  return {
    name,
    share: fit('share'),
    spread: fit('spread'),
    height: fit('height'),
    falsePass: fit('falsePass'),
    falseFail: fit('falseFail'),
    profile: fitProfile(config.profile, standard.profile),
  };
}

/**
 * A noise in plain words, e.g. "a fifth of the responses is judged surely; the rest scores 0, with noise of 0.3 on all".
 * @throws RangeError if `checkNoise` objects: ask it first.
 */
export function describeNoise(config: NoiseConfig): string {
  assertValid(config);
  return noiseOf(config).says(config);
}

/**
 * What a noisy judge says of responses that ended; those without an end token are the caller's. Truth is a yes where all tests pass and
 * a no elsewhere, but for the first of the catalogue, which keeps the share.
 * @param testScores (R) share of tests passed, 0 … 1
 * @param random a row's own stream, not yet drawn from: then its noise depends neither on other rows nor on which there are, but for
 *   the share that passes where the noise asks for it
 * @param ended (R) those that count in that share; all where it is missing
 * @returns (R) within ±5
 * @throws RangeError if `checkNoise` objects, or on a share that is NaN or out of range
 */
export function noisyScores(
  testScores: Float32Array,
  config: NoiseConfig,
  random: (row: number) => RandomStream,
  ended?: ArrayLike<number | boolean>,
): Float32Array {
  assertValid(config);
  const bad = testScores.findIndex((testScore) => !isWithin(testScore, { low: 0, high: 1 }));
  if (bad >= 0)
    throw new RangeError(`A share of tests passed is from 0 to 1: got ${testScores[bad]} in row ${bad}.`);
  const noise = noiseOf(config);
  const passRate = () => {
    const counted = testScores.filter((_, row) => !ended || ended[row]);
    return counted.length > 0 ? counted.filter(passes).length / counted.length : 0;
  };
  const used = noise.forBatch?.(config, passRate()) ?? config;
  return testScores.map((testScore, row) => {
    const score = noise.score(testScore, used, random(row));
    return Math.max(-SCORE_LIMIT, Math.min(SCORE_LIMIT, score));
  });
}

function assertValid(config: NoiseConfig): void {
  const problem = checkNoise(config);
  if (problem !== undefined) throw new RangeError(problem);
}
