/** The filters there are, and what is done with any of them. Each is a file of `filters/`; nothing else knows one by its name. */
import type { FilterConfig } from '../protocol/config.ts';
import type { RandomStream } from '../protocol/random-stream.ts';
import { advantageK } from './filters/advantage-k.ts';
import { agreement } from './filters/agreement.ts';
import { bestOfN } from './filters/best-of-n.ts';
import { bestRandom } from './filters/best-random.ts';
import { bestWorst } from './filters/best-worst.ts';
import {
  drawByWeight,
  sum,
  type BatchFilter,
  type Filter,
  type RankFilter,
  type ScoredBatch,
} from './filters/definition.ts';
import { dynamicSampling } from './filters/dynamic-sampling.ts';
import { maxMin } from './filters/max-min.ts';
import { maxRandom } from './filters/max-random.ts';
import { middleK } from './filters/middle-k.ts';
import { maxVariance } from './filters/max-variance.ts';
import { mu2Sigma } from './filters/mu-2-sigma.ts';
import { none } from './filters/none.ts';
import { ownExamples } from './filters/own-examples.ts';
import { own } from './filters/own.ts';
import { pow1, pow2, pow3 } from './filters/pow.ts';
import { randomK } from './filters/random-k.ts';
import { rankProfile } from './filters/rank-profile.ts';
import { single } from './filters/single.ts';
import { topBottom } from './filters/top-bottom.ts';
import { topRandom } from './filters/top-random.ts';
import { top } from './filters/top.ts';
import { trimmedBestWorst } from './filters/trimmed-best-worst.ts';
import { worstK } from './filters/worst-k.ts';
import { worstRandom } from './filters/worst-random.ts';
import { namesPolicyFacts } from './own/filter-facts.ts';
import { checkCode } from './own/own-code.ts';
import { assertScored, rankWithin } from './ranks.ts';

export { ownExamples } from './filters/own-examples.ts';

/** In the order in which they are offered. */
export const filters: readonly Filter[] = [
  none,
  single,
  bestOfN,
  bestRandom,
  bestWorst,
  randomK,
  rankProfile,
  own,
  trimmedBestWorst,
  middleK,
  worstRandom,
  maxVariance,
  advantageK,
  mu2Sigma,
  worstK,
  top,
  topRandom,
  topBottom,
  pow1,
  pow2,
  pow3,
  dynamicSampling,
  agreement,
  maxMin,
  maxRandom,
];
export const filterNames: readonly string[] = filters.map(({ name }) => name);
/** The one that keeps everything. */
export const noneName = none.name;
/** The one that a visitor writes. */
export const ownName = own.name;
/** Those that are more than a name, options apart: the others. */
export const readyNames: readonly string[] = filterNames.filter((name) => name !== ownName);

/** @throws RangeError where there is none of this name */
function filterOf({ name }: Pick<FilterConfig, 'name'>): Filter {
  const found = filters.find((filter) => filter.name === name);
  if (!found) throw new RangeError(`No filter is named '${name}': there are ${filterNames.join(', ')}.`);
  return found;
}

const isOfBatch = (filter: Filter): filter is BatchFilter => 'chances' in filter;

/** Where it chooses by rank. */
function rankFilterOf(config: Pick<FilterConfig, 'name'>): RankFilter | undefined {
  const filter = filterOf(config);
  return isOfBatch(filter) ? undefined : filter;
}

/** Whether an option of the filter means anything as it is set. */
export function reads(config: FilterConfig, option: 'keep' | 'profile'): boolean {
  const isRead = rankFilterOf(config)?.reads.includes(option) ?? false;
  return option === 'keep' ? isRead && config.mode === 'select' : isRead;
}

/** The same text for filters that do the same: options that are not read make no difference. */
export function filterKey(config: FilterConfig): string {
  const { name, mode, keep, profile, code } = config;
  if (runsCode(config)) return `${name} ${code}`;
  if (!readsMode(config)) return name;
  const read = [reads(config, 'keep') && keep, reads(config, 'profile') && profile.join()];
  return [name, mode, ...read.filter((option) => option !== false)].join(' ');
}

/** Far from where a sum of weights would overflow. */
const MOST_WEIGHT = 1e100;

/** Ranks of positive weight, of which alone a response can be kept. */
function profileRanks({ profile }: FilterConfig): number {
  const total = sum(profile);
  return profile.filter((weight) => weight / total > 0).length;
}

