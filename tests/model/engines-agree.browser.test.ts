import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { createCpuEngine } from '../../src/kernels/cpu-engine.ts';
import { openDevice } from '../../src/kernels/device.ts';
import type { Counters, Engine } from '../../src/kernels/engine.ts';
import { tunings, type Tuning } from '../../src/kernels/programs.ts';
import { createTfjsEngine } from '../../src/kernels/tfjs/tfjs-engine.ts';
import { createWebGpuEngine } from '../../src/kernels/webgpu-engine.ts';
import {
  initialTensors,
  policyColumns,
  withScalarHead,
  type NetworkConfig,
  type Tensors,
} from '../../src/model/network.ts';
import { MOST_ROWS, Policy, type Lesson, type StepStats } from '../../src/model/policy.ts';
import { RewardModel } from '../../src/model/reward-model.ts';
import { rolloutOf } from '../../src/model/rollout.ts';
import { defaultConfig, defaultKnobs } from '../../src/ppo/knobs.ts';
import { normal, samplerKey, stream } from '../../src/ppo/random.ts';
import { sampleSolution } from '../../src/tasks/corpus.ts';
import { trainTasks } from '../../src/tasks/tasks.ts';
import { contextLength, lexemes } from '../../src/tasks/vocabulary.ts';
import { train } from '../../src/train.ts';
import { Training } from '../../src/training.ts';

const V = lexemes.length;
const T = contextLength;
const network: NetworkConfig = {
  layers: 2,
  channels: 32,
  heads: 4,
  vocabulary: V,
  contextLength: T,
  columns: policyColumns(V),
};
const ROWS = 8;
const STEPS = 5;
const knobs = {
  learningRate: 2e-4,
  clipRange: 0.2,
  valueClipRange: 0.2,
  criticLearningRate: 1e-3,
  entropyCoef: 0.01,
  beta1: 0.9,
  beta2: 0.98,
  epsilon: 1e-8,
  weightDecay: 0,
  maxGradNorm: 1,
  temperature: 0.9,
};

const random = stream(2, 'init');
const tensors: Tensors = initialTensors(network, 2);
for (const values of tensors.values())
  for (let i = 0; i < values.length; i++) values[i] += 0.05 * normal(random);

/** The same sequences and the same advantages for both engines: what is compared is the arithmetic. */
const sequences = Array.from({ length: 2 * ROWS }, () => {
  const task = trainTasks[random.integer(trainTasks.length)];
  return { prompt: task.promptIds, response: sampleSolution(task, random) };
});
const rollout = rolloutOf(sequences);
const numbers = () => Float32Array.from({ length: rollout.rows * T }, () => normal(random));
const advantages = numbers();
const returns = numbers();

const onTfjs = async (): Promise<Engine> => {
  const opened = await openDevice();
  if ('reason' in opened) throw new Error(`these tests need WebGPU: ${opened.reason}`);
  return createTfjsEngine(opened);
};

const webGpu = async (tuning: Tuning = tunings.software): Promise<Engine> => {
  const opened = await openDevice();
  if ('reason' in opened) throw new Error(`these tests need WebGPU: ${opened.reason}`);
  return createWebGpuEngine(opened.device, tuning);
};

/** Five Adam steps on forced rows. */
async function fiveSteps(engine: Engine) {
  const policy = new Policy(engine, network, tensors, ROWS);
  const experience = await policy.experience(rollout, knobs.temperature);
  const lesson: Lesson = { ...experience, advantages, returns };
  const stats: StepStats[] = [];
  const gradients: Tensors[] = [];
  for (let step = 0; step < STEPS; step++) {
    const rows = Array.from({ length: ROWS }, (_, i) => (step * 3 + i) % rollout.rows);
    stats.push(await policy.step(lesson, rows, knobs));
    gradients.push(await policy.learner.gradients.save());
  }
  const after = await policy.experience(rollout, knobs.temperature);
  return { policy, experience, lesson, stats, gradients, after };
}

const largest = (values: ArrayLike<number>) =>
  Array.from(values).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
const distance = (a: Float32Array, b: Float32Array) => largest(a.map((x, i) => x - b[i]));

const onCpu = await fiveSteps(await createCpuEngine());
const gpu = await webGpu();
const onGpu = await fiveSteps(gpu);

describe.each([
  ['WebGPU', () => Promise.resolve(onGpu)],
  ['TensorFlow.js', async () => fiveSteps(await onTfjs())],
] as const)('%s and CPU', async (_, stepped) => {
  const [g, c] = [await stepped(), onCpu];

  it('agree on log-probs, reference log-probs and values to 1e-4, before and after five steps', () => {
    for (const when of ['experience', 'after'] as const)
      for (const what of ['logprobs', 'refLogprobs', 'values'] as const)
        expect(distance(g[when][what], c[when][what]), `${when} ${what}`).toBeLessThan(1e-4);
    expect(distance(g.after.logprobs, g.experience.logprobs)).toBeGreaterThan(1e-3); // they did learn
  });

  it('agree on every loss and statistic of each step to 1e-4 of its size', () => {
    g.stats.forEach((step, i) => {
      for (const [name, value] of Object.entries(step)) {
        const other = c.stats[i][name as keyof StepStats];
        expect(Math.abs(value - other) / (Math.abs(other) + 0.01), `step ${i}, ${name}`).toBeLessThan(1e-4);
      }
    });
  });

  it('agree on every gradient tensor of each step to 1e-3 of its largest number', () => {
    g.gradients.forEach((step, i) => {
      for (const [name, values] of step) {
        const other = c.gradients[i].get(name) as Float32Array;
        expect(distance(values, other) / (largest(other) + 1e-5), `step ${i}, ${name}`).toBeLessThan(1e-3);
      }
    });
  });
});

