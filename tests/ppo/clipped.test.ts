import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clippedTerm } from '../../src/ppo/clipped.ts';
import { OFF } from '../../src/protocol/config.ts';

const at = (ratio: number, advantage: number) => clippedTerm(Math.log(ratio), 0, advantage, 0.2);

describe("a token's term of the clipped objective", () => {
  it('is as worked by hand: only what goes further the way it is pushed is clipped', () => {
    expect(at(1.5, 2)).toMatchObject({ clippedRatio: 1.2, isClipped: true });
    expect(at(1.5, 2).objective).toBeCloseTo(2.4, 12);
    expect(at(0.5, 2)).toMatchObject({ clippedRatio: 0.8, isClipped: false });
    expect(at(0.5, 2).objective).toBeCloseTo(1, 12);
    expect(at(0.5, -2)).toMatchObject({ isClipped: true });
    expect(at(0.5, -2).objective).toBeCloseTo(-1.6, 12);
    expect(at(1.5, -2)).toMatchObject({ isClipped: false });
    expect(at(1.5, -2).objective).toBeCloseTo(-3, 12);
    expect(at(1.5, 0)).toMatchObject({ isClipped: false });
  });

  it('of a token as likely as before is its advantage', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -5, max: 5, noNaN: true }),
        fc.double({ min: -9, max: 0, noNaN: true }),
        (a, logprob) => {
          expect(clippedTerm(logprob, logprob, a, 0.2)).toEqual({
            ...{ ratio: 1, clippedRatio: 1, objective: a, isClipped: false },
          });
        },
      ),
    );
  });

  it('is never more than the ratio times the advantage', () => {
    const number = fc.double({ min: -4, max: 4, noNaN: true });
    fc.assert(
      fc.property(number, number, (shift, advantage) => {
        const { ratio, objective } = clippedTerm(shift, 0, advantage, 0.2);
        expect(objective).toBeLessThanOrEqual(ratio * advantage);
      }),
    );
  });

  it('with the clip off is the ratio times the advantage, however far the ratio has gone', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -60, max: 60, noNaN: true }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        (shift, advantage) => {
          const { ratio, clippedRatio, objective, isClipped } = clippedTerm(shift, 0, advantage, OFF);
          expect([clippedRatio, objective, isClipped]).toEqual([ratio, ratio * advantage, false]);
        },
      ),
    );
  });
});