/** The most responses per prompt that can be kept in mode `select`. */
export function mostKept(config: FilterConfig, groupSize: number): number {
  if (reads(config, 'profile')) return Math.min(groupSize, profileRanks(config));
  return rankFilterOf(config)?.most?.(groupSize) ?? groupSize;
}

/** What is wrong with a filter's code, as a sentence, before it is run; undefined if nothing. */
export const checkFilterCode = (code: unknown): string | undefined => checkCode(code, own.name, 'filter');

/** What is wrong with a filter for groups of this size, as a sentence that says what is allowed; undefined if nothing. */
export function checkFilter(config: FilterConfig, groupSize: number): string | undefined {
  const { name, keep, profile } = config;
  if (!filterNames.includes(name))
    return `No filter is named '${name}': there are ${filterNames.join(', ')}.`;
  if (!Number.isInteger(groupSize) || groupSize < 1)
    return `The number of responses per prompt must be an integer of at least 1: got ${groupSize}.`;
  if (runsCode(config)) return checkFilterCode(config.code);
  if (reads(config, 'profile')) {
    if (profile.length < 1 || profile.length > groupSize)
      return `A rank profile for ${groupSize} responses has 1 to ${groupSize} weights: got ${profile.length}.`;
    const bad = profile.findIndex((weight) => !Number.isFinite(weight) || weight < 0);
    if (bad >= 0)
      return `The weights of a rank profile are finite and at least 0: got ${profile[bad]} for rank ${bad + 1}.`;
    const total = sum(profile);
    if (total === 0) return 'A rank profile needs at least one weight above 0: got only zeros.';
    if (total === Infinity) return 'The weights of a rank profile must have a finite sum: they overflow.';
  }
  const most = mostKept(config, groupSize);
  if (reads(config, 'keep') && (!Number.isInteger(keep) || keep < 1 || keep > most)) {
    const ofWhat = reads(config, 'profile') ? `${most} ranks of weight above 0` : `${groupSize} responses`;
    return `${name} can keep 1 to ${most} of the ${ofWhat}: got ${keep}.`;
  }
  return undefined;
}

/**
 * The same filter with its options changed as little as groups of this size ask for: a profile is cut, or filled with zeros before
 * its last rank, so that "best and worst" stays that, and then the number kept is lowered to what there is. Code that cannot be run at all
 * becomes the first example's.
 */
export function fitFilter(config: FilterConfig, groupSize: number): FilterConfig {
  const { profile } = config;
  const head = profile.slice(0, Math.max(0, Math.min(profile.length, groupSize) - 1));
  const zeros = new Array<number>(Math.max(0, groupSize - profile.length)).fill(0);
  const sized = profile.length === groupSize ? profile : [...head, ...zeros, ...profile.slice(-1)];
  const usable = sized.map((weight) =>
    Number.isFinite(weight) && weight > 0 ? Math.min(weight, MOST_WEIGHT) : 0,
  );
  const fitted = { ...config, profile: usable.some((weight) => weight > 0) ? usable : usable.map(() => 1) };
  const keep = Math.max(1, Math.min(Math.round(fitted.keep) || 1, mostKept(fitted, groupSize)));
  const isCodeBad = runsCode(config) && checkFilterCode(config.code) !== undefined;
  return isCodeBad ? { ...fitted, keep, code: ownExamples[0].code } : { ...fitted, keep };
}

/**
 * The filtered policy μ as a weight per rank, best first, summing to 1 (the paper's w; arXiv 2409.06957, section 4); of a filter that
 * looks at scores what is known without them: all alike.
 * @throws RangeError if `checkFilter` objects.
 */
export function rankWeights(config: FilterConfig, groupSize: number): number[] {
  assertValid(config, groupSize);
  const ofRank = rankFilterOf(config);
  return ofRank ? ofRank.weights(config, groupSize) : new Array<number>(groupSize).fill(1 / groupSize);
}

/**
 * The weight of every response: that of its rank within its prompt (ties keep sampling order), or what a filter that looks at scores gives
 * it: the expected share of what is kept.
 * @param scores (P·N), row = prompt · groupSize + sample
 * @param truths (P·N) shares of tests passed, NaN where unknown, where the filter `readsTruth`
 * @param byCode (P·N) chances, where the filter `runsCode`
 * @returns (P·N) summing to 1 per prompt, of a filter that looks at the whole batch to P over all prompts, or to 0 where it keeps
 *   nothing; never scales a loss
 * @throws RangeError if `checkFilter` objects, on a NaN score, if the scores do not make whole groups, or without truths or chances that
 *   are read
 */
