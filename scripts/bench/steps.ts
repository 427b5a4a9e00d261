/** A training step in Node: ours on the CPU engine, the others in their WebAssembly, one thread each. */
import { defaultDevice, init } from '@jax-js/jax';
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import { createCpuEngine } from '../../src/kernels/cpu-engine.ts';
import { op, type Engine, type Op } from '../../src/kernels/engine.ts';
import { parameterCount } from '../../src/model/network.ts';
import { jax } from './jax.ts';
import { rounded, timed, type Row } from './table.ts';
import { tfjs } from './tfjs.ts';
import { flopsOf, ours, PEERS, workOf, type Contestant, type Peer, type Sizes, type Work } from './work.ts';

const contestants: Readonly<Record<Peer, (work: Work) => Promise<Contestant>>> = {
  ours: async (work) => ours(await createCpuEngine(), work),
  async 'TensorFlow.js'(work) {
    setThreadsCount(1);
    if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js has no WebAssembly backend here');
    return tfjs(work);
  },
  async 'jax-js'(work) {
    await init('wasm');
    defaultDevice('wasm');
    return jax(work);
  },
};

/** All three at one size. */
export async function stepsInNode(sizes: Sizes, times: number): Promise<Row[]> {
  const work = workOf(sizes);
  const rows: Row[] = [];
  for (const by of PEERS) {
    const contestant = await contestants[by](work);
    const ms = await timed(() => contestant.step(), times);
    rows.push({ network: work.name, where: 'Node, one thread', by, ms: rounded(ms) });
  }
  return rows;
}

/** Keeps the ops of every plan that is made. */
function watched(engine: Engine): Op[][] {
  const made: Op[][] = [];
  const plan = engine.plan.bind(engine);
  engine.plan = (name, ops) => {
    made.push([...ops]);
    return plan(name, ops);
  };
  return made;
}

/** GFLOP/s of our product at a large size: what the arithmetic could run at. */
export async function peak(times: number): Promise<number> {
  const [M, K, N] = [4096, 128, 512];
  const engine = await createCpuEngine();
  const slot = (name: string, length: number) => engine.slot(name, 'f32', length);
  const slots = { x: slot('x', M * K), w: slot('w', K * N), bias: slot('bias', N), y: slot('y', M * N) };
  const plan = engine.plan('peak', [op('matmul', slots, { M, K, N })]);
  const ms = await timed(() => Promise.resolve(engine.run(plan)), times);
  return (2 * M * K * N) / ms / 1e6;
}

/** Our step at one size: what it takes, what its products alone take, and what they would take at `limit` GFLOP/s. */
export async function growth(sizes: Sizes, limit: number, times: number): Promise<Row> {
  const work = workOf(sizes);
  const engine = await createCpuEngine();
  const plans = watched(engine);
  const contestant = ours(engine, work);
  const products = engine.plan(
    'products',
    plans.flat().filter(({ kernel }) => kernel.startsWith('matmul')),
  );
  const ms = await timed(() => contestant.step(), times);
  const productMs = await timed(() => Promise.resolve(engine.run(products)), times);
  const flops = flopsOf(work);
  const { layers: L, channels: d, T, B } = sizes;
  return {
    ...{ L, d, T, B, parameters: parameterCount(work.config), MFLOP: rounded(flops / 1e6) },
    ...{ 'step ms': rounded(ms), 'its products ms': rounded(productMs), ratio: rounded(ms / productMs) },
    'limit ms': rounded(flops / limit / 1e6),
  };
}
