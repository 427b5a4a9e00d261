import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { judgeAll } from '../scripts/headless.ts';
import { knownBy, makeOwn, rewardRecipeOf, type Lab } from '../src/lab.ts';
import { createCpuEngine } from '../src/kernels/cpu-engine.ts';
import { asShipped, encodeSafetensors } from '../src/model/checkpoint.ts';
import { loadCheckpoint, loadManifest, sha256, type FetchFile } from '../src/model/manifest.ts';
import { decodeOwn } from '../src/model/own-file.ts';
import { MOST_ROWS, Policy } from '../src/model/policy.ts';
import { samplerKey } from '../src/ppo/random.ts';
import { ownParts, standardPolicy, standardTeacher } from '../src/ppo/own-models.ts';
import {
  authorsPool,
  corruptRight,
  poolTasks,
  samplePool,
  trainRewardModel,
  trainSft,
} from '../src/pretrain.ts';
import { decode, lexemes } from '../src/tasks/vocabulary.ts';
import type { LabNotice, OwnTeacher, PolicyRecipe, TeacherRecipe } from '../src/protocol/own-model.ts';

const readModel: FetchFile = (path) => readFile(new URL(`../public/models/${path}`, import.meta.url));
const manifest = await loadManifest(readModel, 'tiny');
const { network } = manifest.policy;
const sft = await loadCheckpoint(readModel, 'tiny', manifest.policy);

async function made(recipe: TeacherRecipe | PolicyRecipe, part: Partial<Lab> = {}) {
  const told: LabNotice[] = [];
  const lab: Lab = {
    ...{ network, sft, judge: judgeAll, tell: (notice) => told.push(notice) },
    pass: () => Promise.resolve(),
    ...part,
  };
  return { ...(await makeOwn(recipe, lab)), told };
}
const teacher: TeacherRecipe = {
  ...standardTeacher,
  ...{ preset: 'tiny', prompts: 30, steps: 12, flipped: 0.3, garbled: 0.3 },
};

