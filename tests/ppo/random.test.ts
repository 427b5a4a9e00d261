import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  normal,
  pathOf,
  philox4x32,
  samplerKey,
  shuffled,
  stream,
  streamNames,
} from '../../src/ppo/random.ts';
import { chiSquared, tally } from './chi-squared.ts';

const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

/** Philox written from the paper in unbounded integers. */
function philoxOfBigInts(counter: readonly number[], key: readonly number[]): number[] {
  let c = counter.map(BigInt);
  let k = key.map(BigInt);
  const low = (x: bigint) => x & 0xffffffffn;
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * c[0];
    const p1 = 0xcd9e8d57n * c[2];
    c = [(p1 >> 32n) ^ c[1] ^ k[0], low(p1), (p0 >> 32n) ^ c[3] ^ k[1], low(p0)];
    k = [low(k[0] + 0x9e3779b9n), low(k[1] + 0xbb67ae85n)];
  }
  return c.map(Number);
}

describe('philox4x32', () => {
  it.each([
    {
      counter: [0, 0, 0, 0] as const,
      key: [0, 0] as const,
      words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    },
    {
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff] as const,
      key: [0xffffffff, 0xffffffff] as const,
      words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344] as const,
      key: [0xa4093822, 0x299f31d0] as const,
      words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ])('gives the published answer for counter $counter', ({ counter, key, words }) => {
    expect(philox4x32(counter, key)).toEqual(words);
  });

  it('equals the same rounds in unbounded integers', () => {
    fc.assert(
      fc.property(fc.tuple(uint32, uint32, uint32, uint32), fc.tuple(uint32, uint32), (counter, key) => {
        expect(philox4x32(counter, key)).toEqual(philoxOfBigInts(counter, key));
      }),
    );
  });
});

