/**
 * `npm run course -- --out docs/results/course --page src/ui/learn/held.json`: makes every run of the lessons, headless on the CPU engine,
 * under seeds 101, 102, …, and says in how many each came out as it usually does. OUT/results.json keeps the runs, and what is there is
 * not made again (a lesson that reads its run in another way needs its lines taken out); `--only loss,fate` is for some lessons, `--jobs 2` for two at a time. Exit codes: 0 done; 1 a run failed; 2 wrong arguments.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { course } from '../src/course/course.ts';
import type { Exercise, Measured, Numbers, Trace, Trial } from '../src/course/exercise.ts';
import { defaultConfig, defaultKnobs } from '../src/ppo/knobs.ts';
import type { Knobs, RunConfig } from '../src/protocol/config.ts';
import type { RunEvent } from '../src/protocol/events.ts';
import type { MetricName } from '../src/protocol/metrics.ts';
import { choices, integer, optional, outFolder, withArguments } from './arguments.ts';
import { headless } from './headless.ts';
import { serveJobs, workOff } from './processes.ts';

/** Not those that visitors begin with. */
const FIRST_SEED = 101;

interface Job {
  id: string;
  trial: number;
  seed: number;
}

/** What a run was, as a lesson reads it. */
async function traceOf(config: RunConfig, updates: number): Promise<Trace> {
  const known = new Map<string, Measured[]>();
  const truths = new Map<number, Float32Array>();
  let batch: Extract<RunEvent, { type: 'batch' }>['batch'] | undefined;
  let kl: Float32Array | undefined;
  const take = (event: RunEvent) => {
    if (event.update > updates) return;
    if (event.type === 'batch') batch = event.batch;
    if (event.type === 'experience') ({ kl } = event);
    if (event.type === 'judged') truths.set(event.update, event.testScores);
    if (event.type !== 'updated' && event.type !== 'judged' && event.type !== 'evaluated') return;
    for (const [name, value] of Object.entries(event.metrics))
      if (Number.isFinite(value))
        known.set(name, [...(known.get(name) ?? []), { update: event.update, value }]);
  };
  const run = await headless(config, take);
  for await (const event of run.events) {
    take(event);
    // An update's evaluation is sampled before the next update begins.
    if (event.type === 'phase' && event.update > updates) break;
  }
  await run.settled();
  run.free();
  const testScores = truths.get(updates);
  return {
    known: (name: MetricName) => known.get(name) ?? [],
    batch: batch && testScores && { scores: batch.scores, testScores, groupSize: batch.groupSize },
    kl,
  };
}

const trialOf = ({ id, trial }: Job): Trial => course.find((exercise) => exercise.id === id)!.trials[trial];

async function numbersOf(job: Job): Promise<Numbers> {
  const { knobs, updates, read } = trialOf(job);
  const config = { ...defaultConfig, preset: 'tiny', seed: job.seed, knobs: { ...defaultKnobs, ...knobs } };
  return read(await traceOf(config, updates));
}

/** A run that was made, with what it was made by: that of a lesson that was changed since is made again. */
export interface Made extends Job {
  knobs: Partial<Knobs>;
  updates: number;
  numbers: Numbers;
}

export function isOf(made: Made, job: Job): boolean {
  const { knobs, updates } = trialOf(job);
  const isSame = JSON.stringify([made.knobs, made.updates]) === JSON.stringify([knobs, updates]);
  return made.id === job.id && made.trial === job.trial && made.seed === job.seed && isSame;
}

async function madeBefore(file: string): Promise<Made[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Made[];
  } catch {
    return [];
  }
}

const digits = (value: number) => Number(value.toPrecision(3));

interface Row {
  exercise: Exercise;
  /** Seeds in which what usually happens happened. */
  held: number;
  /** Seeds whose runs are all there. */
  of: number;
  /** Of each trial, its numbers from the least to the most. */
  ranges: string[];
}

