import { createCpuEngine } from '../src/kernels/cpu-engine.ts';
import type { Engine } from '../src/kernels/engine.ts';
import { initialTensors, policyColumns, type NetworkConfig } from '../src/model/network.ts';
import { Policy } from '../src/model/policy.ts';
import { defaultConfig, defaultKnobs } from '../src/ppo/knobs.ts';
import type { FilterConfig, Knobs, RunConfig } from '../src/protocol/config.ts';
import type { RunEvent } from '../src/protocol/events.ts';
import type { TrainingState } from '../src/protocol/state.ts';
import { contextLength, hashOf, lexemes } from '../src/tasks/vocabulary.ts';
import { train } from '../src/train.ts';
import { Training, type Given } from '../src/training.ts';

const network: NetworkConfig = {
  layers: 1,
  channels: 16,
  heads: 2,
  vocabulary: lexemes.length,
  contextLength,
  columns: policyColumns(lexemes.length),
};

export interface Options extends Pick<Given, 'observe' | 'call'> {
  engine?: Engine;
  seed?: number;
  knobs?: Partial<Knobs>;
  live?: () => Partial<Knobs>;
  /** The last update to be done. */
  updates?: number;
  /** Turns the (R) truths of a batch into others. */
  truths?: (truths: Float32Array) => Float32Array;
  from?: TrainingState;
  evalFrom?: number;
  /** Sees every event that is yielded, before the run goes on. */
  onEvent?: (event: RunEvent, training: Training) => void | Promise<void>;
}

/** A run of a small untrained network under scores that like short responses; whether a program is right is drawn by its text. */
export async function run({
  engine,
  seed = 1,
  knobs = {},
  live = () => ({}),
  updates = 2,
  truths = (x) => x,
  observe,
  call,
  from,
  evalFrom,
  onEvent,
}: Options = {}) {
  const policy = new Policy(engine ?? (await createCpuEngine()), network, initialTensors(network, 2), 16);
  const base: Knobs = {
    ...defaultKnobs,
    ...{ promptsPerUpdate: 8, groupSize: 4, evalPrompts: 8 },
    ...knobs,
  };
  const config: RunConfig = { ...defaultConfig, seed, knobs: base, evalFrom };
  const events: RunEvent[] = [];
  const training = new Training(
    {
      config,
      policy,
      knobs: () => ({ ...base, ...live() }),
      score: async ({ lengths }) => Float32Array.from(lengths, (length, r) => -length / 30 + (r % 7) / 50),
      judge: async (_tasks, programs) => {
        const testScores = truths(Float32Array.from(programs, (p) => hashOf(p) % 2));
        return { testScores, passes: Array.from(testScores, (score) => [score === 1, score === 1]) };
      },
      emit: (event) => events.push(event),
      observe,
      call,
    },
    from,
  );
  let state: TrainingState | undefined;
  for await (const event of train(training)) {
    if (event.type === 'phase' && event.update > updates) {
      state = await training.state();
      break;
    }
    events.push(event);
    await onEvent?.(event, training);
  }
  return { events, weights: await policy.parameters.save(), state: state!, training };
}

export const batches = (events: RunEvent[]) =>
  events.flatMap((event) => (event.type === 'batch' ? [event.batch] : []));

export const filter = (changes: Partial<FilterConfig>): FilterConfig => ({
  ...defaultKnobs.filter,
  ...changes,
});