export function filterWeights(
  scores: Float32Array,
  groupSize: number,
  config: FilterConfig,
  truths?: ArrayLike<number>,
  byCode?: ArrayLike<number>,
): Float32Array {
  const filter = filterOf(config);
  if (isOfBatch(filter)) {
    const chances = chancesOf(filter, scores, groupSize, { truths, byCode });
    const total = sum(chances);
    return Float32Array.from(chances, (chance) =>
      total > 0 ? (chance / total) * (scores.length / groupSize) : 0,
    );
  }
  const weights = new Float32Array(scores.length);
  for (const { rows, perRank } of groupsOf(scores, groupSize, config, filter))
    rows.forEach((row, rank) => (weights[row] = perRank[rank]));
  return weights;
}

/**
 * Chooses what is learned from. Of a filter by rank, `select` keeps a subset per prompt, as the filter says; `resample` draws N times with
 * replacement by the weight of the rank, whatever the filter: repeated responses are repeated rows. One that looks at the whole batch
 * does what it does in both modes, and may keep nothing.
 * @param scores (P·N)
 * @param truths as `filterWeights`
 * @param byCode as `filterWeights`
 * @returns rows, ascending; a row drawn twice stands there twice
 * @throws RangeError as `filterWeights`
 */
export function drawKept(
  scores: Float32Array,
  groupSize: number,
  config: FilterConfig,
  random: RandomStream,
  truths?: ArrayLike<number>,
  byCode?: ArrayLike<number>,
): number[] {
  const filter = filterOf(config);
  if (isOfBatch(filter)) {
    const chances = chancesOf(filter, scores, groupSize, { truths, byCode });
    const rows = Array.from(chances.keys());
    if (!filter.isDrawn) return rows.filter((row) => random.uniform() < chances[row]);
    if (sum(chances) === 0) return [];
    return rows.map(() => drawByWeight(chances, random)).sort((a, b) => a - b);
  }
  const kept: number[] = [];
  for (const { rows, perRank } of groupsOf(scores, groupSize, config, filter)) {
    const ranks =
      config.mode === 'select'
        ? filter.select(config, perRank, random)
        : perRank.map(() => drawByWeight(perRank, random));
    for (const rank of ranks) kept.push(rows[rank]);
  }
  return kept.sort((a, b) => a - b);
}

/** Enough for a chance to within two or three hundredths. */
const CHANCE_DRAWS = 1000;

/**
 * The chance of one response to be kept, once or more often: exact where the filter does not draw ranks one after another, else its share
 * of many draws.
 * @param row of the response
 * @param truths as `filterWeights`
 * @returns 0 … 1; 0 only where it is never kept
 * @throws RangeError as `filterWeights`, and for a filter that `runsCode`
 */
export function chanceKept(
  scores: Float32Array,
  groupSize: number,
  config: FilterConfig,
  row: number,
  random: RandomStream,
  truths?: ArrayLike<number>,
): number {
  const filter = filterOf(config);
  const weight = filterWeights(scores, groupSize, config, truths)[row];
  if (weight === 0) return 0;
  if (isOfBatch(filter))
    return filter.isDrawn ? 1 - (1 - (weight * groupSize) / scores.length) ** scores.length : 1;
  if (config.mode === 'resample') return 1 - (1 - weight) ** groupSize;
  const start = row - (row % groupSize);
  const group = scores.subarray(start, start + groupSize);
  let kept = 0;
  for (let draw = 0; draw < CHANCE_DRAWS; draw++)
    if (drawKept(group, groupSize, config, random).includes(row - start)) kept++;
  return Math.max(kept, 0.5) / CHANCE_DRAWS;
}