/** A lesson's row of the table. */
export function rowOf(exercise: Exercise, made: readonly Made[]): Row {
  const { id, trials } = exercise;
  const seeds = [...new Set(made.map(({ seed }) => seed))];
  const all = seeds
    .map((seed) => trials.map((_, trial) => made.find((run) => isOf(run, { id, trial, seed }))?.numbers))
    .filter((numbers): numbers is Numbers[] => numbers.every((each) => each !== undefined));
  const held = all.filter((numbers) => exercise.find(numbers).answer === exercise.usual).length;
  const ranges = trials.map(({ does }, trial) => {
    const each = Object.keys(all[0]?.[trial] ?? {}).map((name) => {
      const values = all.map((numbers) => numbers[trial][name]);
      return `${name} ${digits(Math.min(...values))} to ${digits(Math.max(...values))}`;
    });
    return `${does}: ${each.join(', ')}`;
  });
  return { exercise, held, of: all.length, ranges };
}

export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ exercise: { title, options, usual }, held, of, ranges }) =>
      `| ${title} | ${options[usual]} | ${held} of ${of} | ${ranges.join('<br>')} |`,
  );
  return [
    '# What the lessons’ runs come to',
    '',
    'Made by `npm run course -- --out docs/results/course --page src/ui/learn/held.json`: the runs that lessons have a learner make, under',
    `seeds from ${FIRST_SEED} on, each on the CPU engine. *Held* is in how many seeds the event that decides the lesson was the usual one.`,
    '',
    '| lesson | usual | held | measured, from the least to the most over seeds |',
    '|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}

/** What the page says of each lesson. */
export const heldOf = (rows: readonly Row[]) =>
  Object.fromEntries(rows.map(({ exercise, held, of }) => [exercise.id, { held, of }]));

const exerciseIds = course.map(({ id }) => id);

export function main(args: string[]): Promise<number> {
  if (args[0] === '--worker') return serveJobs(numbersOf);
  const options = {
    seeds: integer(1, 1000, 8),
    jobs: integer(1, 64, 1),
    only: choices(exerciseIds, exerciseIds),
    out: outFolder(),
    page: optional,
  };
  return withArguments(args, options, async ({ seeds: count, jobs: processes, only, out, page }) => {
    const file = join(out, 'results.json');
    const made = await madeBefore(file);
    const seeds = Array.from({ length: count }, (_, i) => FIRST_SEED + i);
    const wanted: Job[] = seeds.flatMap((seed) =>
      course.flatMap(({ id, trials }) => trials.map((_, trial) => ({ id, trial, seed }))),
    );
    const missing = wanted.filter((job) => only.includes(job.id) && !made.some((run) => isOf(run, job)));
    let failures = 0;
    let done = 0;
    await workOff<Job, Numbers>('course', missing, processes, async (job, reply) => {
      done += 1;
      const what = `${done} of ${missing.length}: ${job.id}, run ${job.trial + 1}, seed ${job.seed}`;
      if ('problem' in reply) {
        failures += 1;
        console.error(`${what} failed: ${reply.problem}`);
        return;
      }
      const { knobs, updates } = trialOf(job);
      made.push({ ...job, knobs, updates, numbers: reply.result });
      await write(file, made);
      console.log(`${what}: ${JSON.stringify(reply.result)}`);
    });
    // Those of lessons that were changed since are left out; in the order of seeds, whatever came first.
    const whole = wanted.flatMap((job) => made.find((run) => isOf(run, job)) ?? []);
    await write(file, whole);
    const rows = course.map((exercise) => rowOf(exercise, whole));
    await writeFile(join(out, 'README.md'), tableOf(rows));
    if (page !== undefined) await writeFile(page, `${JSON.stringify(heldOf(rows), null, 2)}\n`);
    for (const { exercise, held, of } of rows) console.log(`${exercise.id}: ${held} of ${of}`);
    return failures > 0 ? 1 : 0;
  });
}

/** A run a line, so that it can be read. Written under another name first, so that it is never half there. */
async function write(file: string, made: readonly Made[]): Promise<void> {
  await writeFile(`${file}.part`, `[\n${made.map((run) => JSON.stringify(run)).join(',\n')}\n]\n`);
  await rename(`${file}.part`, file);
}
