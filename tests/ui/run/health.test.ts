import { describe, expect, test } from 'vitest';
import type { Metrics } from '../../../src/protocol/metrics.ts';
import { RunHistory } from '../../../src/ui/history.ts';
import { warningOf } from '../../../src/ui/run/health.ts';

const row = (entropy: number, kl: number, score: number, truth: number): Metrics => ({
  'policy/entropy': entropy,
  'eval/kl': kl,
  'eval/scores': score,
  'eval/pass@1_held_out': truth,
});
/** A run whose updates report the same, so many at a time. */
function rows(...parts: [count: number, metrics: Metrics][]): RunHistory {
  const history = new RunHistory();
  let update = 0;
  for (const [count, metrics] of parts) for (let i = 0; i < count; i++) history.set(update++, metrics);
  return history;
}

describe('a run that goes well', () => {
  test('is not warned of', () => {
    expect(warningOf(new RunHistory())).toBeUndefined();
    // As measured over 1,000 updates of the default.
    expect(
      warningOf(rows([5, row(0.074, 0.2, 0.1, 0.44)], [50, row(0.047, 1.7, 0.94, 0.9)])),
    ).toBeUndefined();
  });
  test('is not warned of for one odd value', () => {
    const calm = row(0.07, 1, 0.5, 0.6);
    for (const odd of [row(0, 1, 0.5, 0.6), row(0.07, 20, 0.5, 0.6), row(0.07, 1, 0.9, 0.35)])
      expect(warningOf(rows([9, calm], [1, odd]))).toBeUndefined();
  });
});

describe('a run that goes wrong', () => {
  const begun = row(0.08, 0.2, 0.1, 0.5);
  test.each<[string, Metrics, RegExp]>([
    ['its entropy is gone', row(0.01, 1, 0.5, 0.6), /entropy is nearly gone/],
    ['its KL runs away', row(0.07, 9, 0.5, 0.6), /KL grows/],
    ['its score rises while its truth falls', row(0.07, 1, 0.9, 0.35), /please its teacher/],
  ])('is warned of: %s', (_, now, words) => {
    expect(warningOf(rows([5, begun], [5, now]))).toMatch(words);
  });
  test('but not where truth falls with the score, or within the noise', () => {
    expect(warningOf(rows([5, begun], [5, row(0.07, 1, -0.4, 0.35)]))).toBeUndefined();
    expect(warningOf(rows([5, begun], [5, row(0.07, 1, 0.9, 0.44)]))).toBeUndefined();
  });
});
