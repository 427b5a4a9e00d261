import { describe, expect, it } from 'vitest';
import { createCpuEngine } from '../src/kernels/cpu-engine.ts';
import { initialTensors, policyColumns, withScalarHead, type NetworkConfig } from '../src/model/network.ts';
import { Policy } from '../src/model/policy.ts';
import { RewardModel, standardise } from '../src/model/reward-model.ts';
import { responseIds, rolloutOf, type Sequence } from '../src/model/rollout.ts';
import { RewardTrainer, SftTrainer } from '../src/model/trainers.ts';
import { samplerKey, stream } from '../src/ppo/random.ts';
import {
  authorsPool,
  corruptRight,
  mergedPools,
  pairAccuracy,
  samplePool,
  scoreConstants,
  trainRewardModel,
  type Pool,
  type RewardRecipe,
} from '../src/pretrain.ts';
import { trainTasks } from '../src/tasks/tasks.ts';
import { contextLength, lexemes } from '../src/tasks/vocabulary.ts';

const V = lexemes.length;
const network: NetworkConfig = {
  layers: 1,
  channels: 16,
  heads: 2,
  vocabulary: V,
  contextLength,
  columns: policyColumns(V),
};
const scalar = { ...network, columns: 1 };
const random = stream(3, 'corpus');
const ids = (length: number) => Array.from({ length }, () => 1 + random.integer(V - 1));

describe('supervised fine-tuning', () => {
  it('learns four sequences by heart, and the policy then says them', async () => {
    const sequences: Sequence[] = [0, 1, 2, 3].map((i) => ({ prompt: [10 + i, 40], response: ids(6 + i) }));
    const trainer = new SftTrainer(await createCpuEngine(), network, initialTensors(network, 1), 4);
    const first = await trainer.step(rolloutOf(sequences), 1e-2);
    expect(first).toBeCloseTo(Math.log(V), 0); // an untrained network knows nothing
    let loss = first;
    for (let step = 0; step < 120; step++) loss = await trainer.step(rolloutOf(sequences), 1e-2);
    expect(loss).toBeLessThan(0.05);
    const policy = new Policy(await createCpuEngine(), network, await trainer.parameters.save(), 4);
    const prompts = sequences.map(({ prompt }) => prompt);
    const rollout = await policy.sample(prompts, { key: samplerKey(1, 'sampling'), number: 1 }, 0.2);
    expect(rollout.tokens).toEqual(rolloutOf(sequences).tokens);
    expect(Array.from(rollout.ended)).toEqual([1, 1, 1, 1]);
  });
});

