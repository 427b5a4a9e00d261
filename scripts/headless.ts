/** Training without a page: an engine, models from disk and the judge, all in this process. */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { lanesOn } from '../src/judge/core/lanes.ts';
import { createCpuEngine } from '../src/kernels/cpu-engine.ts';
import type { Engine } from '../src/kernels/engine.ts';
import { loadCritic } from '../src/model/critic.ts';
import { loadCheckpoint, loadManifest, type FetchFile } from '../src/model/manifest.ts';
import { MOST_ROWS, Policy } from '../src/model/policy.ts';
import { RewardModel } from '../src/model/reward-model.ts';
import { presetFor } from '../src/ppo/knobs.ts';
import { scoreAll, type JudgeAll } from '../src/pretrain.ts';
import { rewardModelNames, type RunConfig } from '../src/protocol/config.ts';
import type { RunEvent } from '../src/protocol/events.ts';
import type { TrainingState } from '../src/protocol/state.ts';
import type { Task } from '../src/protocol/task.ts';
import type { Judged } from '../src/protocol/verdict.ts';
import { train } from '../src/train.ts';
import { Training, type Observe } from '../src/training.ts';
import { createNodeJudge } from './node-judge.ts';

const judge = createNodeJudge(lanesOn(availableParallelism()));

async function judgedOf(tasks: readonly Task[], programs: readonly string[]): Promise<Judged> {
  const items = programs.map((program, r) => ({
    program,
    entryPoint: tasks[r].entryPoint,
    tests: tasks[r].tests,
  }));
  const verdicts = await (await judge).judge(items);
  return {
    testScores: Float32Array.from(verdicts, ({ name, testScore }) => (name === 'infra' ? NaN : testScore)),
    passes: verdicts.map(({ tests }) => tests.map(({ verdict }) => verdict === 'passed')),
  };
}

/** Shares of tests passed; NaN where the judge itself failed. */
export const judgeAll: JudgeAll = async (tasks, programs) => (await judgedOf(tasks, programs)).testScores;

export const readModelFile: FetchFile = (path) =>
  readFile(new URL(`../public/models/${path}`, import.meta.url));

/** A run, new or `from` a state, on engines as `makeEngine` makes them. Pull `events`; truths and evaluations arrive through `emit`. */
export async function headless(
  config: RunConfig,
  emit: (event: RunEvent) => void,
  {
    observe,
    from,
    makeEngine = createCpuEngine,
  }: { observe?: Observe; from?: TrainingState; makeEngine?: () => Promise<Engine> } = {},
) {
  const preset = presetFor(config.preset, false);
  const manifest = await loadManifest(readModelFile, preset);
  const tensors = await loadCheckpoint(readModelFile, preset, manifest.policy);
  const engine = await makeEngine();
  const critic = await loadCritic(readModelFile, manifest, config.knobs.teacher);
  const policy = new Policy(engine, manifest.policy.network, tensors, MOST_ROWS, critic);
  const scorer = await makeEngine();
  const models = new Map<string, RewardModel>();
  for (const name of rewardModelNames) {
    if (!(name in manifest.rewardModels)) continue;
    const entry = manifest.rewardModels[name];
    const weights = await loadCheckpoint(readModelFile, preset, entry);
    models.set(name, new RewardModel(scorer, entry.network, weights));
  }
  const training = new Training(
    {
      config,
      policy,
      knobs: () => config.knobs,
      score: async (rollout, name) => {
        const model = models.get(name);
        if (model) return scoreAll(model, rollout, manifest.rewardModels[name].scores);
        throw new Error(
          `preset ${preset} has no reward model ${name}; there are ${[...models.keys()].join(', ')}`,
        );
      },
      judge: judgedOf,
      call: async (request) => (await judge).call(request),
      emit,
      observe,
    },
    from,
  );
  /** Settles once every truth asked for so far has been told. */
  const settled = async () => {
    await training.state();
  };
  await Promise.all([engine.ready(), scorer.ready()]);
  const free = () => {
    engine.free();
    scorer.free();
  };
  const { network, parameters: parameterCount } = manifest.policy;
  return { training, network, parameterCount, events: turning(train(training)), settled, free };
}

/** Lets the event loop turn at every event: the judge's replies arrive in it, and its thread waits for more work until then. */
async function* turning(events: AsyncGenerator<RunEvent, void, void>): AsyncGenerator<RunEvent, void, void> {
  for await (const event of events) {
    yield event;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
