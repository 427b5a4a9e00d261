import type { RandomStream } from '../protocol/random-stream.ts';

/** Every use of randomness has a stream of its own, told apart by this number; it never changes, and no two share one. */
const streamIds = {
  init: 0,
  prompts: 1,
  sampling: 2,
  filter: 3,
  'what-if': 4,
  minibatch: 5,
  evaluation: 6,
  split: 7,
  corpus: 8,
  pairs: 9,
  bootstrap: 10,
  noise: 11,
  answers: 12,
} as const;
export type StreamName = keyof typeof streamIds;
export const streamNames = Object.keys(streamIds) as StreamName[];

type Words4 = [number, number, number, number];

/** High 32 bits of the product of two uint32, exact: partial products of 16-bit halves stay below 2^53. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return aHigh * bHigh + (middle >>> 16) + (carry >>> 16);
}

/**
 * Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): four uint32 that look random
 * out of a counter and a key, all uint32. A bijection of the counter under each key.
 */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): Words4 {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0) >>> 0;
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** 64-bit key: 53 bits of seed, 10 of name, and one that keeps the samplers' counters apart from the streams'. */
function keyOf(seed: number, name: StreamName, sampler: 0 | 1): [number, number] {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`A seed is an integer from 0 to ${Number.MAX_SAFE_INTEGER}: got ${seed}.`);
  }
  if (!Object.hasOwn(streamIds, name))
    throw new RangeError(`No stream is named '${name}': use one of ${streamNames.join(', ')}.`);
  return [seed >>> 0, Math.floor(seed / 2 ** 32) + streamIds[name] * 2 ** 21 + sampler * 2 ** 31];
}

/** The key for the `sample` kernel. Its numbers are independent of every `stream`, those of the same name included. */
export function samplerKey(seed: number, name: StreamName): [number, number] {
  return keyOf(seed, name, 1);
}

/**
 * The stream of a seed (an integer, 0 … 2^53 − 1), a name, and up to two numbers (uint32: an update's number, say).
 * Same arguments, same numbers; streams with other arguments never share a Philox block. Throws a RangeError on
 * arguments out of range.
 */
export function stream(seed: number, name: StreamName, ...path: number[]): RandomStream {
  const key = keyOf(seed, name, 0);
  if (path.length > 2 || path.some((part) => !Number.isInteger(part) || part < 0 || part >= 2 ** 32)) {
    throw new RangeError(
      `The path of stream '${name}' is at most 2 integers below 2^32: got ${path.join(', ')}.`,
    );
  }
  const [first = 0, second = 0] = path;
  let block = 0;
  let words: Words4 = [0, 0, 0, 0];
  let used = 4;

  function word(): number {
    if (used === 4) {
      const blockHigh = Math.floor(block / 2 ** 32) + path.length * 2 ** 30;
      words = philox4x32([block >>> 0, blockHigh, first, second], key);
      block++;
      used = 0;
    }
    return words[used++];
  }

  return {
    uniform: () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53,
    integer(limit) {
      if (!Number.isInteger(limit) || limit < 1 || limit > 2 ** 32) {
        throw new RangeError(`integer(limit) needs a limit from 1 to 2^32: got ${limit}.`);
      }
      // Words past the last whole multiple of `limit` would favour small results: draw again.
      const bound = 2 ** 32 - (2 ** 32 % limit);
      let drawn = word();
      while (drawn >= bound) drawn = word();
      return drawn % limit;
    },
  };
}

/** The integers 0 … n − 1 in random order, every order equally likely (Fisher–Yates). */
export function shuffled(n: number, random: RandomStream): number[] {
  const order = Array.from({ length: n }, (_, index) => index);
  for (let last = n - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

/** A standard normal number (Box–Muller, cosine branch): two uniforms a call, so that nothing is kept between calls. */
export function normal(random: RandomStream): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()));
  return radius * Math.cos(2 * Math.PI * random.uniform());
}

/** A number for a name, to be part of a stream's path: uint32, the same for ever (FNV-1a over UTF-16 code units). */
export function pathOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