/** What a filter of the whole batch makes of it. */
function chancesOf(
  filter: BatchFilter,
  scores: Float32Array,
  groupSize: number,
  given: Partial<Pick<ScoredBatch, 'truths' | 'byCode'>>,
): number[] {
  assertScored(scores, groupSize);
  const read = (what: string, isRead: true | undefined, values: ArrayLike<number> = []) => {
    if (isRead && values.length !== scores.length)
      throw new RangeError(
        `${filter.name} needs the ${what} of all ${scores.length} responses: got ${values.length}.`,
      );
    return isRead ? values : [];
  };
  const truths = read('truth', filter.readsTruth, given.truths);
  const byCode = read('chances', filter.runsCode, given.byCode);
  return filter.chances({ scores, groupSize, truths, byCode });
}

/** Every prompt's rows, best first, and the weight of each rank. */
function* groupsOf(scores: Float32Array, groupSize: number, config: FilterConfig, filter: RankFilter) {
  const beforehand = rankWeights(config, groupSize);
  const ranked = rankWithin(scores, groupSize);
  for (let start = 0; start < ranked.length; start += groupSize) {
    const rows = ranked.subarray(start, start + groupSize);
    const own = () =>
      filter.weights(
        config,
        groupSize,
        Array.from(rows, (row) => scores[row]),
      );
    yield { rows, perRank: filter.readsScores ? own() : beforehand };
  }
}

/** How many prompts and responses per prompt an update samples. */
export function samplingPlan(
  config: FilterConfig,
  promptCount: number,
  groupSize: number,
): { promptCount: number; groupSize: number } {
  return rankFilterOf(config)?.sampling?.plan(promptCount, groupSize) ?? { promptCount, groupSize };
}

/** True where it is no choice among responses but a way of sampling them. */
export function isSampling(config: FilterConfig): boolean {
  return rankFilterOf(config)?.sampling !== undefined;
}

/** False where it does the same in both modes. */
export function readsMode(config: FilterConfig): boolean {
  return rankFilterOf(config) !== undefined && !isSampling(config);
}

/** True where it chooses by what the unit tests say, and has to wait for them. */
export function readsTruth(config: FilterConfig): boolean {
  const filter = filterOf(config);
  return isOfBatch(filter) && filter.readsTruth === true;
}

/** True where it chooses by what code of a visitor's says, and has to wait for that. */
export function runsCode(config: Pick<FilterConfig, 'name'>): boolean {
  const filter = filterOf(config);
  return isOfBatch(filter) && filter.runsCode === true;
}

/** True where its code names what only the policy can tell: that costs a forward pass of policy and reference over all responses. */
export function asksPolicy(config: FilterConfig): boolean {
  return runsCode(config) && namesPolicyFacts(config.code ?? '');
}

/** True where the filter keeps everything, so that it is none. */
export function keepsAll(config: FilterConfig): boolean {
  return config.mode === 'select' && rankFilterOf(config)?.keeps(config, Infinity) === Infinity;
}

/** How many of a group's responses PPO learns from, repetitions counted; undefined where that depends on the batch. */
export function keptPerPrompt(config: FilterConfig, groupSize: number): number | undefined {
  const planned = samplingPlan(config, 1, groupSize).groupSize;
  const ofRank = rankFilterOf(config);
  return config.mode === 'select' || !ofRank ? ofRank?.keeps(config, planned) : planned;
}

/**
 * A filter in plain words, e.g. "best-worst keeps 2 of 8: the best and the worst".
 * @throws RangeError if `checkFilter` objects: ask it first.
 */
export function describeFilter(config: FilterConfig, groupSize: number): string {
  assertValid(config, groupSize);
  const { name, mode } = config;
  const filter = filterOf(config);
  if (isOfBatch(filter))
    return `${name} ${filter.isDrawn ? 'draws as many as there are, with repetition, ' : /* @wc-include */ 'keeps '}${filter.says}`;
  if (filter.sampling) return `${name} ${filter.sampling.says}`;
  if (mode === 'resample') {
    const [first, ...others] = filter.weights(config, groupSize);
    const by = others.every((weight) => weight === first) ? 'all alike' : 'by the weight of their rank';
    return `${name} draws ${groupSize} of ${groupSize} with repetition, ${by}`;
  }
  if (keepsAll(config)) return `${name} keeps all ${groupSize}`;
  return `${name} keeps ${filter.keeps(config, groupSize)} of ${groupSize}${filter.says?.(config, groupSize) ?? ''}`;
}

function assertValid(config: FilterConfig, groupSize: number): void {
  const problem = checkFilter(config, groupSize);
  if (problem !== undefined) throw new RangeError(problem);
}
