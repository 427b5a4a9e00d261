import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../scripts/experiment.ts';
import { main as reportMain } from '../../scripts/report.ts';
import { oneAtATime } from '../../scripts/processes.ts';
import {
  armsOf,
  bestOf,
  checkSuite,
  fileOf,
  gridOf,
  jobsOf,
  modelsOf,
  readSuite,
  tuningJobsOf,
} from '../../scripts/experiment/suite.ts';
import { root } from '../../scripts/install.mjs';
import { readResults } from '../../scripts/report/read.ts';
import type { Results } from '../../src/evidence/results.ts';
import { ownName } from '../../src/ppo/filter.ts';
import { defaultConfig, defaultKnobs } from '../../src/ppo/knobs.ts';
import { loadManifest } from '../../src/model/manifest.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pf-ppo-experiment-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Results but for the clock. */
const timeless = ({ runs, ...others }: Results) => ({
  ...others,
  runs: runs.map((run) => ({ ...run, evaluations: run.evaluations.map((one) => ({ ...one, seconds: 0 })) })),
});

async function saidBy(args: string[]): Promise<[code: number, said: string[]]> {
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const code = await main(args);
  const said = error.mock.calls.map(([line]) => String(line));
  error.mockRestore();
  return [code, said];
}

const oneLine = (out: string) =>
  main(['--filters', 'none,best-worst', '--seeds', '1', '--iterations', '2', '--out', out]);

it('the same command gives the same numbers, seconds apart, and a report of them', async () => {
  const [first, second] = [join(folder, 'a'), join(folder, 'b')];
  expect(await oneLine(first)).toBe(0);
  expect(await oneLine(second)).toBe(0);
  const results = await readResults(first);
  const { teacher } = defaultKnobs;
  expect(timeless(await readResults(second))).toEqual(timeless(results));
  expect(results.arms.map(({ id }) => id)).toEqual(
    ['none', 'best-worst'].map((filter) => `${teacher} / ${filter}`),
  );
  const [none, bestWorst] = results.runs.map(({ evaluations }) => evaluations);
  expect(none.map(({ update }) => update)).toEqual([0, 2]);
  expect(none[1]).toMatchObject({ drawn: 512, trained: 512, steps: 8 });
  expect(bestWorst[1]).toMatchObject({ drawn: 512, trained: 128, steps: 8 });
  // Sampling and scoring cost both alike; a quarter is looked at and learned from.
  const [all, quarter] = [none[1].flops, bestWorst[1].flops];
  expect(quarter / all).toBeGreaterThan(0.3);
  expect(quarter / all).toBeLessThan(0.4);
  expect(results.runs[0].predictors[0]).toMatchObject({
    update: 0,
    values: { gamma: expect.any(Number) as number },
  });
  for (const { explainedVariance } of results.runs) expect(explainedVariance).toBeLessThan(1);
  expect(await readFile(join(first, 'report.md'), 'utf8')).toContain('| best-worst |');
});

