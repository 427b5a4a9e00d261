import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { exportFiles, type ExportFile } from '../../src/export/files.ts';
import { sourceOf } from '../../src/export/measured.ts';
import { minibatchesOf } from '../../src/export/minibatches.ts';
import { sectionsOf } from '../../src/export/overrides.ts';
import type { ExportSource } from '../../src/export/source.ts';
import { ownExamples, readyNames } from '../../src/ppo/filter.ts';
import { defaultConfig, defaultKnobs } from '../../src/ppo/knobs.ts';
import type { Knobs } from '../../src/protocol/config.ts';
import type { OwnTask } from '../../src/protocol/task.ts';
import { heldOutTasks, trainTasks } from '../../src/tasks/tasks.ts';
import { recordedRun } from '../recorded-run.ts';
import { filter } from '../tiny-run.ts';
import { settings } from './verl-settings.ts';

const sourceFor = (knobs: Partial<Knobs>): ExportSource => {
  const all = { ...defaultKnobs, ...knobs };
  return {
    name: 'a run',
    config: { ...defaultConfig, knobs: all },
    knobs: all,
    updates: 0,
    isChanged: false,
  };
};
const overridesOf = (source: ExportSource) =>
  new Map(sectionsOf(source).flatMap(({ overrides }) => overrides.map(({ key, value }) => [key, value])));
const textOf = (files: readonly ExportFile[], path: string) => {
  const content = files.find((file) => file.path === path)?.content;
  return typeof content === 'string' ? content : '';
};
const reading = async (files: readonly ExportFile[], path: string) => {
  const content = files.find((file) => file.path === path)?.content as Uint8Array<ArrayBuffer>;
  const rows = await parquetReadObjects({ file: content.buffer });
  return JSON.parse(
    JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)),
  ) as unknown[];
};
const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

const ownTasks: OwnTask[] = [
  {
    statement: 'the sum of a',
    signature: 'function add(a) {',
    split: 'train',
    tests: [{ args: [[1, 2]], expected: 3 }],
  },
  {
    statement: 'the product of a',
    signature: 'function f(a) {',
    split: 'held-out',
    tests: [{ args: [[2, 3]], expected: 6 }],
  },
];

describe('overrides', () => {
  it('name settings that verl has, whatever is set', () => {
    const sets: Partial<Knobs>[] = [
      ...readyNames.map((name) => ({ filter: filter({ name }) })),
      { advantage: 'group' },
      { klCoef: 0, whitening: 'all' },
    ];
    for (const knobs of sets)
      for (const key of overridesOf(sourceFor(knobs)).keys())
        expect(settings.has(key.replace(/^\+\+/, '')), key).toBe(true);
  });

  it('say the default’s knobs', () => {
    expect(Object.fromEntries(overridesOf(sourceFor({})))).toMatchObject({
      'algorithm.adv_estimator': 'gae',
      'algorithm.use_kl_in_reward': 'True',
      'algorithm.kl_ctrl.kl_coef': '0.1',
      'algorithm.lam': '0.95',
      'algorithm.use_pf_ppo': 'True',
      'algorithm.pf_ppo.reweight_method': "'best-worst mode=select keep=2 whitening=kept rows=32 seed=1'",
      'data.train_batch_size': '32',
      'actor_rollout_ref.rollout.n': '8',
      'actor_rollout_ref.actor.ppo_mini_batch_size': '4',
      'actor_rollout_ref.actor.ppo_epochs': '2',
      'actor_rollout_ref.actor.clip_ratio_low': '0.2',
      '++trainer.use_v1': 'False',
    });
  });

  it('take as many Adam steps as the tab where rows of whole prompts allow, or fewer', () => {
    const of = (knobs: Partial<Knobs>) => minibatchesOf({ ...defaultKnobs, ...knobs });
    expect(of({})).toMatchObject({ kept: 64, rows: 32, steps: 4, tabSteps: 4 });
    // 64 rows in minibatches of 5, 10, 15 …: 35 and 29.
    expect(of({ groupSize: 5 })).toMatchObject({ kept: 64, rows: 35, steps: 4, tabSteps: 4 });
    expect(of({ filter: filter({ mode: 'resample' }) })).toMatchObject({ kept: 256, rows: 128, steps: 4 });
    expect(of({ filter: filter({ name: 'best-of-n' }), promptsPerUpdate: 4 })).toMatchObject({
      ...{ kept: 4, rows: 8, steps: 2, tabSteps: 4 },
    });
    expect(of({ filter: filter({ name: 'top' }) })).toMatchObject({
      kept: undefined,
      rows: 128,
      steps: undefined,
    });
  });

  it('make a prompt a response of PPO-S, and leave the filter out where there is none', () => {
    const overrides = overridesOf(sourceFor({ filter: filter({ name: 'single' }) }));
    expect(overrides.get('data.train_batch_size')).toBe('256');
    expect(overrides.get('actor_rollout_ref.rollout.n')).toBe('1');
    expect(overrides.get('algorithm.use_pf_ppo')).toBe('False');
    const scaled = overridesOf(sourceFor({ filter: filter({ name: 'none' }), whitening: 'scale' }));
    expect(scaled.get('algorithm.pf_ppo.reweight_method')).toBe(
      "'none mode=select whitening=scale rows=128 seed=1'",
    );
  });
});

