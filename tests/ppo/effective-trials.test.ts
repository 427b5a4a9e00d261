import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveTrials } from '../../src/ppo/effective-trials.ts';

describe('effectiveTrials', () => {
  it('is the number of prompts where responses to one are all alike, less one for the estimated mean', () => {
    // Two of four prompts pass whole: variance 4/3 · 4 · 4 / 256 = 1/12, and 1/4 over it is 3.
    expect(effectiveTrials([1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], 4)).toBeCloseTo(3, 12);
  });

  it('is no more than the responses, where every prompt has the same share', () => {
    expect(effectiveTrials([1, 0, 0, 1, 1, 0.5], 2)).toBe(6);
  });

  it('is the number of prompts where all pass, or none', () => {
    expect(effectiveTrials([1, 1, 1, 1], 2)).toBe(2);
    expect(effectiveTrials([0, 0.9, 0, 0, 0, 0], 2)).toBe(3);
  });

  it('leaves out what the judge failed at, and prompts of which it knows nothing', () => {
    expect(effectiveTrials([1, NaN, 1, NaN, NaN, NaN, 0, NaN, 0, NaN], 2)).toBeCloseTo(3, 12);
    expect(effectiveTrials([1, 0, NaN, NaN], 2)).toBeNaN();
  });

  it('is between one and the number of responses', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 400, maxLength: 400 }), (passes) => {
        fc.pre(passes.some(Boolean) && !passes.every(Boolean));
        const trials = effectiveTrials(passes.map(Number), 4);
        expect(trials).toBeGreaterThanOrEqual(1);
        expect(trials).toBeLessThanOrEqual(400);
      }),
      { numRuns: 50 },
    );
  });
});
