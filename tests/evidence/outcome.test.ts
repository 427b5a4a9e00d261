import { describe, expect, it } from 'vitest';
import { atEqualBudget, finalOutcome, gainOf } from '../../src/evidence/outcome.ts';
import { cheapCosts, cheapCurve, noneCurve, run } from './suite-results.ts';

describe('outcomes', () => {
  const none = run('a', 1, noneCurve);
  const cheap = run('b', 1, cheapCurve, cheapCosts);

  it('a final outcome is the mean of the last three, never of the one before training', () => {
    expect(finalOutcome(none)).toBeCloseTo((0.5 + 0.6 + 0.7) / 3, 12);
    expect(gainOf(none)).toBeCloseTo(0.5, 12);
    expect(finalOutcome(run('a', 1, [0.1, 0.4, 0.6]))).toBeCloseTo(0.5, 12);
    expect(finalOutcome(run('a', 1, [0.1]))).toBe(0.1);
    expect(gainOf(run('a', 1, [0.1]))).toBe(0);
    expect(gainOf({ ...none, evaluations: none.evaluations.slice(1) })).toBeNaN();
  });

  it('the run that spent less is compared at its end, the other read between its evaluations', () => {
    // cheap ends at 20 FLOPs; its last three were at 10, 15 and 20, where none had 0.3, 0.4 and 0.5.
    const [filtered, unfiltered] = atEqualBudget(cheap, none, 'flops');
    expect(filtered).toBeCloseTo(0.5, 12);
    expect(unfiltered).toBeCloseTo(0.4, 12);
    expect(atEqualBudget(none, cheap, 'flops')).toEqual([unfiltered, filtered]);
    // At equal draws both are at their end.
    const drawn = atEqualBudget(cheap, none, 'drawn');
    expect(drawn[0]).toBeCloseTo(0.5, 12);
    expect(drawn[1]).toBeCloseTo(0.6, 12);
    // Three FLOPs an update: 6, 9 and 12 of them lie 0.6, 0.9 and 1.2 evaluations along.
    const [, uneven] = atEqualBudget(run('b', 1, cheapCurve, { flops: 3 }), none, 'flops');
    // 0.1 + 0.6·0.2, 0.1 + 0.9·0.2 and 0.3 + 0.2·0.2.
    expect(uneven).toBeCloseTo((0.22 + 0.28 + 0.34) / 3, 12);
  });

  it('a run that stopped early, and one that never took a step', () => {
    const short = run('a', 1, noneCurve.slice(0, 3));
    expect(atEqualBudget(cheap, short, 'drawn')[0]).toBeCloseTo((0.2 + 0.4) / 2, 12);
    expect(atEqualBudget(cheap, short, 'drawn')[1]).toBeCloseTo((0.3 + 0.5) / 2, 12);
    // From update 20 to 30 it took no step: what was spent by then had got it to the later outcome.
    const paused = run('a', 1, noneCurve);
    paused.evaluations[3].steps = paused.evaluations[2].steps;
    const three = run('b', 1, [0.1, 0.2, 0.2], { steps: 2 });
    expect(atEqualBudget(three, paused, 'steps')[1]).toBeCloseTo((0.3 + 0.6) / 2, 12);
    const idle = run('b', 1, [0.1, 0.2, 0.1, 0.2, 0.3], { steps: 0 });
    expect(atEqualBudget(idle, none, 'steps')[0]).toBeCloseTo(0.2, 12);
    expect(atEqualBudget(idle, none, 'steps')[1]).toBeCloseTo(0.1, 12);
  });
});
