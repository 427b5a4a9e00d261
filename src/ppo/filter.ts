import type { FilterConfig } from '../protocol/config.ts';
import type { RandomStream } from '../protocol/random.ts';
import { shuffled } from './random.ts';
import { rankWithin } from './ranks.ts';

/** What a filter did to a batch of P prompts × N responses. */
export interface Filtered {
  /** (P·N) by row: the weight of the row's rank, see `rankWeights`; sums to 1 per prompt. Never scales a loss. */
  weights: Float32Array;
  /** Rows to train on, ascending; a row drawn twice stands there twice. */
  kept: number[];
}

/** What is wrong with a filter for groups of this size, as a sentence that says what is allowed; undefined if nothing. */
export function checkFilter(filter: FilterConfig, groupSize: number): string | undefined {
  const { name, mode, keep, profile } = filter;
  if (!Number.isInteger(groupSize) || groupSize < 1) {
    return `The number of responses per prompt must be an integer of at least 1: got ${groupSize}.`;
  }
  let most = groupSize;
  if (name === 'rank-profile') {
    if (profile.length < 1 || profile.length > groupSize) {
      return `A rank profile for ${groupSize} responses has 1 to ${groupSize} weights: got ${profile.length}.`;
    }
    const bad = profile.findIndex((weight) => !Number.isFinite(weight) || weight < 0);
    if (bad >= 0) {
      return `The weights of a rank profile are finite and at least 0: got ${profile[bad]} for rank ${bad + 1}.`;
    }
    const total = sum(profile);
    if (total === 0) return 'A rank profile needs at least one weight above 0: got only zeros.';
    if (total === Infinity) return 'The weights of a rank profile must have a finite sum: they overflow.';
    most = profile.filter((weight) => weight / total > 0).length;
  }
  const usesKeep = mode === 'select' && !['none', 'single', 'best-of-n'].includes(name);
  if (usesKeep && (!Number.isInteger(keep) || keep < 1 || keep > most)) {
    const ofWhat = name === 'rank-profile' ? `ranks of weight above 0` : `responses`;
    return `${name} can keep 1 to ${most} of the ${most} ${ofWhat}: got ${keep}.`;
  }
  return undefined;
}

/**
 * The filtered policy μ as a weight per rank, best first, summing to 1 (the paper's w; arXiv 2409.06957, section 4).
 *
 * In mode `resample` it is the distribution that responses are drawn from: best-of-n (1, 0, …), best-random
 * (½, 1/(2(N−1)), …), best-worst (½, 0, …, 0, ½), none, single and random-k uniform, rank-profile the normalised profile.
 * In mode `select` it is the expected share of the kept responses that have this rank, which for best-random and
 * best-worst equals the paper's w at keep = 2 and carries it on to other k: best-random (1/k, (k−1)/(k(N−1)), …),
 * best-worst 1/k on each of the ⌈k/2⌉ first and ⌊k/2⌋ last ranks. Only rank-profile is the normalised profile in both
 * modes: drawn without replacement, its heavy ranks get less than their weight, since none is kept twice.
 * @throws RangeError if `checkFilter` objects.
 */
export function rankWeights(filter: FilterConfig, groupSize: number): number[] {
  assertValid(filter, groupSize);
  const keep = filter.mode === 'select' ? filter.keep : Math.min(2, groupSize);
  const ranks = Array.from({ length: groupSize }, (_, rank) => rank);
  switch (filter.name) {
    case 'none':
    case 'single':
    case 'random-k':
      return ranks.map(() => 1 / groupSize);
    case 'best-of-n':
      return ranks.map((rank) => (rank === 0 ? 1 : 0));
    case 'best-random':
      return ranks.map((rank) => (rank === 0 ? 1 / keep : (keep - 1) / (keep * (groupSize - 1))));
    case 'best-worst': {
      const extremes = bestAndWorst(keep, groupSize);
      return ranks.map((rank) => (extremes.includes(rank) ? 1 / keep : 0));
    }
    case 'rank-profile': {
      const total = sum(filter.profile);
      return ranks.map((rank) => (filter.profile[rank] ?? 0) / total);
    }
    default:
      throw unknown(filter.name satisfies never);
  }
}

/**
 * Filters a batch. Responses are ranked within their prompt (ties keep sampling order), then per prompt:
 *
 * - `select` keeps a subset: none and single all; best-of-n the best; best-random the best and k − 1 others at random;
 *   best-worst the ⌈k/2⌉ best and ⌊k/2⌋ worst; random-k any k; rank-profile k ranks drawn one after another by weight
 *   without replacement, those of weight ≥ ½ before all others.
 * - `resample` draws N times with replacement by `rankWeights`, whatever the filter: repeated responses are repeated rows.
 *
 * `single` (PPO-S) is a way of sampling, see `samplingPlan`: on a batch of larger groups it keeps everything, as none.
 * @param rmScores (P·N), row = prompt · groupSize + sample
 * @throws RangeError if `checkFilter` objects, on a NaN score, or if the scores do not make whole groups.
 */
