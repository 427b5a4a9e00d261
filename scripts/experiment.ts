/**
 * `npm run experiment -- --suite NAME|FILE --out DIR --jobs 2`: filters under sources of reward, each with every seed, on the CPU. Every
 * run is a file in DIR/runs; DIR/results.json holds them all, and `npm run report -- DIR` makes tables and figures of it. What is there
 * is not run again, so that a suite that was killed goes on where it was, and ends with the same numbers.
 *
 * With `--shard 2/5` it is the second fifth of the suite's arms, for five machines, or five folders; `npm run report -- DIR DIR …` puts
 * them together.
 *
 * `npm run experiment -- --filters none,best-worst --seeds 3 --iterations 60 --out DIR` is the same for a suite that is said in a line.
 *
 * A run that fails is told of, and is missing; the others are made. Exit codes: 0 done; 1 a run or the disk failed, and what was finished is
 * kept; 2 wrong arguments or suite.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadManifest, type Manifest } from '../src/model/manifest.ts';
import { readyNames } from '../src/ppo/filter.ts';
import { defaultKnobs } from '../src/ppo/knobs.ts';
import { readyTeachers, whitenings, type Teacher, type Whitening } from '../src/protocol/config.ts';
import { choice, choices, integer, optional, outFolder, shard, withArguments } from './arguments.ts';
import { oneRun } from './experiment/one-run.ts';
import {
  armsOf,
  BadSuite,
  bestOf,
  checkSuite,
  fileOf,
  gridOf,
  jobsOf,
  modelsOf,
  readSuite,
  shardOf,
  tuningJobsOf,
} from './experiment/suite.ts';
import type { Arm, Job, Suite, Tried } from './experiment/suite.ts';
import { root } from './install.mjs';
import { serveJobs, workOff } from './processes.ts';
import { report } from './report.ts';
import { mean } from '../src/measure.ts';
import { finalOutcome } from '../src/evidence/outcome.ts';
import type { Arm as ArmResults, Run } from '../src/evidence/results.ts';

/** Written under another name first, so that no file is ever half there. */
async function writeWhole(path: string, value: object): Promise<void> {
  await writeFile(`${path}.part`, `${JSON.stringify(value, null, 1)}\n`);
  await rename(`${path}.part`, path);
}

/** Runs of a folder: made where they are not there yet. */
class Folder {
  private readonly out: string;
  private readonly manifest: Manifest;
  private readonly jobs: number;
  /** Runs that failed. */
  failures = 0;

  constructor(out: string, manifest: Manifest, jobs: number) {
    this.out = out;
    this.manifest = manifest;
    this.jobs = jobs;
  }

  private path(job: Job): string {
    return join(this.out, 'runs', fileOf(job, modelsOf(job, this.manifest)));
  }

  /** The run of a job; undefined where there is none, or none that can be read. */
  async find(job: Job): Promise<Run | undefined> {
    try {
      return JSON.parse(await readFile(this.path(job), 'utf8')) as Run;
    } catch {
      return undefined;
    }
  }

  /** Makes what is missing; `after` each. */
  async make(wanted: readonly Job[], what: string, after: () => Promise<void>): Promise<void> {
    await mkdir(join(this.out, 'runs'), { recursive: true });
    const missing: Job[] = [];
    for (const job of wanted) if (!(await this.find(job))) missing.push(job);
    const start = performance.now();
    let made = 0;
    await workOff<Job, Run>('experiment', missing, this.jobs, async (job, reply) => {
      made += 1;
      if ('problem' in reply) {
        this.failures += 1;
        console.error(`${what} failed: ${job.arm}, seed ${job.config.seed}: ${reply.problem}`);
        return;
      }
      const { result: run } = reply;
      await writeWhole(this.path(job), run);
      await after();
      const left = ((performance.now() - start) / made / 60_000) * (missing.length - made);
      const end = finalOutcome(run).toFixed(3);
      const { klCoef, learningRate } = job.config.knobs;
      console.log(
        `${what} ${wanted.length - missing.length + made} of ${wanted.length}, ${left.toFixed(0)} min left: ` +
          `${job.arm}, β ${klCoef}, lr ${learningRate}, seed ${job.config.seed}: ${end}`,
      );
    });
  }
}

interface Tuned {
  arm: Arm;
  grid?: ArmResults['grid'];
}