describe('WebGPU', () => {
  const g = onGpu;

  it('a PPO update is one submit and one read-back per minibatch, and creates nothing', async () => {
    const before: Counters = { ...gpu.counters };
    for (let step = 0; step < 3; step++) await g.policy.step(g.lesson, [0, 1, 2], knobs);
    const { submits, readBacks, buffers, bindGroups, pipelines } = gpu.counters;
    expect(submits - before.submits).toBe(3);
    expect(readBacks - before.readBacks).toBe(3);
    expect([buffers, bindGroups, pipelines]).toEqual([before.buffers, before.bindGroups, before.pipelines]);
  });

  it.each([2, 4])('a training step of %i layers is at most 10 + 18 L dispatches', async (layers) => {
    const deep = { ...network, layers };
    const policy = new Policy(gpu, deep, initialTensors(deep, 1), ROWS);
    const before = gpu.counters.dispatches;
    await policy.step(g.lesson, [0, 1, 2], knobs);
    // The policy's, and the critic's.
    expect(gpu.counters.dispatches - before).toBe(2 * (16 + 15 * layers));
    expect(16 + 15 * layers).toBeLessThanOrEqual(10 + 18 * layers);
  });

  it.each([false, true])('sample the same tokens, a token in one dispatch: %s', async (fuses) => {
    const engine = await webGpu({ ...tunings.software, fuses });
    const prompts = Array.from({ length: 70 }, (_, i) => sequences[i % sequences.length].prompt);
    const source = { key: samplerKey(1, 'sampling'), number: 1 };
    const policy = new Policy(engine, network, tensors, ROWS);
    const before = { ...engine.counters };
    const rollout = await policy.sample(prompts, source, 1);
    const { dispatches, submits, readBacks, buffers } = engine.counters;
    expect([submits - before.submits, readBacks - before.readBacks]).toEqual([1, 1]);
    expect(buffers - before.buffers).toBeLessThan(2); // one to read from, the first time
    const shortest = Math.min(...prompts.map(({ length }) => length));
    const tokens = Math.min(T - 1, Math.ceil((T - shortest) / 8) * 8);
    const prompt = 19 + network.layers; // the forward, and where its keys and values go
    expect((dispatches - before.dispatches - prompt) / tokens).toBe(fuses ? 1 : 4 + 7 * network.layers);
    const own = new Policy(await createCpuEngine(), network, tensors, ROWS);
    expect(rollout).toEqual(await own.sample(prompts, source, 1));
  });

  it('a PPO update at the standard settings is at most 8 submits and 3 waits', async () => {
    const { stepsPerUpdate } = defaultKnobs;
    const policy = new Policy(gpu, network, tensors, MOST_ROWS);
    const scalar = { ...network, columns: 1 };
    // On the page it has a thread and an engine of its own.
    const scorer = new RewardModel(await webGpu(), scalar, withScalarHead(tensors, scalar));
    const training = new Training({
      config: { ...defaultConfig, knobs: { ...defaultKnobs, evalEvery: 10, evalPrompts: 8 } },
      policy,
      knobs: () => ({ ...defaultKnobs, evalEvery: 10, evalPrompts: 8 }),
      score: (rollout) => scorer.rawScores(rollout),
      judge: (_tasks, programs) =>
        Promise.resolve({
          testScores: new Float32Array(programs.length),
          passes: programs.map(() => [false]),
        }),
      emit: () => undefined,
    });
    const asked: Record<number, Counters> = {};
    for await (const event of train(training)) {
      if (event.type !== 'phase' || event.phase !== 'prompts') continue;
      asked[event.update] = { ...gpu.counters };
      if (event.update > 0) void training.state();
      if (event.update === 3) break;
    }
    const cost = (name: keyof Counters) => asked[3][name] - asked[2][name];
    // Samples, experience, steps of policy and critic together, and the state of each to go on from.
    expect(cost('submits')).toBe(4 + stepsPerUpdate);
    expect(cost('submits')).toBeLessThanOrEqual(8);
    expect(cost('waits')).toBeLessThanOrEqual(3);
    expect([cost('buffers'), cost('bindGroups'), cost('pipelines')]).toEqual([0, 0, 0]);
  });
});

it('TensorFlow.js samples the same tokens, and holds no more after an update than before', async () => {
  const engine = await onTfjs();
  const policy = new Policy(engine, network, tensors, ROWS);
  const own = new Policy(await createCpuEngine(), network, tensors, ROWS);
  const prompts = sequences.map(({ prompt }) => prompt);
  const held: number[] = [];
  for (let number = 0; number < 3; number++) {
    const source = { key: samplerKey(1, 'sampling'), number };
    const sampled = await policy.sample(prompts, source, 1);
    if (number === 0) expect(sampled).toEqual(await own.sample(prompts, source, 1));
    await policy.step(onCpu.lesson, [0, 1, 2], knobs);
    held.push(tf.memory().numTensors);
  }
  expect(held[2]).toBe(held[1]);
  engine.free();
});