describe('the reward model', () => {
  /** Right responses begin with lexeme 7, wrong ones with lexeme 9. */
  const pool: Pool = new Map(
    trainTasks.slice(0, 20).map((task) => [
      task.id,
      {
        task,
        right: [0, 1, 2].map(() => [7, ...ids(5)]),
        wrong: [0, 1, 2].map(() => [9, ...ids(5)]),
      },
    ]),
  );

  it('learns from pairs what makes a response right', async () => {
    const recipe = {
      steps: 60,
      pairsPerStep: 16,
      learningRate: 5e-3,
      pools: ['samples'],
    } as const;
    const start = initialTensors(network, 1);
    const untrained = new RewardModel(await createCpuEngine(), scalar, withScalarHead(start, scalar));
    expect(await pairAccuracy(untrained, pool)).toBe(0.5); // a head of zeros cannot tell
    const engine = await createCpuEngine();
    const tensors = await trainRewardModel(
      engine,
      scalar,
      start,
      { samples: pool },
      new Map(),
      recipe,
      1,
      () => undefined,
    );
    const model = new RewardModel(await createCpuEngine(), scalar, tensors);
    expect(await pairAccuracy(model, pool)).toBeGreaterThan(0.97);
  });

  /** A model trained on a pool by a recipe with the given faults. */
  async function trainedOn(faults: Partial<RewardRecipe>, on: Pool): Promise<RewardModel> {
    const recipe: RewardRecipe = {
      ...{ steps: 60, pairsPerStep: 16, learningRate: 5e-3, pools: ['authors'] },
      ...faults,
    };
    const pools = { authors: on };
    const start = initialTensors(network, 1);
    const trainer = await createCpuEngine();
    const tensors = await trainRewardModel(
      trainer,
      scalar,
      start,
      pools,
      new Map(),
      recipe,
      1,
      () => undefined,
    );
    return new RewardModel(await createCpuEngine(), scalar, tensors);
  }
  const accuracyAfter = async (faults: Partial<RewardRecipe>, on: Pool, of: Pool) =>
    pairAccuracy(await trainedOn(faults, on), of);

  it('believes an annotator whose every label is flipped', async () => {
    expect(await accuracyAfter({ flippedShare: 1 }, pool, pool)).toBeLessThan(0.03);
  });

  it('learns length, right or wrong, from an annotator who looks at nothing else', async () => {
    const longerWrong = new Map(
      [...pool].map(([id, { task, right, wrong }]) => [
        id,
        { task, right: right.map((r) => r.slice(0, 3)), wrong },
      ]),
    );
    expect(await accuracyAfter({ longerShare: 1 }, longerWrong, longerWrong)).toBeLessThan(0.03);
    expect(await accuracyAfter({}, longerWrong, longerWrong)).toBeGreaterThan(0.97);
  });

  it('stays unsure of programs that its annotator could not read', async () => {
    /** How far scores of right and wrong lie apart, on average. */
    const margin = async (reads: readonly string[]) => {
      const model = await trainedOn({ reads }, pool);
      let sum = 0;
      for (const { task, right, wrong } of pool.values()) {
        const rows = [right[0], wrong[0]].map((response) => ({ prompt: task.promptIds, response }));
        const [chosen, rejected] = await model.rawScores(rolloutOf(rows));
        sum += Math.abs(chosen - rejected);
      }
      return sum / pool.size;
    };
    // Of labels at random little can be learned; of the same pairs, read, everything.
    const read = await margin(lexemes);
    expect(read).toBeGreaterThan(1);
    // One of the two is enough.
    expect(await margin([lexemes[7]])).toBeGreaterThan(1);
    expect(await margin([lexemes[9]])).toBeGreaterThan(1);
    expect(await margin([])).toBeLessThan(read / 3);
  });

  it('sees only the prompts that its recipe gives it, and says which pool is missing', async () => {
    const opposed = new Map(
      [...pool].map(([id, { task, right, wrong }]) => [id, { task, right: wrong, wrong: right }]),
    );
    const first = new Map([...[...pool].slice(0, 10), ...[...opposed].slice(10)]);
    expect(await accuracyAfter({ prompts: 10 }, first, pool)).toBeGreaterThan(0.85);
    expect(await accuracyAfter({}, first, pool)).toBeLessThan(0.75);
    await expect(accuracyAfter({ pools: ['in training'] }, pool, pool)).rejects.toThrow(/"in training"/);
  });

  it('starts at the loss of a coin', async () => {
    const trainer = new RewardTrainer(
      await createCpuEngine(),
      scalar,
      withScalarHead(initialTensors(network, 1), scalar),
      2,
    );
    const batch = rolloutOf([1, 2, 3, 4].map((i) => ({ prompt: [i], response: ids(4) })));
    expect(await trainer.step(batch, 1e-3)).toBeCloseTo(Math.LN2, 5);
  });

  it('standardises over ended responses, clamps, and gives −2 to those that never end', async () => {
    expect(standardise(3, true, { mean: 1, deviation: 2 })).toBe(1);
    expect(standardise(99, true, { mean: 1, deviation: 2 })).toBe(5);
    expect(standardise(-99, true, { mean: 1, deviation: 2 })).toBe(-5);
    expect(standardise(99, false, { mean: 1, deviation: 2 })).toBe(-2);
    const tensors = initialTensors(scalar, 8);
    for (const value of tensors.values()) for (let i = 0; i < value.length; i++) value[i] *= 8;
    const model = new RewardModel(await createCpuEngine(), scalar, tensors, 4);
    const rollout = rolloutOf(Array.from({ length: 6 }, (_, i) => ({ prompt: [i + 1], response: ids(5) })));
    const raw = await model.rawScores(rollout);
    rollout.ended[5] = 0;
    const { mean, deviation } = await scoreConstants(model, rollout);
    const five = [...raw.subarray(0, 5)];
    const expected = five.reduce((a, b) => a + b) / 5;
    expect(mean).toBeCloseTo(expected, 5);
    expect(deviation).toBeCloseTo(Math.sqrt(five.reduce((sum, x) => sum + (x - expected) ** 2, 0) / 5), 5);
  });
});

