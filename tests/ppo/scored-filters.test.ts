import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawKept, filters, filterWeights } from '../../src/ppo/filter.ts';
import { defaultKnobs } from '../../src/ppo/knobs.ts';
import { stream } from '../../src/ppo/random.ts';
import type { FilterConfig } from '../../src/protocol/config.ts';

const filter = (name: string, keep: number, mode: FilterConfig['mode'] = 'select'): FilterConfig => ({
  ...defaultKnobs.filter,
  ...{ name, keep, mode },
});
const kept = (scores: readonly number[], name: string, keep: number) =>
  drawKept(Float32Array.from(scores), scores.length, filter(name, keep), stream(1, 'filter'));
/** Those of a prompt's scores; those of the whole batch have tests of their own. */
const names = filters.filter((one) => 'keeps' in one && one.readsScores).map(({ name }) => name);

const variance = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
};

/** Every choice of k of n places. */
function* choices(n: number, k: number, from = 0): Generator<number[]> {
  if (k === 0) yield [];
  else for (let i = from; i <= n - k; i++) for (const rest of choices(n, k - 1, i + 1)) yield [i, ...rest];
}

describe('max-variance', () => {
  it('takes from the top and the bottom what is furthest apart', () => {
    // Mean 0: 2 and −3. Of three, −3 −2 2 (variance 4.67) against −3 1 2 (4.67 too: more from the top wins) and 0 1 2.
    expect(kept([1, -3, 2, 0, -2], 'max-variance', 2)).toEqual([1, 2]);
    expect(kept([1, -3, 2, 0, -2], 'max-variance', 3)).toEqual([0, 1, 2]);
    expect(kept([0.9, 1, 1, -9], 'max-variance', 3)).toEqual([1, 2, 3]);
  });

  it('is the largest of all choices', () => {
    const scores = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(scores, fc.nat(), (list, n) => {
        const keep = 1 + (n % list.length);
        const own = variance(kept(list, 'max-variance', keep).map((row) => list[row]));
        const all = [...choices(list.length, keep)].map((rows) => variance(rows.map((row) => list[row])));
        expect(own).toBeCloseTo(Math.max(...all), 9);
      }),
    );
  });
});

it('advantage-k takes what is furthest from the mean, on whichever side', () => {
  // Mean 1: distances 9 1 2 3 3; the tie goes to the better rank, which is 4.
  expect(kept([10, 0, -1, -2, -2], 'advantage-k', 1)).toEqual([0]);
  expect(kept([1, 4, -2, 1, 1], 'advantage-k', 1)).toEqual([1]);
  expect(kept([1, 4, -2, 1, 1], 'advantage-k', 2)).toEqual([1, 2]);
});

it('mu-2-sigma takes the best, and not the worst where that is an accident', () => {
  // Mean 0, deviation √(32/5) = 2.53: −5.06 is asked for.
  expect(kept([4, 1, 0, -1, -4], 'mu-2-sigma', 2)).toEqual([0, 4]);
  // Mean −0.6, deviation 4.65: −9.9, and −10 is the worst; of three also the next.
  expect(kept([2, 2, 2, 1, -10], 'mu-2-sigma', 3)).toEqual([0, 3, 4]);
  // Nine of 0, one of −10: mean −1, deviation 3, so −7: nearer to −10 than to 0.
  expect(kept([-10, ...Array<number>(9).fill(0)], 'mu-2-sigma', 2)).toEqual([0, 1]);
  // Fourteen of 1, −5 and −9: mean 0, deviation 2.74, so −5.5: the second worst is nearer.
  expect(kept([...Array<number>(14).fill(1), -5, -9], 'mu-2-sigma', 2)).toEqual([0, 14]);
});

describe.each(names)('%s', (name) => {
  const batch = fc.record({
    groupSize: fc.integer({ min: 1, max: 9 }),
    prompts: fc.integer({ min: 1, max: 4 }),
    seed: fc.nat(),
  });
  it('keeps as many as it says of each prompt, which share its weight', () => {
    fc.assert(
      fc.property(batch, ({ groupSize, prompts, seed }) => {
        const random = stream(seed, 'evaluation');
        const scores = Float32Array.from({ length: prompts * groupSize }, () => random.integer(5) - 2);
        const config = filter(name, 1 + random.integer(groupSize));
        const rows = drawKept(scores, groupSize, config, stream(seed, 'filter'));
        const weights = filterWeights(scores, groupSize, config);
        expect(rows).toEqual(Array.from(weights.keys()).filter((row) => weights[row] > 0));
        for (let p = 0; p < prompts; p++) {
          const own = rows.filter((row) => Math.floor(row / groupSize) === p);
          expect(own).toHaveLength(config.keep);
          for (const row of own) expect(weights[row]).toBeCloseTo(1 / config.keep, 6);
        }
      }),
    );
  });

  it('draws by these weights where it resamples', () => {
    const scores = Float32Array.of(3, 1, 0, -2);
    const rows = drawKept(scores, 4, filter(name, 2, 'resample'), stream(1, 'filter'));
    const weights = filterWeights(scores, 4, filter(name, 2, 'resample'));
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(weights[row]).toBe(0.5);
  });
});
