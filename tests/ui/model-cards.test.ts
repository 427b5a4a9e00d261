import { expect, test } from 'vitest';
import type { Measured } from '../../src/protocol/device.ts';
import { noWork } from '../../src/kernels/engine.ts';
import { cardText, updateEstimate } from '../../src/ui/model-cards.ts';

const counts = noWork();
const part = (what: string, rows: number, median: number): Measured => ({
  ...{ engine: 'cpu', what, rows, first: 99, median, runs: 3, counts },
});
const logProbs = part('log-probs', 64, 10);
const step = part('training step', 64, 20);

test('an update is sampling, 7/3 of the log-probs of 64, and two steps', () => {
  const parts = [part('sampling', 64, 15), part('sampling', 256, 50), logProbs, step];
  expect(updateEstimate(parts)).toBe(50 + (7 / 3) * 10 + 2 * 20);
});

test('where 256 were too slow to sample, four times 64 stand for them', () => {
  expect(updateEstimate([part('sampling', 64, 700), logProbs, step])).toBeCloseTo(4 * 700 + 70 / 3 + 40, 9);
});

test('where a part is missing there is no estimate', () => {
  expect(updateEstimate([part('sampling', 256, 50), logProbs])).toBeUndefined();
  expect(updateEstimate([])).toBeUndefined();
});

test('what a reward model is worth is said in numbers of its card', () => {
  const card = {
    heldOut: 0.954,
    inTraining: [
      { update: 0, accuracy: 0.95 },
      { update: 40, accuracy: 0.81 },
    ],
    varianceWithin: 0.5,
    calibration: { slope: 2, intercept: 0, error: 0.02 },
    topPassRate: 0.97,
    reliability: { scores: [], passRates: [], deviations: [] },
  };
  expect(cardText(card)).toBe(
    'Orders 95 % of held-out pairs rightly, and 81 % of those it meets after 40 updates. Of its 2 % highest scores, 97 % pass.',
  );
  expect(cardText({ ...card, inTraining: [] })).toMatch(/^Orders 95 % of held-out pairs rightly\. Of/);
});
