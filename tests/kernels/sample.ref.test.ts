import { describe, expect, test } from 'vitest';
import { gumbel, philox, sample } from '../../src/kernels/sample.ref.ts';
import { knobs } from '../../src/kernels/cases/head-cases.ts';

const hex = (words: readonly number[]) => words.map((word) => word.toString(16).padStart(8, '0')).join(' ');
const ONES = 0xffffffff;

describe('Philox4x32-10 gives the published known answers (Random123, kat_vectors)', () => {
  test('zeros', () => {
    expect(hex(philox([0, 0, 0, 0], [0, 0]))).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8');
  });
  test('ones', () => {
    expect(hex(philox([ONES, ONES, ONES, ONES], [ONES, ONES]))).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd');
  });
  test('digits of π', () => {
    const counter = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344] as const;
    expect(hex(philox(counter, [0xa4093822, 0x299f31d0]))).toBe('d16cfe09 94fdcceb 5001e420 24126ea1');
  });
});

test('Gumbel noise is finite at both ends and −log(−log ½) in the middle', () => {
  expect(gumbel(0)).toBeCloseTo(-Math.log(33 * Math.LN2), 9);
  expect(gumbel(0xffffffff)).toBeCloseTo(24 * Math.LN2, 6);
  expect(gumbel(0x80000000)).toBeCloseTo(-Math.log(Math.LN2), 6);
});

interface Draw {
  logits: number[];
  rows: number;
  numbers?: number[];
  position?: number;
  rng?: number[];
  temperature?: number;
}

/** Draws from the first V of V + 1 logits, the last of which would win. */
function draws({
  logits,
  rows,
  numbers,
  position = 0,
  rng = [1, 2, 0, 0],
  temperature = 1,
}: Draw): Uint32Array {
  const [V, N] = [logits.length, logits.length + 1];
  const next = new Uint32Array(rows);
  sample(
    {
      logits: Float64Array.from({ length: rows * N }, (_, i) => (i % N < V ? logits[i % N] : 1e6)),
      positions: new Uint32Array(rows).fill(position),
      rows: Uint32Array.from(numbers ?? Array(rows).keys()),
      current: new Uint32Array(rows).fill(7),
      rng: new Uint32Array(rng),
      knobs: Float64Array.from(knobs({ temperature })),
      next,
    },
    { B: rows, V, N, end: 0 },
  );
  return next;
}

/** Σ (observed − expected)² / expected */
function chiSquare(tokens: Uint32Array, probabilities: number[]): number {
  return probabilities.reduce((sum, probability, v) => {
    const expected = probability * tokens.length;
    return sum + (tokens.filter((token) => token === v).length - expected) ** 2 / expected;
  }, 0);
}

describe('sample', () => {
  const probabilities = [0.4, 0.05, 0.25, 0.1, 0.2];
  const logits = probabilities.map(Math.log);

  // 18.47 is the 0.999 quantile of χ² with 4 degrees of freedom; the seed is fixed.
  test('is distributed as the softmax', () => {
    expect(chiSquare(draws({ logits, rows: 20_000 }), probabilities)).toBeLessThan(18.47);
  });

  test('is distributed as the softmax of logits over temperature', () => {
    const sharper = probabilities.map((p) => p ** 2);
    const total = sharper.reduce((a, b) => a + b);
    const tokens = draws({ logits, rows: 20_000, temperature: 0.5 });
    expect(
      chiSquare(
        tokens,
        sharper.map((p) => p / total),
      ),
    ).toBeLessThan(18.47);
    expect(chiSquare(tokens, probabilities)).toBeGreaterThan(1000);
  });

  test('draws of neighbouring tokens and rollouts are independent', () => {
    const first = draws({ logits, rows: 20_000 });
    for (const other of [{ position: 1 }, { rng: [1, 2, 0, 1] }, { rng: [1, 3, 0, 0] }]) {
      const second = draws({ logits, rows: 20_000, ...other });
      const pairs = first.map((token, i) => 5 * token + second[i]);
      const expected = probabilities.flatMap((p) => probabilities.map((q) => p * q));
      // The 0.999 quantile of χ² with 24 degrees of freedom.
      expect(chiSquare(pairs, expected)).toBeLessThan(51.18);
    }
  });

  test("does not depend on batching: rng[2] is the first row's number", () => {
    const all = draws({ logits, rows: 100 });
    const tail = draws({ logits, rows: 40, rng: [1, 2, 60, 0] });
    expect(tail).toEqual(all.subarray(60));
    expect(draws({ logits, rows: 3, numbers: [70, 5, 99] })).toEqual(
      Uint32Array.of(all[70], all[5], all[99]),
    );
  });

  test('an ended row stays ended, any other row is free', () => {
    const next = new Uint32Array(2);
    sample(
      {
        logits: new Float64Array([0, 0, 50, 0, 0, 50]),
        positions: new Uint32Array(2),
        rows: new Uint32Array([0, 1]),
        current: new Uint32Array([0, 5]),
        rng: new Uint32Array(4),
        knobs: Float64Array.from(knobs()),
        next,
      },
      { B: 2, V: 3, N: 3, end: 0 },
    );
    expect([...next]).toEqual([0, 2]);
  });
});