describe('a suite', () => {
  const suiteArgs = (out: string) => ['--suite', 'smoke', '--jobs', '2', '--out', out];

  it('that was killed goes on where it was, and ends with the same numbers', async () => {
    const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')];
    expect(await main(suiteArgs(whole))).toBe(0);
    const child = spawn(
      process.execPath,
      [join(root, 'scripts/run.mjs'), 'experiment', ...suiteArgs(killed)],
      {
        cwd: root,
        stdio: 'ignore',
      },
    );
    const runs = () => readdir(join(killed, 'runs')).catch(() => []);
    while ((await runs()).filter((name) => name.endsWith('.json')).length < 3)
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const before = await runs();
    expect(before.length).toBeLessThan((await readdir(join(whole, 'runs'))).length);
    // What a power cut leaves is no run.
    const [first] = before.filter((name) => name.endsWith('.json'));
    await writeFile(join(killed, 'runs', first), '{"arm": "str');
    expect(await main(suiteArgs(killed))).toBe(0);
    expect(timeless(await readResults(killed))).toEqual(timeless(await readResults(whole)));
    for (const { grid, klCoef, learningRate } of (await readResults(whole)).arms) {
      const best = Math.max(...grid!.map(({ outcome }) => outcome));
      expect(grid!.find((one) => one.outcome === best)).toMatchObject({ klCoef, learningRate });
    }
    // Its processes give way to all else, which beside other tests is much.
  }, 600_000);

  it('trains each arm where it did best on other seeds', async () => {
    const suite = await readSuite('smoke');
    const { tuning, seeds } = suite;
    expect(seeds.some((seed) => tuning!.seeds.includes(seed))).toBe(false);
    const [first, second] = tuning!.grids;
    const points = gridOf(armsOf(suite), first);
    expect(points.map(({ config }) => config.knobs.klCoef)).toEqual([
      0.1, 0.03, 0.1, 0.03, 0.1, 0.03, 0.1, 0.03,
    ]);
    const jobs = tuningJobsOf(suite, points);
    expect(jobs).toHaveLength(8);
    expect(jobs[0]).toMatchObject({ config: { seed: tuning!.seeds[0] }, predictorsAt: [] });
    // Two settings an arm: the second is better for the first and the last, equal for the second, worse for the third.
    const best = bestOf(
      [NaN, 0.2, 0.3, 0.3, 0.5, 0.4, NaN, 0.9].map((outcome, i) => ({ arm: points[i], outcome })),
    );
    expect(best).toEqual([points[1], points[2], points[4], points[7]]);
    // What the second grid does not vary is as the first found it best.
    const settings = gridOf(best, second).map(({ config: { knobs } }) => [knobs.klCoef, knobs.learningRate]);
    expect(settings.slice(0, 4)).toEqual([
      [0.03, 2e-4],
      [0.03, 4e-4],
      [0.1, 2e-4],
      [0.1, 4e-4],
    ]);
  });

  it.each(['scenarios', 'paper', 'ablations'])('%s is one that can be run', async (name) => {
    const arms = armsOf(await readSuite(name));
    expect(arms.filter(({ filter }) => filter === 'none').length).toBeGreaterThan(0);
  });

  it('sets for a source what is fixed while a run goes on, and refuses what is no such thing', () => {
    const suite = (config: object) => ({
      ...{ name: 's', updates: 5, seeds: [1], filters: [{ id: 'none' }] },
      sources: [{ id: 'a' }, { id: 'b', config }],
    });
    const [a, b] = armsOf(checkSuite(suite({ criticLearningRate: 0 }), 's'));
    expect(b.config).toEqual({ ...a.config, criticLearningRate: 0 });
    expect(() => checkSuite(suite({ criticRate: 0 }), 's')).toThrow('criticRate');
  });

  it('can have filters that somebody wrote, each with its code', () => {
    const suite = (filter: object) => ({
      ...{ name: 's', updates: 5, seeds: [1], sources: [{ id: 'a' }] },
      filters: [
        { id: 'none', knobs: { filter: { name: 'none' } } },
        { id: 'mine', knobs: { filter } },
      ],
    });
    const [, mine] = armsOf(checkSuite(suite({ name: ownName, code: 'x' }), 's'));
    expect(mine.config.knobs.filter).toMatchObject({ name: ownName, code: 'x' });
    expect(() => armsOf(checkSuite(suite({ name: ownName }), 's'))).toThrow(
      'own needs code: a function named filter',
    );
    expect(() => armsOf(checkSuite(suite({ name: ownName, code: 3 }), 's'))).toThrow('own needs code');
  });

  it('has a file of its own for each run that differs in anything', async () => {
    const [job] = jobsOf(await readSuite('smoke'), armsOf(await readSuite('smoke')));
    const other = { ...job, config: { ...job.config, valueClipRange: 9 } };
    expect(new Set([fileOf(job, 'a'), fileOf(job, 'b'), fileOf(other, 'a')]).size).toBe(3);
    expect(fileOf(job, 'a')).toBe(fileOf(structuredClone(job), 'a'));
    // A setting that is added later, and stands at its standard, is in no name.
    const { config } = job;
    const later = { ...config, warmth: undefined, knobs: { ...config.knobs, another: undefined } };
    expect(fileOf({ ...job, config: later }, 'a')).toBe(fileOf(job, 'a'));
    // Of the models those that it begins with: another reward model's weights change nothing.
    const manifest = await loadManifest((path) => readFile(join(root, 'public/models', path)), 'tiny');
    const retrained = (name: string) => {
      const { rewardModels } = manifest;
      return {
        ...manifest,
        rewardModels: { ...rewardModels, [name]: { ...rewardModels[name], sha256: 'x' } },
      };
    };
    const { teacher } = job.config.knobs;
    expect(modelsOf(job, retrained('weak'))).toBe(modelsOf(job, manifest));
    expect(modelsOf(job, retrained(teacher))).not.toBe(modelsOf(job, manifest));
  });

  it('is made again where a standard setting becomes another: then raise STANDARD in suite.ts, and write the new ones here', () => {
    // A setting that is new need not be here.
    const standard = JSON.parse(`{
      "preset": "auto", "seed": 1, "engine": "auto",
      "criticLearningRate": 0.001, "valueClipRange": 0.5, "entropyCoef": 0, "maxGradNorm": 1,
      "adamBeta1": 0.9, "adamBeta2": 0.98, "adamEpsilon": 1e-8, "weightDecay": 0,
      "knobs": {
        "promptsPerUpdate": 32, "groupSize": 8, "temperature": 1,
        "teacher": "some-idioms", "teacherCode": "",
        "noise": {
          "name": "none", "share": 0.8, "spread": 0.3, "height": 2, "falsePass": 0.2, "falseFail": 0.2,
          "profile": [0.05, 0.2, 0.4, 0.5, 0.5, 0.5, 0.5, 0.6, 0.8, 0.95]
        },
        "epochs": 2, "stepsPerUpdate": 4, "evalEvery": 5, "evalPrompts": 200,
        "filter": { "name": "best-worst", "mode": "select", "keep": 2, "profile": [1, 0, 0, 0, 0, 0, 0, 1] },
        "whitening": "kept", "advantage": "gae", "klCoef": 0.1, "gamma": 1, "gaeLambda": 0.95,
        "learningRate": 0.0002, "clipRange": 0.2
      }
    }`) as object;
    expect(defaultConfig).toMatchObject(standard);
  });

  it.each([
    ['{', /cannot be read: .*Give a suite's name or a JSON file\.$/],
    [{ name: 'x' }, /: updates: /],
    [{ sources: [{ id: 'a', knobs: { noisse: 1 } }] }, /no knob is named noisse; there are /],
    [{ sources: [{ id: 'a', knobs: { noise: { name: 'loud' } } }] }, /a noise has a name: none, unsure/],
    [{ sources: [{ id: 'a', knobs: { klCoef: -1 } }] }, /KL coefficient is -1; it can be /],
    [{ sources: [{ id: 'a' }, { id: 'a' }] }, /have the same id/],
    [{ updates: 3 }, /multiple of evaluation\.every/],
  ])('that cannot be run says why in a line: %j', async (part, message) => {
    const good = { name: 'x', updates: 5, seeds: [1], sources: [{ id: 'a' }], filters: [{ id: 'none' }] };
    const isWhole = typeof part === 'string' || 'name' in part;
    const path = join(folder, 'suite.json');
    await writeFile(
      path,
      typeof part === 'string' ? part : JSON.stringify(isWhole ? part : { ...good, ...part }),
    );
    const [code, said] = await saidBy(['--suite', path, '--out', join(folder, 'no')]);
    expect(code).toBe(2);
    expect(said).toEqual([expect.stringMatching(message)]);
  });
});

it('runs that end together are told one after the other: they write the same file', async () => {
  const path = join(folder, 'shared');
  const write = async (text: string) => {
    await writeFile(`${path}.part`, text);
    await rename(`${path}.part`, path);
  };
  const told = oneAtATime(write);
  const texts = Array.from({ length: 20 }, (_, i) => `${i}`.repeat(1000));
  await Promise.all(texts.map(told));
  expect(await readFile(path, 'utf8')).toBe(texts.at(-1));
});

it('a place that cannot be written is found before the work, in one line', async () => {
  const file = join(folder, 'a-file');
  await writeFile(file, 'kept');
  const [code, said] = await saidBy(['--out', file]);
  expect(code).toBe(2);
  expect(said).toEqual([expect.stringMatching(/^--out .*a-file cannot be written: .*Give a folder\.$/)]);
  expect(await readFile(file, 'utf8')).toBe('kept');
});

it('a run that fails is told of and missing; the others are made', async () => {
  const [file, out] = [join(folder, 'fragile.json'), join(folder, 'fragile')];
  const suite = {
    name: 'fragile',
    updates: 1,
    seeds: [1],
    evaluation: { every: 1, prompts: 4 },
    knobs: { promptsPerUpdate: 4, groupSize: 4 },
    sources: [{ id: 'broken', config: { criticLearningRate: 1e30 } }, { id: 'sound' }],
    filters: [{ id: 'none', knobs: { filter: { name: 'none' } } }],
  };
  await writeFile(file, JSON.stringify(suite));
  const [code, said] = await saidBy(['--suite', file, '--out', out]);
  expect(code).toBe(1);
  expect(said).toEqual([
    expect.stringMatching(/^run failed: broken \/ none, seed 1: .*Update 1.* is (NaN|-?Infinity)/),
    'Runs that failed and are missing: 1. The same command tries them again.',
  ]);
  expect((await readResults(out)).runs.map(({ arm }) => arm)).toEqual(['sound / none']);
  expect(await readFile(join(out, 'report.md'), 'utf8')).toContain('1 of 2 are missing');
});

describe('a suite in shards', () => {
  const suite = {
    name: 'parts',
    updates: 1,
    seeds: [1, 2],
    evaluation: { every: 1, prompts: 4 },
    knobs: { promptsPerUpdate: 4, groupSize: 4 },
    sources: [{ id: 'model' }, { id: 'tests', knobs: { teacher: 'tests' } }],
    filters: ['none', 'best-worst'].map((id) => ({ id, knobs: { filter: { name: id } } })),
  };
  const out = (name: string) => join(folder, `parts-${name}`);
  const told = async (...args: string[]) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const code = await reportMain(args);
    const said = [...log.mock.calls, ...error.mock.calls].map(([line]) => String(line));
    log.mockRestore();
    error.mockRestore();
    return { code, said: said.join('\n') };
  };

  it('is the suite, once they are put together, in any order and with some twice', async () => {
    const file = join(folder, 'parts.json');
    await writeFile(file, JSON.stringify(suite));
    const run = (name: string, ...more: string[]) =>
      main(['--suite', file, '--jobs', '2', '--out', out(name), ...more]);
    expect(await run('whole')).toBe(0);
    for (const part of [1, 3]) expect(await run(`${part}`, '--shard', `${part}/3`)).toBe(0);
    // As Slurm would run it.
    const slurm = { SLURM_SUBMIT_DIR: root, SLURM_ARRAY_TASK_ID: '2', SLURM_ARRAY_TASK_COUNT: '3' };
    const child = spawn('bash', [join(root, 'docs/cluster/suite.slurm'), file, out('slurm')], {
      env: { ...process.env, ...slurm, SLURM_CPUS_PER_TASK: '2' },
      stdio: 'ignore',
    });
    expect((await once(child, 'exit'))[0]).toBe(0);
    await rename(join(out('slurm'), 'shard-2'), out('2'));
    // The first and the last of four arms are in the first of three.
    expect((await readResults(out('1'))).arms.map(({ id }) => id)).toEqual([
      'model / none',
      'tests / best-worst',
    ]);
    await mkdir(out('all'));
    const both = await told(out('3'), out('1'), out('2'), out('1'), '--out', out('all'));
    expect(both.code).toBe(0);
    const { shards, ...together } = timeless(await readResults(out('all')));
    expect(shards).toEqual({ count: 3, here: [1, 2, 3] });
    expect(together).toEqual(timeless(await readResults(out('whole'))));
    expect(await readFile(join(out('all'), 'report.md'), 'utf8')).toContain(
      'no arm lacks any of these seeds',
    );

    const some = await told(out('3'), out('1'), '--out', out('all'));
    expect(some).toMatchObject({
      code: 0,
      said: expect.stringContaining('Shards that are missing: 2 of 3.') as string,
    });
    expect(await readFile(join(out('all'), 'report.md'), 'utf8')).toContain('of 3 shards 2 are missing');
  });

  it('refuses what is of another suite, other parts or other numbers, and says so', async () => {
    const [first] = [await readResults(out('1'))];
    const write = async (name: string, results: object) => {
      await mkdir(out(name), { recursive: true });
      await writeFile(join(out(name), 'results.json'), JSON.stringify(results));
      return told(out('1'), out(name), '--out', out('all'));
    };
    const [run, ...others] = first.runs;
    const [evaluation, ...later] = run.evaluations;
    const other = { ...run, evaluations: [{ ...evaluation, score: 9 }, ...later] };
    const refused = [
      await write('suite', { ...first, suite: 'another' }),
      await write('parts', { ...first, shards: { count: 2, here: [1] } }),
      await write('run', { ...first, runs: [other, ...others] }),
      await write('arm', { ...first, arms: first.arms.map((arm) => ({ ...arm, klCoef: 7 })) }),
    ];
    expect(refused.map(({ code }) => code)).toEqual([2, 2, 2, 2]);
    expect(
      refused.map(({ said }) => /two suites|same parts|different numbers|different settings/.exec(said)?.[0]),
    ).toEqual(['two suites', 'same parts', 'different numbers', 'different settings']);
    expect(await told(out('1'), out('2'))).toMatchObject({ code: 2 });
    expect(
      await saidBy(['--suite', join(folder, 'parts.json'), '--shard', '9/9', '--out', out('none')]),
    ).toMatchObject([2, [expect.stringContaining('the suite has 4 arms')]]);
    expect(await saidBy(['--shard', '4/3', '--out', out('none')])).toMatchObject([
      2,
      [expect.stringContaining('such as 2/5')],
    ]);
  });
});

it('a disk that fails in between loses nothing that was finished', async () => {
  const out = join(folder, 'full');
  expect(await oneLine(out)).toBe(0);
  const runs = await readdir(join(out, 'runs'));
  // A folder in the place of what is written last stands for a disk that takes nothing more.
  await rm(join(out, 'results.json'));
  await mkdir(join(out, 'results.json', 'in the way'), { recursive: true });
  const [code, said] = await saidBy([
    '--filters',
    'none,best-worst',
    '--seeds',
    '1',
    '--iterations',
    '2',
    '--out',
    out,
  ]);
  expect(code).toBe(1);
  expect(said).toEqual([
    expect.stringMatching(/What was finished is in .*the same command goes on there\.$/),
  ]);
  expect(await readdir(join(out, 'runs'))).toEqual(runs);
});
