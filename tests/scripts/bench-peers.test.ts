import { defaultDevice, init } from '@jax-js/jax';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { jax } from '../../scripts/bench/jax.ts';
import { tfjs } from '../../scripts/bench/tfjs.ts';
import { ours, workOf, type Contestant } from '../../scripts/bench/work.ts';
import { createCpuEngine } from '../../src/kernels/cpu-engine.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
  await init('wasm');
  defaultDevice('wasm');
});

const losses = async (contestant: Contestant) => {
  const all: number[] = [];
  for (let i = 0; i < 4; i++) all.push(await contestant.step());
  return all;
};

it('all who take part do the same work: their losses agree, step after step', async () => {
  const work = { ...workOf({ layers: 2, channels: 16, B: 2, T: 12 }), learningRate: 0.01 };
  // So steep at first that the gradient is cut, by less from step to step: Adam would hide a cut that is always the same.
  for (const name of ['norm.weight', 'head.weight'])
    work.tensors.set(
      name,
      work.tensors.get(name)!.map((weight) => 8 * weight),
    );
  const own = await losses(ours(await createCpuEngine(), work));
  const theirs = { tfjs: await losses(tfjs(work)), jax: await losses(jax(work)) };
  expect(own[0]).toBeGreaterThan(own[3]);
  for (const [name, other] of Object.entries(theirs))
    other.forEach((loss, i) => expect(Math.abs(loss - own[i]), `${name}, step ${i}`).toBeLessThan(2e-4));
});