/** Each arm at the β and learning rate under which it did best on the tuning seeds, with how it did wherever it was tried. */
async function tuned(suite: Suite, arms: readonly Arm[], folder: Folder): Promise<Tuned[]> {
  if (!suite.tuning) return arms.map((arm) => ({ arm }));
  const tried = new Map<string, Tried>();
  let best = arms;
  for (const grid of suite.tuning.grids) {
    const points = gridOf(best, grid);
    await folder.make(tuningJobsOf(suite, points), 'tuning', () => Promise.resolve());
    for (const arm of points) {
      const runs = await Promise.all(tuningJobsOf(suite, [arm]).map((job) => folder.find(job)));
      const outcome = mean(runs.map((run) => (run ? finalOutcome(run) : NaN)));
      tried.set(JSON.stringify(arm), { arm, outcome });
    }
    best = bestOf([...tried.values()]);
  }
  return best.map((arm) => ({
    arm,
    grid: [...tried.values()]
      // Of what failed there is no outcome.
      .filter((one) => one.arm.id === arm.id && !Number.isNaN(one.outcome))
      .map(({ arm: { config }, outcome }) => {
        const { klCoef, learningRate } = config.knobs;
        return { klCoef, learningRate, outcome };
      }),
  }));
}

async function runSuite(
  suite: Suite,
  command: string,
  out: string,
  { jobs, shard: part }: Pick<Wanted, 'jobs' | 'shard'>,
): Promise<number> {
  const manifest = await loadManifest((path) => readFile(join(root, 'public/models', path)), 'tiny');
  const folder = new Folder(out, manifest, jobs);
  try {
    const own = shardOf(armsOf(suite), part);
    if (own.length === 0)
      throw new BadSuite(
        `--shard ${part.index}/${part.count}: the suite has ${armsOf(suite).length} arms, and a shard one at least.`,
      );
    const arms = await tuned(suite, own, folder);
    const wanted = jobsOf(
      suite,
      arms.map(({ arm }) => arm),
    );
    const writeResults = async () => {
      const found = await Promise.all(wanted.map((job) => folder.find(job)));
      const runs = found.filter((run) => run !== undefined);
      const described = arms.map(({ arm: { id, source, filter, config }, grid }): ArmResults => {
        const knobs = { ...config.knobs };
        return { id, source, filter, klCoef: knobs.klCoef, learningRate: knobs.learningRate, knobs, grid };
      });
      const shards = part.count > 1 ? { count: part.count, here: [part.index] } : undefined;
      await writeWhole(join(out, 'results.json'), {
        suite: suite.name,
        command,
        shards,
        arms: described,
        runs,
      });
    };
    await folder.make(wanted, 'run', writeResults);
    await writeResults();
  } catch (error) {
    if (error instanceof BadSuite) throw error;
    console.error(
      `${(error as Error).message}. What was finished is in ${out}; the same command goes on there.`,
    );
    return 1;
  }
  const { failures } = folder;
  if (failures > 0)
    console.error(`Runs that failed and are missing: ${failures}. The same command tries them again.`);
  return Math.max(Math.min(1, failures), await report([out], out));
}

interface Wanted {
  suite: string | undefined;
  filters: readonly string[];
  seeds: number;
  iterations: number;
  teacher: Teacher;
  whitening: Whitening;
  jobs: number;
  shard: { index: number; count: number };
  out: string;
}

async function experiment(wanted: Wanted): Promise<number> {
  const { filters, seeds, iterations, teacher, whitening, out } = wanted;
  try {
    if (wanted.suite !== undefined) {
      const suite = await readSuite(wanted.suite);
      // Without --out and --jobs: the same command in two folders writes the same.
      return await runSuite(suite, `npm run experiment -- --suite ${wanted.suite}`, out, wanted);
    }
    const said = `--filters ${filters.join()} --seeds ${seeds} --iterations ${iterations} --teacher ${teacher} --whitening ${whitening}`;
    const every = iterations % defaultKnobs.evalEvery === 0 ? defaultKnobs.evalEvery : iterations;
    const suite = {
      ...{ name: 'one line', updates: iterations, evaluation: { every, prompts: defaultKnobs.evalPrompts } },
      seeds: Array.from({ length: seeds }, (_, i) => i + 1),
      sources: [{ id: teacher, knobs: { teacher, whitening } }],
      filters: filters.map((id) => ({ id, knobs: { filter: { name: id } } })),
    };
    return await runSuite(checkSuite(suite, 'one line'), `npm run experiment -- ${said}`, out, wanted);
  } catch (error) {
    if (!(error instanceof BadSuite)) throw error;
    console.error(error.message);
    return 2;
  }
}

export function main(args: string[]): Promise<number> {
  if (args[0] === '--worker') return serveJobs(oneRun);
  const options = {
    suite: optional,
    filters: choices(readyNames, ['none', 'best-of-n', 'best-random', 'best-worst']),
    seeds: integer(1, 100, 3),
    iterations: integer(1, 10_000, 60),
    teacher: choice(readyTeachers, defaultKnobs.teacher),
    whitening: choice(whitenings, defaultKnobs.whitening),
    jobs: integer(1, 64, 1),
    shard,
    out: outFolder(),
  };
  return withArguments(args, options, experiment);
}
