import { expect, test } from 'vitest';
import { wilson } from '../../src/ppo/reliability.ts';
import { bandsOf } from '../../src/ui/figures/chart-layers.ts';
import { truthLines } from '../../src/ui/figures/run-lines.ts';
import { RunHistory } from '../../src/ui/history.ts';

test('a batch has the interval of as many responses as it tells as much as, where that is known', () => {
  const history = new RunHistory();
  history.set(0, { 'objective/pass_rate': 0.5 });
  history.set(1, { 'objective/pass_rate': 0.25, 'objective/pass_rate_trials': 40 });
  const trials = (update: number) => history.at('objective/pass_rate_trials', update) ?? NaN;
  for (const smoothing of [0, 0.6]) {
    const lines = truthLines(smoothing, { prompts: () => 200, trials });
    const bands = bandsOf(lines, history, Float64Array.of(0, 1)).filter(
      ({ metric }) => metric === 'objective/pass_rate',
    );
    // What is smoothed has none of its own.
    expect(bands).toHaveLength(1);
    const { low, high } = wilson(10, 40);
    expect(bands[0].points).toEqual([{ update: 1, x: 1, low, high, n: 40 }]);
  }
});
