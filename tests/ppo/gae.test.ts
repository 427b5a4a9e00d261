import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gae } from '../../src/ppo/gae.ts';

/** A_t = Σ_l (γλ)^l δ_{t+l}, straight from the definition. */
function advantagesBySum(rewards: number[], values: number[], gamma: number, lambda: number): number[] {
  const delta = rewards.map((r, t) => r + gamma * (values[t + 1] ?? 0) - values[t]);
  return delta.map((_, t) => delta.slice(t).reduce((total, d, l) => total + (gamma * lambda) ** l * d, 0));
}

const number = fc.double({ min: -4, max: 4, noNaN: true });
const unit = fc.double({ min: 0, max: 1, noNaN: true });
const row = fc.record({
  before: fc.nat(3),
  steps: fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 12 }),
  after: fc.nat(3),
});

describe('gae', () => {
  it('is as worked by hand, with a masked prompt before and padding after', () => {
    // δ = 0.625, −0.1875, 1.875; γλ = 0.25
    const { advantages, returns } = gae(
      [99, 1, 0, 2, 99],
      [NaN, 0.5, 0.25, 0.125, 7],
      [0, 1, 1, 1, 0],
      5,
      0.5,
      0.5,
    );
    expect([...advantages]).toEqual([0, 0.6953125, 0.28125, 1.875, 0]);
    expect([...returns]).toEqual([0, 1.1953125, 0.53125, 2, 0]);
  });

  it('keeps rows apart', () => {
    const { returns } = gae([1, 2, 4, 8], [0, 0, 0, 0], [1, 1, 1, 1], 2, 1, 1);
    expect([...returns]).toEqual([3, 2, 12, 8]);
  });

  it('equals the direct sum of discounted deltas', () => {
    fc.assert(
      fc.property(row, unit, unit, ({ before, steps, after }, gamma, lambda) => {
        const pad = (values: number[]) => [
          ...Array<number>(before).fill(5),
          ...values,
          ...Array<number>(after).fill(5),
        ];
        const rewards = steps.map(([r]) => r);
        const values = steps.map(([, v]) => v);
        const mask = [
          ...Array<number>(before).fill(0),
          ...steps.map(() => 1),
          ...Array<number>(after).fill(0),
        ];
        const got = gae(pad(rewards), pad(values), mask, mask.length, gamma, lambda);
        const expected = advantagesBySum(rewards, values, gamma, lambda);
        mask.forEach((on, i) => {
          expect(got.advantages[i]).toBeCloseTo(on ? expected[i - before] : 0, 4);
          expect(got.returns[i]).toBeCloseTo(on ? expected[i - before] + values[i - before] : 0, 4);
        });
      }),
    );
  });

  it('with γ = λ = 1 has the rewards to go as returns, whatever the values', () => {
    fc.assert(
      fc.property(row, ({ steps }) => {
        const rewards = steps.map(([r]) => r);
        const { returns } = gae(
          rewards,
          steps.map(([, v]) => v),
          steps.map(() => 1),
          steps.length,
          1,
          1,
        );
        rewards.forEach((_, t) => {
          expect(returns[t]).toBeCloseTo(
            rewards.slice(t).reduce((total, r) => total + r, 0),
            4,
          );
        });
      }),
    );
  });

  it('with λ = 0 is the one-step error', () => {
    const { advantages } = gae([1, 2], [0.5, 4], [1, 1], 2, 0.5, 0);
    expect([...advantages]).toEqual([2.5, -2]);
  });

  it('refuses sizes that do not fit', () => {
    expect(() => gae([1, 2, 3], [1, 2, 3], [1, 1, 1], 2, 1, 1)).toThrow('rows of 2: got 3 rewards');
    expect(() => gae([1, 2], [1], [1, 1], 2, 1, 1)).toThrow('1 values');
  });
});
