/** Training without a page: the CPU engine, models from disk and the judge, all in this process. */
import { readFile } from 'node:fs/promises';
import { createCpuEngine } from '../src/kernels/cpu-engine.ts';
import { loadCheckpoint, loadManifest, type FetchFile } from '../src/model/manifest.ts';
import { Policy } from '../src/model/policy.ts';
import { RewardModel } from '../src/model/reward-model.ts';
import { scoreAll, type JudgeAll } from '../src/pretrain.ts';
import type { RunConfig } from '../src/protocol/config.ts';
import type { RunEvent } from '../src/protocol/messages.ts';
import { train, type Training } from '../src/train.ts';
import { createNodeJudge } from './node-judge.ts';

const judge = createNodeJudge();

/** Shares of tests passed; NaN where the judge itself failed. */
export const judgeAll: JudgeAll = async (tasks, programs) => {
  const items = programs.map((program, r) => ({
    program,
    entryPoint: tasks[r].entryPoint,
    tests: tasks[r].tests,
  }));
  const verdicts = await (await judge).judge(items);
  return Float32Array.from(verdicts, (verdict) => (verdict.name === 'infra' ? NaN : verdict.testScore));
};

const readModelFile: FetchFile = (path) => readFile(new URL(`../public/models/${path}`, import.meta.url));

/** A run on the CPU engine. Pull `events`; truths and evaluations arrive through `emit`. */
export async function headless(
  config: RunConfig,
  emit: (event: RunEvent) => void,
  hooks: Pick<Training, 'trace' | 'afterStep'> = {},
) {
  const manifest = await loadManifest(readModelFile, config.preset);
  const tensors = await loadCheckpoint(readModelFile, config.preset, manifest.policy);
  const engine = await createCpuEngine();
  const policy = new Policy(engine, manifest.policy.network, tensors, config.minibatchSize);
  const entry = manifest.rewardModels[config.knobs.rewardModel];
  const scorer = await createCpuEngine();
  const weights = await loadCheckpoint(readModelFile, config.preset, entry);
  const rewardModel = new RewardModel(scorer, entry.network, weights);
  const truths: Promise<unknown>[] = [];
  const events = train({
    config,
    policy,
    knobs: () => config.knobs,
    score: (rollout) => scoreAll(rewardModel, rollout, entry.scores),
    judge: (tasks, programs) => {
      const truth = judgeAll(tasks, programs);
      truths.push(truth);
      return truth;
    },
    emit,
    ...hooks,
  });
  /** Settles once every truth asked for so far has been emitted. */
  const settled = async () => {
    await Promise.all(truths);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const free = () => {
    engine.free();
    scorer.free();
  };
  return { engine, policy, events, settled, free };
}