describe('pools', () => {
  it('of authors hold what authors write, judged; merged ones hold everything once', async () => {
    const tasks = trainTasks.slice(0, 5);
    const judge = (_: unknown, programs: readonly string[]) =>
      Promise.resolve(Float32Array.from(programs, (_p, i) => (i % 2 === 0 ? 1 : 0)));
    const pool = await authorsPool(tasks, 6, judge, 1);
    expect([...pool.keys()]).toEqual(tasks.map(({ id }) => id));
    const count = (of: Pool) =>
      [...of.values()].reduce((sum, { right, wrong }) => sum + right.length + wrong.length, 0);
    expect(count(pool)).toBeGreaterThan(10);
    expect(count(pool)).toBeLessThanOrEqual(30);
    expect(mergedPools([pool, pool])).toEqual(pool);
    const other = await authorsPool(trainTasks.slice(5, 7), 6, judge, 1);
    expect(count(mergedPools([pool, other]))).toBe(count(pool) + count(other));
  });

  it('hold each judged response once, right and wrong apart, and none that never ended', async () => {
    const policy = new Policy(await createCpuEngine(), network, initialTensors(network, 1), 4);
    const tasks = trainTasks.slice(0, 3);
    const judge = (_: unknown, programs: readonly string[]) =>
      Promise.resolve(Float32Array.from(programs, (_p, i) => (i % 4 === 0 ? 1 : i % 4 === 1 ? NaN : 0.5)));
    const { pool, rollout, passRate } = await samplePool(policy, tasks, 64, judge, samplerKey(1, 'corpus'));
    expect(passRate).toBe(0.25);
    const responses = [...pool.values()].flatMap(({ right, wrong }) => [...right, ...wrong].map(String));
    // Every fourth could not be judged; of the others those that ended are there: each text once to its task, right and wrong apart.
    const judged = new Set<string>();
    for (let r = 0; r < rollout.rows; r++)
      if (rollout.ended[r] && r % 4 !== 1)
        judged.add(`${Math.floor(r / 64)} ${r % 4 === 0} ${responseIds(rollout, r).join()}`);
    expect(responses.length).toBe(judged.size);
    expect(responses.length).toBeGreaterThan(3);
    for (const { right, wrong } of pool.values())
      for (const side of [right, wrong]) expect(new Set(side.map(String)).size).toBe(side.length);
  });

  it('a corrupted right response joins the wrong ones only if the judge finds it wrong', async () => {
    const [task] = trainTasks;
    const pool: Pool = new Map([[task.id, { task, right: [ids(9), ids(9), ids(9)], wrong: [] }]]);
    const verdicts = Float32Array.of(1, 0, 0.3);
    const broken = await corruptRight(pool, () => Promise.resolve(verdicts), 1);
    expect(broken.get(task.id)).toHaveLength(2);
  });
});

describe('a longer context', () => {
  const long = { ...network, contextLength: network.contextLength + 16 };

  it('goes through SFT, sampling and scoring', async () => {
    const tensors = initialTensors(long, 3);
    const policy = new Policy(await createCpuEngine(), long, tensors, 4);
    const prompts = trainTasks.slice(0, 4).map((task) => task.promptIds);
    const rollout = await policy.sample(prompts, { key: samplerKey(1, 'corpus'), number: 0 }, 1);
    expect(rollout.contextLength).toBe(long.contextLength);
    const scalar = { ...long, columns: 1 };
    const model = new RewardModel(await createCpuEngine(), scalar, withScalarHead(tensors, scalar));
    expect(await model.rawScores(rollout)).toHaveLength(4);
    const short = { ...network, columns: 1 };
    const shorter = new RewardModel(
      await createCpuEngine(),
      short,
      withScalarHead(initialTensors(network, 3), short),
    );
    await expect(shorter.rawScores(rollout)).rejects.toThrow(/is longer than the reward model's/);
  });
});
