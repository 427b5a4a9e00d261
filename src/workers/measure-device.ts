import type { Counters, Engine } from '../kernels/engine.ts';
import { loadCheckpoint, loadManifest } from '../model/manifest.ts';
import { Policy, type Lesson } from '../model/policy.ts';
import type { Rollout } from '../model/rollout.ts';
import { defaultConfig, defaultKnobs } from '../ppo/knobs.ts';
import { samplerKey, shuffled, stream } from '../ppo/random.ts';
import type { DeviceJob, DeviceNotice, Measured } from '../protocol/device.ts';
import { trainTasks } from '../tasks/tasks.ts';
import { fetchUnder } from './fetch-file.ts';
import { since } from './since.ts';

type MeasureJob = Extract<DeviceJob, { type: 'measure' }>;

/** Runs that a median is of, and the milliseconds after which no further one begins. */
const RUNS = 7;
const BUDGET = 2_000;
/** Responses of a minibatch, and of an update; those of an update only where a minibatch's take no longer than this. */
const [FEW, MANY] = [64, 256];
const SLOW = 600;
/** One seed, so that every device does the same. */
const SEED = 1;

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Times `work` again and again. Where the first time has used up the budget, it is all there is. */
async function timed(
  engine: Engine,
  what: string,
  rows: number,
  work: (i: number) => Promise<unknown>,
): Promise<Measured> {
  const took: number[] = [];
  let before: Counters;
  const begun = performance.now();
  do {
    before = { ...engine.counters };
    const start = performance.now();
    await work(took.length);
    took.push(performance.now() - start);
  } while (took.length <= RUNS && performance.now() - begun < BUDGET);
  const [first, ...rest] = took;
  const name = engine.name === 'webgpu' ? 'webgpu' : 'cpu';
  const runs = rest.length;
  const counts = since(before, engine.counters);
  return { engine: name, what, rows, first, median: runs > 0 ? median(rest) : first, runs, counts };
}

/**
 * What an update asks of an engine, with the preset's own policy on tasks that are always the same: sampling, log-probs, a training
 * step. Each is said when it is known.
 */
export async function measureDevice(
  { preset, baseUrl }: MeasureJob,
  engine: Engine,
  say: (notice: DeviceNotice) => void,
): Promise<void> {
  const fetchFile = fetchUnder(baseUrl);
  const manifest = await loadManifest(fetchFile, preset);
  const tensors = await loadCheckpoint(fetchFile, preset, manifest.policy);
  const policy = new Policy(engine, manifest.policy.network, tensors, FEW);
  await engine.ready();
  const { temperature } = defaultKnobs;
  const tasks = shuffled(trainTasks.length, stream(SEED, 'prompts', 0)).map((i) => trainTasks[i]);
  const prompts = Array.from({ length: MANY }, (_, r) => tasks[r >> 3].promptIds);
  const key = samplerKey(SEED, 'sampling');
  let rollout: Rollout | undefined;
  const sample = async (rows: number, number: number) => {
    rollout = await policy.sample(prompts.slice(0, rows), { key, number }, temperature);
  };
  const measure = async (what: string, rows: number, work: (i: number) => Promise<unknown>) => {
    say({ type: 'doing', what });
    const measured = await timed(engine, what, rows, work);
    say({ type: 'measured', ...measured });
    return measured;
  };

  const { median: few } = await measure('sampling', FEW, (i) => sample(FEW, i));
  const lived = rollout!;
  if (few < SLOW) await measure('sampling', MANY, (i) => sample(MANY, i));
  let lesson: Lesson | undefined;
  await measure('log-probs', FEW, async () => {
    const known = await policy.experience(lived, temperature);
    lesson = { ...known, advantages: known.values, returns: known.values };
  });
  const { adamBeta1: beta1, adamBeta2: beta2, adamEpsilon: epsilon, ...rest } = defaultConfig;
  const knobs = { ...rest, ...defaultKnobs, beta1, beta2, epsilon };
  const rows = Array.from({ length: FEW }, (_, r) => r);
  await measure('training step', FEW, () => policy.step(lesson!, rows, knobs));
}
