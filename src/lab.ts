/**
 * A visitor's own models: a recipe of `ppo/own-models.ts` carried out with the stages of `pretrain.ts`, on the CPU engine, so that one
 * recipe makes the same bits everywhere. Where a recipe says what one of the presets says, it makes that preset's very model.
 */
import { createCpuEngine } from './kernels/cpu-engine.ts';
import { asShipped } from './model/checkpoint.ts';
import type { Arena, NetworkConfig, Tensors } from './model/network.ts';
import { encodeOwn } from './model/own-file.ts';
import { MOST_ROWS, Policy } from './model/policy.ts';
import { RewardModel } from './model/reward-model.ts';
import { checkRecipe, plainRecipe } from './ppo/own-models.ts';
import { samplerKey } from './ppo/random.ts';
import {
  authorsPool,
  corruptRight,
  pairAccuracy,
  poolTasks,
  samplePool,
  scoreConstants,
  trainRewardModel,
  trainSft,
  type EachStep,
  type JudgeAll,
  type Pool,
  type PoolName,
  type RewardRecipe,
} from './pretrain.ts';
import type { PresetName } from './ppo/preset-names.ts';
import type {
  LabNotice,
  LabStage,
  OwnAbout,
  OwnRecipe,
  PairSource,
  PolicyRecipe,
  Reading,
  TeacherRecipe,
} from './protocol/own-model.ts';
import { rewardCard } from './reward-card.ts';
import { programText } from './tasks/program-text.ts';
import { responseIds, type Rollout } from './model/rollout.ts';

/** By any of these lexemes a program is known that an annotator can read. */
export const knownBy: Readonly<Record<Exclude<Reading, 'all'>, readonly string[]>> = {
  chains: ['.filter', '.map', '.reduce'],
  loops: ['for', 'while'],
  branches: ['if', '?'],
};
/** Of the reward models of each preset. */
export const rewardRates: Readonly<Record<PresetName, number>> = { tiny: 1e-3, small: 5e-4 };
export const PAIRS_PER_STEP = 32;
export const SAMPLES_PER_PROMPT = 8;
export const SFT_ROWS = 64;

/** Held-out prompts: that the card is measured on, and, more often, what is told while it trains. */
const CARD_PROMPTS = 150;
const CURVE_PROMPTS = 40;
/** How often that is. */
const LOOKS = 16;
const SHOWN_PROGRAMS = 6;

const pools: Readonly<Record<PairSource, readonly PoolName[]>> = {
  ...{ samples: ['samples'], authors: ['authors'], both: ['samples', 'authors'] },
};

/** What `pretrain.ts` is to do. Its pools hold the recipe's prompts and no others. */
export function rewardRecipeOf({
  preset,
  pairs,
  reads,
  flipped,
  longer,
  garbled,
  steps,
}: TeacherRecipe): RewardRecipe {
  return {
    ...{ steps, pairsPerStep: PAIRS_PER_STEP, learningRate: rewardRates[preset as PresetName] },
    ...{ pools: pools[pairs], corruptedShare: garbled, flippedShare: flipped, longerShare: longer },
    ...(reads !== 'all' && { reads: knownBy[reads] }),
  };
}

/** What a recipe is carried out with. */
export interface Lab {
  /** Of the preset, and its policy. */
  network: NetworkConfig;
  sft: Tensors;
  /** Rejects where a program could not be judged: what is left out of a pool would make another model of the same recipe. */
  judge: JudgeAll;
  tell: (notice: LabNotice) => void;
  /** Asked between two pieces of work; it goes on once that is settled. */
  pass: () => Promise<void>;
}

/** Parts of the work, in seconds on one machine: only what they are to each other is used. */
function costs(preset: string) {
  const scale = preset === 'tiny' ? 1 : 8;
  return {
    sample: 7e-4 * scale,
    judged: 1.2e-3,
    step: 0.016 * scale,
    scored: 1.2e-4 * scale,
    sftStep: 0.04 * scale,
  };
}

