import { describe, expect, it } from 'vitest';
import { createCpuEngine } from '../src/kernels/cpu-engine.ts';
import { initialTensors, policyColumns } from '../src/model/network.ts';
import { RewardModel } from '../src/model/reward-model.ts';
import { rolloutOf } from '../src/model/rollout.ts';
import { stream } from '../src/ppo/random.ts';
import type { Pool } from '../src/pretrain.ts';
import { logistic, rewardCard, scoresCard } from '../src/reward-card.ts';
import { trainTasks } from '../src/tasks/tasks.ts';
import { contextLength, lexemes } from '../src/tasks/vocabulary.ts';

const random = stream(5, 'bootstrap', 1);
/** Prompts of 8 responses whose chance to pass is a logistic curve of the score. */
const prompts = Array.from({ length: 500 }, () =>
  Array.from({ length: 8 }, () => {
    const score = 4 * random.uniform() - 2;
    const chance = 1 / (1 + Math.exp(-(0.5 + 1.5 * score)));
    return { score, passed: random.uniform() < chance ? 1 : 0 };
  }),
);

describe('the logistic curve', () => {
  it('is found again in what was drawn from one', () => {
    const { slope, intercept } = logistic(prompts.flat());
    expect(slope).toBeCloseTo(1.5, 0.7);
    expect(intercept).toBeCloseTo(0.5, 0.7);
  });

  it('stays finite where scores part right from wrong', () => {
    const { slope } = logistic([-2, -1, 1, 2].map((score) => ({ score, passed: score > 0 ? 1 : 0 })));
    expect(slope).toBeGreaterThan(2);
    expect(slope).toBeLessThan(100);
  });
});

describe('the card of scores', () => {
  const card = scoresCard(prompts, 1);

  it('has the pass rate by tenth of the score, as the curve has it', () => {
    const { scores, passRates, deviations } = card.reliability;
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    scores.forEach((score, b) => {
      expect(Math.abs(passRates[b] - 1 / (1 + Math.exp(-(0.5 + 1.5 * score))))).toBeLessThan(0.08);
      // 400 responses a tenth: √(p(1 − p)/400) is at most .025.
      expect(deviations[b]).toBeLessThan(0.05);
    });
    expect(Math.max(...deviations)).toBeGreaterThan(0.005);
    expect(card.calibration.error).toBeLessThan(0.04);
    expect(card.topPassRate).toBeGreaterThan(0.9);
  });

  it('has the variance within prompts, not between them', () => {
    expect(card.varianceWithin).toBeCloseTo((7 / 8) * (16 / 12), 1);
    const apart = [-1, 1].map((score) => Array.from({ length: 8 }, (_, i) => ({ score, passed: i % 2 })));
    expect(scoresCard(apart, 1).varianceWithin).toBe(0);
  });
});

it('a card meets policies after 0, 20 and 40 updates, and leaves out what never ended', async () => {
  const network = {
    ...{ layers: 1, channels: 8, heads: 2, vocabulary: lexemes.length, contextLength },
    columns: policyColumns(lexemes.length),
  };
  const scalar = { ...network, columns: 1 };
  const model = new RewardModel(await createCpuEngine(), scalar, initialTensors(scalar, 2), 4);
  const task = trainTasks[0];
  const responses = Array.from({ length: 40 }, (_, i) => [1 + i, 2 + (i % 5)]);
  const rollout = rolloutOf(responses.map((response) => ({ prompt: task.promptIds, response })));
  const raw = await model.rawScores(rollout);
  // Those with the higher scores pass: of all that ended it orders every pair rightly.
  const middle = [...raw].sort((a, b) => a - b)[20];
  const testScores = raw.map((value) => (value >= middle ? 1 : 0));
  rollout.ended[0] = 0;
  testScores[0] = 1 - testScores[0];
  const side = (passed: number, from: number) =>
    responses.filter((_, r) => r >= from && testScores[r] === passed);
  const right: Pool = new Map([[task.id, { task, right: side(1, 1), wrong: side(0, 1) }]]);
  const reversed: Pool = new Map([[task.id, { task, right: side(0, 1), wrong: side(1, 1) }]]);
  const batches = Array.from({ length: 42 }, (_, update) => (update < 23 ? right : reversed));
  const sampled = { pool: right, rollout, testScores, groupSize: 8 };
  const card = await rewardCard(model, { mean: middle, deviation: 1e-3 }, sampled, batches, 1);
  expect(card.heldOut).toBe(1);
  expect(card.inTraining).toEqual([
    { update: 0, accuracy: 1 },
    { update: 20, accuracy: 1 },
    { update: 40, accuracy: 0 },
  ]);
  expect(card.topPassRate).toBe(1);
  expect(card.reliability.passRates).toEqual(card.reliability.passRates.toSorted((a, b) => a - b));
});