describe('a reward model of one’s own', () => {
  it('is the very model that the site ships, where its recipe is that of one', async () => {
    // As `weak` is made: scripts/presets.ts.
    const weak: TeacherRecipe = {
      ...{ ...standardTeacher, preset: 'tiny' },
      ...{ prompts: 200, steps: 120, garbled: 0, seed: manifest.recipe.seed },
    };
    const { bytes, about } = await made(weak);
    const { tensors } = await decodeOwn(bytes);
    const plain = encodeSafetensors({ ...network, columns: 1 }, tensors);
    expect(await sha256(plain)).toBe(manifest.rewardModels.weak.sha256);
    const shipped = manifest.rewardModels.weak.card!;
    const { card } = about as OwnTeacher;
    // Measured on other prompts.
    expect(Math.abs(card.heldOut - shipped.heldOut)).toBeLessThan(0.05);
    expect(card.inTraining).toEqual([]);
  });

  it('has the same bytes and the same name every time, whatever it is held up by', async () => {
    const one = await made(teacher);
    let passed = 0;
    const turn = () => new Promise<void>((resolve) => setTimeout(resolve, ++passed % 7 === 0 ? 2 : 0));
    // However its fields are ordered.
    const turned = Object.fromEntries(Object.entries(teacher).reverse()) as unknown as TeacherRecipe;
    const other = await made(turned, { pass: turn });
    expect(passed).toBeGreaterThan(12);
    expect(other.bytes).toEqual(one.bytes);
    expect(other.about.name).toBe(one.about.name);
    expect(ownParts(one.about.name)!.recipe).toEqual(teacher);
    const { about } = await made({ ...teacher, seed: 2 });
    expect(ownParts(about.name)!.hash).not.toBe(ownParts(one.about.name)!.hash);
  });

  it.each(['samples', 'authors', 'both'] as const)(
    'of %s is what pretrain.ts makes of that recipe',
    async (pairs) => {
      const recipe: TeacherRecipe = { ...teacher, pairs, reads: 'chains', longer: 0.2, steps: 4 };
      const engine = await createCpuEngine();
      const tasks = poolTasks('train', recipe.prompts, 1);
      const key = samplerKey(1, 'corpus');
      const { pool: samples } = await samplePool(
        new Policy(engine, network, sft, MOST_ROWS),
        tasks,
        8,
        judgeAll,
        key,
      );
      const authors = await authorsPool(tasks, 8, judgeAll, 1);
      const broken = await corruptRight(pairs === 'authors' ? authors : samples, judgeAll, 1);
      const expected = await trainRewardModel(
        ...([
          await createCpuEngine(),
          { ...network, columns: 1 },
          sft,
          { samples, authors },
          broken,
        ] as const),
        ...([rewardRecipeOf(recipe), 1, () => undefined] as const),
      );
      const { bytes } = await made(recipe);
      expect((await decodeOwn(bytes)).tensors).toEqual(asShipped(expected));
    },
  );

  it('knows programs by lexemes that there are, and of each concept the samples have some with and some without', async () => {
    const engine = await createCpuEngine();
    const tasks = poolTasks('train', 40, 1);
    const policy = new Policy(engine, network, sft, MOST_ROWS);
    const { pool } = await samplePool(policy, tasks, 8, judgeAll, samplerKey(1, 'corpus'));
    const programs = [...pool.values()]
      .flatMap(({ right, wrong }) => [...right, ...wrong])
      .map((ids) => decode(ids));
    for (const known of Object.values(knownBy)) {
      expect(known.every((lexeme) => lexemes.includes(lexeme))).toBe(true);
      const read = programs.filter((program) => program.some((lexeme) => known.includes(lexeme)));
      expect(read.length).toBeGreaterThan(programs.length / 10);
      expect(read.length).toBeLessThan((programs.length * 9) / 10);
    }
  });

  it('tells how far it is, its loss at every step and its accuracy now and then', async () => {
    const { told } = await made(teacher);
    const done = told.flatMap((notice) => (notice.type === 'at' ? [notice.done] : []));
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.at(-1)).toBeGreaterThan(0.7);
    const losses = told.flatMap((notice) => (notice.type === 'loss' ? [notice] : []));
    expect(losses.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(losses[0].loss).toBeCloseTo(Math.LN2, 3);
    const accuracies = told.flatMap((notice) => (notice.type === 'accuracy' ? [notice.accuracy] : []));
    expect(accuracies.length).toBeGreaterThan(3);
    for (const accuracy of accuracies) expect(accuracy).toBeGreaterThan(0.3);
  });

  it('rejects where a program cannot be judged, or no prompt has a pair', async () => {
    const broken = () => Promise.reject(new Error('the judge is gone'));
    await expect(made(teacher, { judge: broken })).rejects.toThrow('the judge is gone');
    const all = (_: unknown, programs: readonly string[]) =>
      Promise.resolve(new Float32Array(programs.length).fill(1));
    await expect(made({ ...teacher, garbled: 0 }, { judge: all })).rejects.toThrow(/take more prompts/);
  });
});

describe('a policy of one’s own', () => {
  const recipe: PolicyRecipe = { ...standardPolicy, preset: 'tiny', steps: 5 };

  it('is what pretrain.ts makes of that recipe, with programs and pass@1 told on the way', async () => {
    const { bytes, about, told } = await made(recipe);
    const { learningRate } = recipe;
    const engine = await createCpuEngine();
    const silent = () => undefined;
    const expected = await trainSft(engine, network, { steps: 5, rows: 64, learningRate }, 1, silent);
    expect((await decodeOwn(bytes)).tensors).toEqual(asShipped(expected));
    expect(about).toMatchObject({ recipe, passAt1: 0 });
    const looks = told.flatMap((notice) => (notice.type === 'accuracy' ? [notice] : []));
    expect(looks.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
    for (const { programs } of looks) {
      expect(programs).toHaveLength(6);
      expect(programs!.map(({ statement }) => statement)).toEqual(looks[0].programs!.map((p) => p.statement));
    }
  });
});
