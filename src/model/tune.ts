import type { Engine } from '../kernels/engine.ts';
import { tunings, type Tuning } from '../kernels/programs.ts';
import { defaultConfig, defaultKnobs } from '../ppo/knobs.ts';
import { samplerKey, stream } from '../ppo/random.ts';
import { sampleSolution } from '../tasks/corpus.ts';
import { trainTasks } from '../tasks/tasks.ts';
import { initialTensors, type NetworkConfig } from './network.ts';
import { Policy } from './policy.ts';
import { rolloutOf } from './rollout.ts';

/** Rows of a training step and of a rollout, and how often each is timed after once for warming up. */
const [STEP_ROWS, SAMPLED_ROWS, TIMES] = [64, 128, 3];

/** What is tried: each of the two forms of tile and decoder, at once; and sums split for a GPU of many cores. */
const candidates: readonly Tuning[] = [
  tunings.hardware,
  { ...tunings.hardware, tile: 2, fuses: false },
  { ...tunings.hardware, threads: 32_768 },
];

/** The least of some times, in milliseconds: what else the device was doing only adds to it. */
async function least(work: () => Promise<unknown>): Promise<number> {
  await work();
  let best = Infinity;
  for (let i = 0; i < TIMES; i++) {
    const begun = performance.now();
    await work();
    best = Math.min(best, performance.now() - begun);
  }
  return best;
}

/** Milliseconds of a training step and of a rollout on an engine, with fresh weights on the corpus. */
async function timesOn(engine: Engine, network: NetworkConfig): Promise<{ step: number; sampling: number }> {
  const policy = new Policy(engine, network, initialTensors(network, 1), STEP_ROWS);
  await engine.ready();
  const random = stream(1, 'corpus');
  const tasks = trainTasks.slice(0, SAMPLED_ROWS);
  const sequences = tasks
    .slice(0, STEP_ROWS)
    .map((task) => ({ prompt: task.promptIds, response: sampleSolution(task, random) }));
  const known = await policy.experience(rolloutOf(sequences, network.contextLength), 1);
  const lesson = { ...known, advantages: known.values, returns: known.values };
  const { adamBeta1: beta1, adamBeta2: beta2, adamEpsilon: epsilon, ...rest } = defaultConfig;
  const knobs = { ...rest, ...defaultKnobs, beta1, beta2, epsilon };
  const rows = sequences.map((_, r) => r);
  const step = await least(() => policy.step(lesson, rows, knobs));
  const prompts = tasks.map((task) => task.promptIds);
  const source = { key: samplerKey(1, 'sampling'), number: 0 };
  const sampling = await least(() => policy.sample(prompts, source, 1));
  return { step, sampling };
}

/** A form that was tried, with milliseconds of a training step and of a rollout. */
interface Tried {
  tuning: Tuning;
  step: number;
  sampling: number;
}

/** Times forms of the kernels on a device, one after the other. */
export async function tryAll(
  make: (tuning: Tuning) => Engine,
  network: NetworkConfig,
  forms: readonly Tuning[],
): Promise<Tried[]> {
  const tried: Tried[] = [];
  for (const tuning of forms) {
    const engine = make(tuning);
    tried.push({ tuning, ...(await timesOn(engine, network)) });
    engine.free();
  }
  return tried;
}

/** What suits a device: the form in which it trains fastest, the decoder that samples fastest; in about three seconds on a GPU. */
export async function tune(make: (tuning: Tuning) => Engine, network: NetworkConfig): Promise<Tuning> {
  const tried = await tryAll(make, network, candidates);
  const least = (what: 'step' | 'sampling') =>
    tried.reduce((best, one) => (one[what] < best[what] ? one : best));
  return { ...least('step').tuning, fuses: least('sampling').tuning.fuses };
}