describe('stream', () => {
  const take = (n: number, ...args: Parameters<typeof stream>) => {
    const random = stream(...args);
    return Array.from({ length: n }, () => random.uniform());
  };

  it('repeats itself, and goes on rather than starting again', () => {
    const numbers = take(1000, 7, 'sampling', 3);
    expect(take(1000, 7, 'sampling', 3)).toEqual(numbers);
    expect(new Set(numbers).size).toBe(1000);
  });

  it('of a name gives the same numbers for ever: models were made with them', () => {
    expect(Object.fromEntries(streamNames.map((name) => [name, stream(1, name, 2).uniform()]))).toEqual({
      init: 0.4110414987880189,
      prompts: 0.7355215502698017,
      sampling: 0.752571752153552,
      filter: 0.07428558810821162,
      'what-if': 0.2897289872392168,
      minibatch: 0.7401480127123563,
      evaluation: 0.49738763071306247,
      split: 0.1610405638020277,
      corpus: 0.6728683848188163,
      pairs: 0.9008872673335688,
      bootstrap: 0.10682756249162095,
      noise: 0.19508410158299272,
      answers: 0.7382669220453362,
    });
  });

  it('shares no number with a stream of another seed, name or path', () => {
    const seeds = [0, 1, 2 ** 21, 2 ** 31, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    const paths = [[], [0], [0, 0], [1], [0, 1], [1, 0], [2 ** 32 - 1]];
    const numbers = seeds.flatMap((seed) =>
      streamNames.flatMap((name) => paths.flatMap((path) => take(20, seed, name, ...path))),
    );
    expect(new Set(numbers).size).toBe(seeds.length * streamNames.length * paths.length * 20);
  });

  it('is not correlated with its neighbours', () => {
    const n = 4000;
    const base = take(n, 1, 'filter', 1);
    for (const other of [take(n, 2, 'filter', 1), take(n, 1, 'what-if', 1), take(n, 1, 'filter', 2)]) {
      const covariance = base.reduce((sum, x, i) => sum + (x - 0.5) * (other[i] - 0.5), 0) / n;
      // Independent: deviation of the correlation is 1/√n = 0.016.
      expect(Math.abs(covariance * 12)).toBeLessThan(0.06);
    }
  });

  it('gives uniform numbers in [0, 1)', () => {
    const numbers = take(16_000, 11, 'evaluation');
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    const counts = tally(numbers.map((x) => Math.floor(x * 16)));
    // 99.9 % point of χ² with 15 degrees of freedom.
    const expected = new Map(Array.from({ length: 16 }, (_, bin) => [String(bin), 1 / 16]));
    expect(chiSquared(counts, expected)).toBeLessThan(37.7);
  });

  it('gives uniform integers below any limit', () => {
    const random = stream(5, 'minibatch', 1, 2);
    const drawn = Array.from({ length: 14_000 }, () => random.integer(7));
    const expected = new Map([0, 1, 2, 3, 4, 5, 6].map((value) => [String(value), 1 / 7]));
    expect(chiSquared(tally(drawn), expected)).toBeLessThan(22.5);
    expect(random.integer(1)).toBe(0);
    // ¾·2^32 is where taking a remainder would be most biased: 2 of 3 results in the lower third.
    const large = Array.from({ length: 9000 }, () => random.integer(0.75 * 2 ** 32));
    expect(Math.max(...large)).toBeLessThan(0.75 * 2 ** 32);
    const thirds = tally(large.map((value) => Math.floor(value / 2 ** 30)));
    expect(chiSquared(thirds, new Map([0, 1, 2].map((third) => [String(third), 1 / 3])))).toBeLessThan(13.9);
  });

  it('refuses what it cannot make into a key of its own', () => {
    expect(() => stream(-1, 'init')).toThrow('from 0 to 9007199254740991: got -1');
    expect(() => stream(0.5, 'init')).toThrow('got 0.5');
    expect(() => stream(2 ** 53, 'init')).toThrow(RangeError);
    expect(() => stream(1, 'filter', 1, 2, 3)).toThrow('at most 2 integers below 2^32: got 1, 2, 3');
    expect(() => stream(1, 'filter', -1)).toThrow('got -1');
    expect(() => stream(1, 'filter', 2 ** 32)).toThrow(RangeError);
    for (const limit of [0, -1, 1.5, NaN, 2 ** 32 + 1]) {
      expect(() => stream(1, 'filter').integer(limit)).toThrow(`got ${limit}`);
    }
  });
});

describe('pathOf', () => {
  it('is FNV-1a: the published hashes of short texts', () => {
    expect(pathOf('')).toBe(0x811c9dc5);
    expect(pathOf('a')).toBe(0xe40c292c);
    expect(pathOf('foobar')).toBe(0xbf9cf968);
  });

  it('is a part that a stream takes', () => {
    fc.assert(fc.property(fc.string(), (name) => stream(1, 'what-if', pathOf(name)).uniform() < 1));
  });
});

describe('samplerKey', () => {
  it('is one of its own for every seed and name, two uint32', () => {
    const keys = [0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER].flatMap((seed) =>
      streamNames.map((name) => samplerKey(seed, name)),
    );
    expect(new Set(keys.map(String)).size).toBe(4 * streamNames.length);
    for (const word of keys.flat()) expect(word).toBe(word >>> 0);
  });

  it('never meets the blocks of a stream', () => {
    const random = stream(3, 'sampling');
    const numbers = new Set(Array.from({ length: 2000 }, () => random.uniform()));
    for (let block = 0; block < 1000; block++) {
      const [a, b] = philox4x32([block, 0, 0, 0], samplerKey(3, 'sampling'));
      expect(numbers.has(((a >>> 5) * 2 ** 26 + (b >>> 6)) / 2 ** 53)).toBe(false);
    }
  });
});

describe('shuffled', () => {
  it('is a permutation', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), fc.nat(), (n, seed) => {
        const order = shuffled(n, stream(seed, 'minibatch'));
        expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  it('makes the 6 orders of 3 equally likely', () => {
    const random = stream(2, 'prompts');
    const counts = tally(Array.from({ length: 6000 }, () => shuffled(3, random).join('')));
    const orders = ['012', '021', '102', '120', '201', '210'];
    expect(chiSquared(counts, new Map(orders.map((order) => [order, 1 / 6])))).toBeLessThan(20.5);
  });
});

describe('normal', () => {
  it('has the moments and the tails of the normal distribution', () => {
    const random = stream(9, 'init');
    const n = 20_000;
    const drawn = Array.from({ length: n }, () => normal(random));
    const moment = (power: number) => drawn.reduce((sum, x) => sum + x ** power, 0) / n;
    expect(drawn.every(Number.isFinite)).toBe(true);
    expect(Math.abs(moment(1))).toBeLessThan(0.03);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.04);
    expect(Math.abs(moment(3))).toBeLessThan(0.1);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.25);
    const beyond = drawn.filter((x) => Math.abs(x) > 1.959964).length / n;
    expect(Math.abs(beyond - 0.05)).toBeLessThan(0.006);
  });

  it('is finite where the uniform is 0', () => {
    expect(normal({ uniform: () => 0, integer: () => 0 })).toBeCloseTo(0, 12);
  });
});