export function applyFilter(
  rmScores: Float32Array,
  groupSize: number,
  filter: FilterConfig,
  random: RandomStream,
): Filtered {
  const perRank = rankWeights(filter, groupSize);
  const ranked = rankWithin(rmScores, groupSize);
  const weights = new Float32Array(rmScores.length);
  const kept: number[] = [];
  for (let start = 0; start < ranked.length; start += groupSize) {
    perRank.forEach((weight, rank) => (weights[ranked[start + rank]] = weight));
    const ranks =
      filter.mode === 'select'
        ? selectRanks(filter, perRank, random)
        : perRank.map(() => drawRank(perRank, random));
    for (const rank of ranks) kept.push(ranked[start + rank]);
  }
  return { weights, kept: kept.sort((a, b) => a - b) };
}

/** How many prompts and responses per prompt an update samples: for `single`, P·N prompts with one response each. */
export function samplingPlan(
  filter: FilterConfig,
  promptsPerUpdate: number,
  groupSize: number,
): { promptCount: number; groupSize: number } {
  return filter.name === 'single'
    ? { promptCount: promptsPerUpdate * groupSize, groupSize: 1 }
    : { promptCount: promptsPerUpdate, groupSize };
}

/**
 * A filter in plain words, e.g. "best-worst keeps 2 of 8: the best and the worst".
 * @throws RangeError if `checkFilter` objects: ask it first.
 */
export function describeFilter(filter: FilterConfig, groupSize: number): string {
  assertValid(filter, groupSize);
  const { name, mode, keep } = filter;
  if (name === 'single') return 'single samples one response per prompt and keeps every one';
  if (mode === 'resample') {
    const by = ['none', 'random-k'].includes(name) ? 'all alike' : 'by the weight of their rank';
    return `${name} draws ${groupSize} of ${groupSize} with repetition, ${by}`;
  }
  const some = `${name} keeps ${keep} of ${groupSize}`;
  const many = (count: number, what: string) => (count === 1 ? `the ${what}` : `the ${count} ${what}`);
  switch (name) {
    case 'none':
      return `none keeps all ${groupSize}`;
    case 'best-of-n':
      return `best-of-n keeps 1 of ${groupSize}: the best`;
    case 'best-random':
      return keep === 1 ? `${some}: the best` : `${some}: the best and ${keep - 1} at random`;
    case 'best-worst':
      return keep === 1
        ? `${some}: the best`
        : `${some}: ${many(Math.ceil(keep / 2), 'best')} and ${many(Math.floor(keep / 2), 'worst')}`;
    case 'random-k':
      return `${some}, drawn at random`;
    case 'rank-profile':
      return `${some}, drawn by the weight of their rank`;
    default:
      throw unknown(name satisfies never);
  }
}

function selectRanks(filter: FilterConfig, perRank: readonly number[], random: RandomStream): number[] {
  const groupSize = perRank.length;
  const { name, keep } = filter;
  switch (name) {
    case 'none':
    case 'single':
      return perRank.map((_, rank) => rank);
    case 'best-of-n':
      return [0];
    case 'best-random': {
      const others = shuffled(groupSize - 1, random).slice(0, keep - 1);
      return [0, ...others.map((other) => other + 1)];
    }
    case 'best-worst':
      return bestAndWorst(keep, groupSize);
    case 'random-k':
      return shuffled(groupSize, random).slice(0, keep);
    case 'rank-profile':
      return drawByProfile(perRank, keep, random);
    default:
      throw unknown(name satisfies never);
  }
}

/** The ⌈keep/2⌉ first and ⌊keep/2⌋ last ranks. */
function bestAndWorst(keep: number, groupSize: number): number[] {
  const best = Math.ceil(keep / 2);
  return Array.from({ length: keep }, (_, place) => (place < best ? place : groupSize - keep + place));
}

/** `keep` different ranks by weight; those of weight ≥ ½ are drawn before the others get a turn. */
function drawByProfile(perRank: readonly number[], keep: number, random: RandomStream): number[] {
  // The allowance is for profiles such as (½, 1/14, …, 1/14), whose sum rounds to a little more than 1.
  const heavy = perRank.map((weight) => (weight >= 0.5 - 1e-9 ? weight : 0));
  const light = perRank.map((weight, rank) => (heavy[rank] > 0 ? 0 : weight));
  const ranks: number[] = [];
  for (const urn of [heavy, light]) {
    while (ranks.length < keep && urn.some((weight) => weight > 0)) {
      const rank = drawRank(urn, random);
      ranks.push(rank);
      urn[rank] = 0;
    }
  }
  return ranks;
}

/** One rank with probability in proportion to its weight; never one of weight 0. */
function drawRank(weights: readonly number[], random: RandomStream): number {
  let left = random.uniform() * sum(weights);
  let drawn = 0;
  for (let rank = 0; rank < weights.length; rank++) {
    if (weights[rank] === 0) continue;
    drawn = rank;
    if (left < weights[rank]) break;
    left -= weights[rank];
  }
  return drawn;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function assertValid(filter: FilterConfig, groupSize: number): void {
  const problem = checkFilter(filter, groupSize);
  if (problem !== undefined) throw new RangeError(problem);
}

function unknown(name: string): RangeError {
  return new RangeError(`No filter is named '${name}'.`);
}