describe('a folder', () => {
  it('has the tasks as parquet and as lines, the same, in verl’s columns', async () => {
    const files = exportFiles(sourceFor({}));
    for (const [split, tasks] of [
      ['train', trainTasks],
      ['held-out', heldOutTasks],
    ] as const) {
      const rows = await reading(files, `data/${split}.parquet`);
      expect(rows).toEqual(lines(textOf(files, `data/${split}.jsonl`)));
      expect(rows).toHaveLength(tasks.length);
      const task = tasks[7];
      expect(rows[7]).toEqual({
        data_source: 'pf-ppo-playground',
        prompt: [{ role: 'user', content: expect.stringContaining(task.statement) as string }],
        ability: 'code',
        reward_model: {
          style: 'rule',
          ground_truth: JSON.stringify({ entryPoint: task.entryPoint, tests: task.tests }),
        },
        extra_info: { split, index: 7, task: task.id, signature: task.signature },
      });
    }
  });

  it('has a visitor’s tasks in place of the corpus', async () => {
    const source = sourceFor({});
    const files = exportFiles({ ...source, config: { ...source.config, tasks: ownTasks } });
    const [row, ...others] = (await reading(files, 'data/train.parquet')) as {
      prompt: { content: string }[];
    }[];
    expect(others).toEqual([]);
    expect(row.prompt[0].content).toContain('returns the sum of a.');
    expect(row.prompt[0].content).toContain('`function add(a) {`');
  });

  it('says that a visitor’s code is not translated, and has it beside', () => {
    const code = ownExamples[0].code;
    const teacherCode = 'function score() { return 1; }';
    const knobs = { filter: filter({ name: 'own', code }), teacher: 'own-score' as const, teacherCode };
    const files = exportFiles(sourceFor(knobs));
    expect(textOf(files, 'own-filter.js')).toBe(`${code}\n`);
    expect(textOf(files, 'own-score.js')).toBe(`${teacherCode}\n`);
    expect(
      textOf(files, 'README.md').match(/\*\*It is not translated\*\*|\*\*It is not translated\.\*\*/g),
    ).toHaveLength(2);
    expect(textOf(files, 'train.sh')).toContain('NOT TRANSLATED');
    expect(textOf(files, 'train.sh')).toContain("reweight_method='own ");
  });

  it('tells what was measured on a run’s last judged batch, and what it was set to at its end', async () => {
    const { record, state } = await recordedRun(3, {
      live: () => ({ klCoef: 0.03 }),
    });
    const source = sourceOf('mine', record, state.knobs);
    expect(source).toMatchObject({
      updates: 3,
      isChanged: true,
      measured: { update: 3, responses: 32, kept: 16 },
    });
    const files = exportFiles(source);
    const readme = textOf(files, 'README.md');
    expect(readme).toContain('a run of 3 updates. It was set otherwise on the way');
    expect(readme).toMatch(/On the batch of update 3: 32 responses, 16 kept/);
    expect(readme).toMatch(/\| Expected gain \| Γ \| -?\d/);
    expect(textOf(files, 'train.sh')).toContain('algorithm.kl_ctrl.kl_coef=0.03');
  });
});