/** Tells how far the work is: parts of known cost, done one after the other. */
class Progress {
  #done = 0;
  #stage: LabStage = 'samples';
  readonly #all: number;
  readonly #tell: Lab['tell'];

  constructor(all: number, tell: Lab['tell']) {
    this.#all = all;
    this.#tell = tell;
  }

  at(stage: LabStage): void {
    this.#stage = stage;
    this.add(0);
  }

  add(cost: number): void {
    this.#done += cost;
    this.#tell({ type: 'at', stage: this.#stage, done: Math.min(1, this.#done / this.#all) });
  }
}

/** Carries a recipe out. Rejects, with a sentence, where that cannot be. */
export async function makeOwn(
  recipe: OwnRecipe,
  lab: Lab,
): Promise<{ about: OwnAbout; bytes: Uint8Array<ArrayBuffer> }> {
  const problem = checkRecipe(recipe);
  if (problem !== undefined) throw new Error(problem);
  const plain = plainRecipe(recipe);
  return plain.kind === 'teacher' ? makeTeacher(plain, lab) : makePolicy(plain, lab);
}

/** A judge that tells how far it is, a stretch of programs at a time. */
function toldJudge({ judge, pass }: Lab, progress: Progress, cost: number): JudgeAll {
  const STRETCH = 128;
  return async (tasks, programs) => {
    progress.at('judge');
    const testScores = new Float32Array(programs.length);
    for (let first = 0; first < programs.length; first += STRETCH) {
      const part = [first, first + STRETCH] as const;
      testScores.set(await judge(tasks.slice(...part), programs.slice(...part)), first);
      progress.add(cost * Math.min(STRETCH, programs.length - first));
      await pass();
    }
    return testScores;
  };
}

async function makeTeacher(recipe: TeacherRecipe, lab: Lab) {
  const { preset, pairs, prompts, garbled, steps, seed } = recipe;
  const { tell, pass, sft } = lab;
  const network = { ...lab.network, columns: 1 };
  const cost = costs(preset);
  const rows = (prompts + CARD_PROMPTS) * SAMPLES_PER_PROMPT;
  // Each right response has a garbled copy.
  const judged = rows * (garbled > 0 ? 1.5 : 1) * (pairs === 'both' ? 2 : 1);
  const looked = LOOKS * CURVE_PROMPTS * SAMPLES_PER_PROMPT + 2 * rows;
  const progress = new Progress(
    rows * cost.sample + judged * cost.judged + steps * cost.step + looked * cost.scored,
    tell,
  );
  const judge = toldJudge(lab, progress, cost.judged);

  progress.at('samples');
  const writer = await createCpuEngine();
  const policy = new Policy(writer, lab.network, sft, MOST_ROWS);
  const sampled = async (split: 'train' | 'held-out', count: number) => {
    await pass();
    progress.at('samples');
    const tasks = poolTasks(split, count, seed);
    const samples = await samplePool(policy, tasks, SAMPLES_PER_PROMPT, judge, samplerKey(seed, 'corpus'));
    progress.add(count * SAMPLES_PER_PROMPT * cost.sample);
    return samples;
  };
  const known: Partial<Record<PoolName, Pool>> = {};
  if (pairs !== 'authors') known.samples = (await sampled('train', prompts)).pool;
  const tasks = poolTasks('train', prompts, seed);
  if (pairs !== 'samples') known.authors = await authorsPool(tasks, SAMPLES_PER_PROMPT, judge, seed);
  const [first] = [known.samples, known.authors].filter((pool) => pool !== undefined);
  const broken = garbled > 0 ? await corruptRight(first, judge, seed) : new Map<string, number[][]>();
  const heldOut = await sampled('held-out', CARD_PROMPTS);
  writer.free();

  progress.at('train');
  const scorer = await createCpuEngine();
  const curve: Pool = new Map([...heldOut.pool].slice(0, CURVE_PROMPTS));
  let model: RewardModel | undefined;
  const modelOf = (tensors: Tensors) => {
    if (model) model.load(tensors);
    else model = new RewardModel(scorer, network, tensors);
    return model;
  };
  const trainer = await createCpuEngine();
  const each = toldSteps(lab, progress, steps, cost.step, async (done, parameters) => {
    const accuracy = await pairAccuracy(modelOf(await parameters.save()), curve);
    progress.add(CURVE_PROMPTS * SAMPLES_PER_PROMPT * cost.scored);
    tell({ type: 'accuracy', step: done, accuracy });
  });
  const silent = () => undefined;
  const tensors = asShipped(
    await trainRewardModel(trainer, network, sft, known, broken, rewardRecipeOf(recipe), seed, silent, each),
  );
  trainer.free();

  progress.at('card');
  const made = modelOf(tensors);
  const scores = await scoreConstants(made, heldOut.rollout);
  const card = await rewardCard(made, scores, { ...heldOut, groupSize: SAMPLES_PER_PROMPT }, [], seed);
  const training = Number((await pairAccuracy(made, first)).toFixed(3));
  scorer.free();
  return encodeOwn({ recipe, network, scores, card, training }, tensors);
}

