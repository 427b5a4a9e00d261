import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { createCpuEngine } from '../../src/kernels/cpu-engine.ts';
import { loadCritic } from '../../src/model/critic.ts';
import { loadCheckpoint, loadManifest, type FetchFile } from '../../src/model/manifest.ts';
import { Policy } from '../../src/model/policy.ts';
import { RewardModel, standardise } from '../../src/model/reward-model.ts';
import { rolloutOf } from '../../src/model/rollout.ts';
import { referenceSolutions } from '../../src/tasks/corpus.ts';
import { evalTasks } from '../../src/tasks/tasks.ts';

const fetchFile: FetchFile = (path) => readFile(new URL(`../../public/models/${path}`, import.meta.url));
const sequences = evalTasks('held-out', 20).map((task) => ({
  prompt: task.promptIds,
  response: referenceSolutions(task)[0],
}));

it.each(['strong', 'weak'])(
  'a critic begins by saying what the %s reward model says of what is written so far',
  async (teacher) => {
    const manifest = await loadManifest(fetchFile, 'tiny');
    const entry = manifest.rewardModels[teacher];
    const engine = await createCpuEngine();
    const start = await loadCritic(fetchFile, manifest, teacher);
    const tensors = await loadCheckpoint(fetchFile, 'tiny', manifest.policy);
    const policy = new Policy(engine, manifest.policy.network, tensors, 32, start);
    const model = new RewardModel(engine, entry.network, await loadCheckpoint(fetchFile, 'tiny', entry));
    const rollout = rolloutOf(sequences);
    const { values, contextLength: T } = await policy.experience(rollout, 1);
    // The last prediction is that of the end token, which the critic has not seen.
    const lengths = rollout.lengths.map((length) => length - 1);
    const raw = await model.rawScores({ ...rollout, lengths });
    raw.forEach((score, r) => {
      const expected = standardise(score, true, entry.scores);
      if (Math.abs(expected) < 5) expect(values[r * T + lengths[r] - 1]).toBeCloseTo(expected, 4);
    });
    expect(new Set(raw).size).toBeGreaterThan(10);
  },
);

it('is not asked where nobody wants its values: log-probs are the same without', async () => {
  const manifest = await loadManifest(fetchFile, 'tiny');
  const tensors = await loadCheckpoint(fetchFile, 'tiny', manifest.policy);
  const start = await loadCritic(fetchFile, manifest, 'strong');
  const engine = await createCpuEngine();
  const policy = new Policy(engine, manifest.policy.network, tensors, 32, start);
  const { values, ...all } = await policy.experience(rolloutOf(sequences), 1);
  const before = engine.counters.dispatches;
  const { values: none, ...others } = await policy.experience(rolloutOf(sequences), 1, false);
  const asked = engine.counters.dispatches - before;
  await policy.experience(rolloutOf(sequences), 1);
  expect(engine.counters.dispatches - before - asked).toBeGreaterThan(asked);
  expect(others).toEqual(all);
  expect(values.some((value) => value !== 0)).toBe(true);
  expect(new Set(none)).toEqual(new Set([0]));
});

it('where the tests teach there is no reward model to begin from: the critic says 0', async () => {
  const manifest = await loadManifest(fetchFile, 'tiny');
  expect(await loadCritic(fetchFile, manifest, 'tests')).toBeUndefined();
  const tensors = await loadCheckpoint(fetchFile, 'tiny', manifest.policy);
  const policy = new Policy(await createCpuEngine(), manifest.policy.network, tensors, 32);
  const { values } = await policy.experience(rolloutOf(sequences), 1);
  expect(new Set(values)).toEqual(new Set([0]));
});

it('learns towards the returns, at a learning rate of its own, and leaves the policy alone', async () => {
  const manifest = await loadManifest(fetchFile, 'tiny');
  const tensors = await loadCheckpoint(fetchFile, 'tiny', manifest.policy);
  const policy = new Policy(await createCpuEngine(), manifest.policy.network, tensors, 32);
  const known = await policy.experience(rolloutOf(sequences), 1);
  const before = await policy.parameters.save();
  const lesson = { ...known, advantages: known.mask.map(() => 1), returns: known.mask.map(() => 1) };
  const rows = sequences.map((_, r) => r);
  const knobs = {
    ...{ learningRate: 0, criticLearningRate: 3e-3, beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0 },
    ...{ maxGradNorm: 1, temperature: 1, clipRange: 0.2, valueClipRange: 10, entropyCoef: 0 },
  };
  const losses: number[] = [];
  for (let step = 0; step < 20; step++) losses.push((await policy.step(lesson, rows, knobs)).valueLoss);
  expect(losses[0]).toBeCloseTo(0.5, 6);
  expect(losses[19]).toBeLessThan(0.1);
  expect(await policy.parameters.save()).toEqual(before);
});
