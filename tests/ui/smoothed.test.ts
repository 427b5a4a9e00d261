import { describe, expect, it } from 'vitest';
import { stream } from '../../src/ppo/random.ts';
import { PlotColumns } from '../../src/ui/figures/plot-columns.ts';
import { Smoothed } from '../../src/ui/figures/smoothed.ts';
import { RunHistory } from '../../src/ui/history.ts';

const rounded = (column: ArrayLike<number | null>) =>
  Array.from(column, (value) => (value === null || Number.isNaN(value) ? null : Number(value.toFixed(6))));

describe('a smoothed curve', () => {
  it('is the debiased exponential mean of what was measured, from the first number on', () => {
    const history = new RunHistory();
    [2, 4, NaN, 1].forEach((value, update) => history.set(update, { 'objective/scores': value }));
    const [first, second] = [2, (0.5 * 2 + 4) / 1.5];
    const third = (0.25 * 2 + 0.5 * 4 + 1) / 1.75;
    const smoothed = new Smoothed(history, 'objective/scores', 0.5);
    expect(rounded(smoothed.column())).toEqual(rounded([first, second, NaN, third]));
    expect(rounded(new Smoothed(history, 'objective/scores', 0).column())).toEqual([2, 4, null, 1]);
  });

  it('of a constant is that constant, and lies between the extremes of what was measured', () => {
    const random = stream(3, 'what-if');
    const [flat, wild] = [new RunHistory(), new RunHistory()];
    for (let update = 0; update < 300; update++) {
      flat.set(update, { 'eval/kl': 0.7 });
      wild.set(update, { 'eval/kl': random.uniform() });
    }
    new Smoothed(flat, 'eval/kl', 0.9).column().forEach((value) => expect(value).toBeCloseTo(0.7, 12));
    const values = Array.from(new Smoothed(wild, 'eval/kl', 0.9).column());
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values.slice(50)) - Math.min(...values.slice(50))).toBeLessThan(0.7);
  });

  it('grown bit by bit, with numbers that come late, is the same as made at once', () => {
    const random = stream(4, 'what-if');
    const history = new RunHistory();
    const growing = new Smoothed(history, 'objective/scores', 0.9);
    const drawn = new PlotColumns([{ history, metric: 'objective/scores', smoothing: 0.9 }]);
    for (let update = 0; update < 400; update++) {
      const late = Math.max(0, update - random.integer(3));
      history.set(late, { 'objective/scores': random.uniform() });
      if (random.integer(4) > 0) continue;
      const whole = new Smoothed(history, 'objective/scores', 0.9).column();
      expect(growing.column()).toEqual(whole);
      expect(rounded(drawn.fitted(1000)[1])).toEqual(rounded(whole));
    }
  });
});