/** After every step: the loss as a running mean, and, `LOOKS` times, a look at what there is. */
function toldSteps(
  { tell, pass }: Pick<Lab, 'tell' | 'pass'>,
  progress: Progress,
  steps: number,
  cost: number,
  look: (done: number, parameters: Arena) => Promise<void>,
): EachStep {
  const every = Math.max(1, Math.round(steps / LOOKS));
  let recent: number | undefined;
  return async (done, loss, parameters) => {
    recent = recent === undefined ? loss : 0.95 * recent + 0.05 * loss;
    tell({ type: 'loss', step: done, loss: recent });
    progress.add(cost);
    if (done === 1 || done % every === 0 || done === steps) await look(done, parameters);
    await pass();
  };
}

async function makePolicy(recipe: PolicyRecipe, lab: Lab) {
  const { preset, steps, learningRate, seed } = recipe;
  const { network, tell, pass } = lab;
  const cost = costs(preset);
  const looked = CURVE_PROMPTS * (cost.sample + cost.judged);
  const measured = CARD_PROMPTS * 2 * (cost.sample + cost.judged);
  const progress = new Progress(steps * cost.sftStep + (LOOKS + 1) * looked + measured, tell);
  const judge: JudgeAll = async (tasks, programs) => {
    await pass();
    return lab.judge(tasks, programs);
  };
  progress.at('train');
  const engine = await createCpuEngine();
  let policy: Policy | undefined;
  const policyOf = (tensors: Tensors) => {
    if (policy) policy.parameters.load(tensors);
    else policy = new Policy(engine, network, tensors, 8);
    return policy;
  };
  const passAt1 = async (tensors: Tensors, count: number, samples: number) =>
    samplePool(
      policyOf(tensors),
      poolTasks('held-out', count, seed),
      samples,
      judge,
      samplerKey(seed, 'corpus'),
    );
  const trainer = await createCpuEngine();
  const each = toldSteps(lab, progress, steps, cost.sftStep, async (done, parameters) => {
    const { passRate, rollout, testScores } = await passAt1(await parameters.save(), CURVE_PROMPTS, 1);
    progress.add(looked);
    tell({ type: 'accuracy', step: done, accuracy: passRate, programs: shown(rollout, testScores, seed) });
  });
  const silent = () => undefined;
  const tensors = asShipped(
    await trainSft(trainer, network, { steps, rows: SFT_ROWS, learningRate }, seed, silent, each),
  );
  trainer.free();
  progress.at('card');
  const { passRate } = await passAt1(tensors, CARD_PROMPTS, 2);
  engine.free();
  return encodeOwn({ recipe, network, passAt1: Number(passRate.toFixed(3)) }, tensors);
}

/** The first of what was written, always for the same prompts. */
function shown(rollout: Rollout, testScores: Float32Array, seed: number) {
  return poolTasks('held-out', SHOWN_PROGRAMS, seed).map((task, r) => ({
    statement: task.statement,
    program: programText(task, responseIds(rollout, r)),
    testScore: testScores[r],
  }));
}
