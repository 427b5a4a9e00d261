/** A suite of experiments, declared in a file: filters under sources of reward, each with every seed. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { Manifest } from '../../src/model/manifest.ts';
import { defaultConfig, defaultKnobs, checkKnobs, fitKnobs, knobNames } from '../../src/ppo/knobs.ts';
import { noiseNames, standardNoise } from '../../src/ppo/noise.ts';
import { isRewardModel, type Knobs, type RunConfig } from '../../src/protocol/config.ts';
import { root } from '../install.mjs';

/** Settings that depart from the standard ones; of filter and noise only what differs. */
const settings = v.record(v.string(), v.unknown());
const seeds = v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.minLength(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
/** What is no knob, because it is fixed while a run goes on. */
const fixedSettings = v.optional(
  v.partial(
    v.strictObject({ criticLearningRate: v.number(), valueClipRange: v.number(), entropyCoef: v.number() }),
  ),
  {},
);
const values = v.optional(v.pipe(v.array(v.number()), v.minLength(1)));
const grid = v.strictObject({ klCoef: values, learningRate: values });
const variant = v.strictObject({ id: v.pipe(v.string(), v.nonEmpty()), knobs: v.optional(settings, {}) });

const suiteSchema = v.strictObject({
  name: v.pipe(v.string(), v.nonEmpty()),
  updates: count,
  seeds,
  /** Updates between evaluations, and prompts of each split in one. */
  evaluation: v.optional(v.strictObject({ every: count, prompts: count }), { every: 5, prompts: 200 }),
  /**
   * Each arm then trains with the β and learning rate under which it did best on other seeds. What a grid does not vary stays as the grids
   * before it found it best.
   */
  tuning: v.optional(v.strictObject({ seeds, grids: v.pipe(v.array(grid), v.minLength(1)) })),
  /** Updates at whose batch the predictors are taken. */
  predictorsAt: v.optional(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), [0]),
  /** Of every arm. */
  knobs: v.optional(settings, {}),
  sources: v.pipe(v.array(v.strictObject({ ...variant.entries, config: fixedSettings })), v.minLength(1)),
  /** `none` is what the others are compared with. */
  filters: v.pipe(v.array(variant), v.minLength(1)),
});
export type Suite = v.InferOutput<typeof suiteSchema>;
type Grid = v.InferOutput<typeof grid>;

/** A suite that cannot be run; the message is one line that says what to do. */
export class BadSuite extends Error {
  override name = 'BadSuite';
}

/** One filter under one source. */
export interface Arm {
  id: string;
  source: string;
  filter: string;
  config: RunConfig;
}

/** A run that is to be made. */
export interface Job {
  arm: string;
  config: RunConfig;
  updates: number;
  predictorsAt: readonly number[];
}

/** Reads a suite by its name in `scripts/suites/`, or from a file. @throws BadSuite */
export async function readSuite(nameOrFile: string): Promise<Suite> {
  const own = new URL(`scripts/suites/${nameOrFile}.json`, `file://${root}/`);
  const path = /^[\w-]+$/.test(nameOrFile) && existsSync(own) ? own : nameOrFile;
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const why = (error as Error).message.replace(/\s+/g, ' ');
    throw new BadSuite(`--suite ${nameOrFile} cannot be read: ${why}. Give a suite's name or a JSON file.`);
  }
  return checkSuite(json, nameOrFile);
}

/** @throws BadSuite */
export function checkSuite(json: unknown, name: string): Suite {
  const parsed = v.safeParse(suiteSchema, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new BadSuite(`--suite ${name}: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`);
  }
  armsOf(parsed.output); // which refuses what no run can have
  return parsed.output;
}

/** Knobs with what some settings say, one after the other. @throws BadSuite */
function knobsWith(parts: readonly Record<string, unknown>[], where: string): Knobs {
  let knobs: Knobs = { ...defaultKnobs };
  for (const part of parts)
    for (const [name, value] of Object.entries(part)) {
      if (!(knobNames as string[]).includes(name))
        throw new BadSuite(`${where}: no knob is named ${name}; there are ${knobNames.join(', ')}.`);
      if (name === 'filter') knobs = { ...knobs, filter: { ...knobs.filter, ...(value as object) } };
      else if (name === 'noise') knobs = { ...knobs, noise: noiseWith(value as object, where) };
      else knobs = { ...knobs, [name]: value };
    }
  const problem = checkKnobs(knobs);
  if (problem !== undefined) throw new BadSuite(`${where}: ${problem}`);
  return fitKnobs(knobs);
}

function noiseWith(value: { name?: string }, where: string): Knobs['noise'] {
  const name = noiseNames.find((known) => known === value.name);
  if (name === undefined) throw new BadSuite(`${where}: a noise has a name: ${noiseNames.join(', ')}.`);
  return { ...standardNoise(name), ...value };
}

/** Every filter under every source. @throws BadSuite */
export function armsOf({ name, updates, evaluation, knobs, sources, filters }: Suite): Arm[] {
  const arms = sources.flatMap((source) =>
    filters.map((filter): Arm => {
      const id = `${source.id} / ${filter.id}`;
      const measuring = { evalEvery: evaluation.every, evalPrompts: evaluation.prompts };
      const own = knobsWith([measuring, knobs, source.knobs, filter.knobs], `suite ${name}, ${id}`);
      const config = {
        ...defaultConfig,
        ...source.config,
        preset: 'tiny',
        engine: 'cpu' as const,
        knobs: own,
      };
      return { id, source: source.id, filter: filter.id, config };
    }),
  );
  if (updates % evaluation.every !== 0)
    throw new BadSuite(
      `suite ${name}: updates must be a multiple of evaluation.every, so that the last counts.`,
    );
  if (new Set(arms.map(({ id }) => id)).size < arms.length)
    throw new BadSuite(`suite ${name}: two sources or two filters have the same id.`);
  return arms;
}

/** Every so many-th arm: a part of a suite that asks nothing of the others, since each arm is tuned by itself. */
export function shardOf<T>(arms: readonly T[], { index, count }: { index: number; count: number }): T[] {
  return arms.filter((_, i) => i % count === index - 1);
}

/** Every arm with every seed; seed by seed, so that a suite that is stopped has as much of each. */
export function jobsOf({ updates, predictorsAt, seeds }: Suite, arms: readonly Arm[]): Job[] {
  return jobsWith(seeds, arms, updates, predictorsAt);
}

/** The same with the seeds of tuning, whose outcomes alone are of interest. */
export function tuningJobsOf({ updates, tuning }: Suite, arms: readonly Arm[]): Job[] {
  return jobsWith(tuning?.seeds ?? [], arms, updates, []);
}

function jobsWith(
  seeds: readonly number[],
  arms: readonly Arm[],
  updates: number,
  predictorsAt: readonly number[],
): Job[] {
  return seeds.flatMap((seed) =>
    arms.map(({ id, config }) => ({ arm: id, config: { ...config, seed }, updates, predictorsAt })),
  );
}

/** Each arm at every point of the grid. */
export function gridOf(arms: readonly Arm[], { klCoef, learningRate }: Grid): Arm[] {
  return arms.flatMap((arm) => {
    const { knobs } = arm.config;
    return (klCoef ?? [knobs.klCoef]).flatMap((beta) =>
      (learningRate ?? [knobs.learningRate]).map((rate) => {
        const tried = { ...knobs, klCoef: beta, learningRate: rate };
        return { ...arm, config: { ...arm.config, knobs: tried } };
      }),
    );
  });
}

/** A setting of an arm, and how it did there; NaN where it failed. */
export interface Tried {
  arm: Arm;
  outcome: number;
}

/** Of arms that share an id, the one with the highest outcome, the first of equals; in the order in which ids come. */
export function bestOf(tried: readonly Tried[]): Arm[] {
  const best = new Map<string, Tried>();
  for (const one of tried) {
    const known = best.get(one.arm.id);
    if (!known || one.outcome > known.outcome || Number.isNaN(known.outcome)) best.set(one.arm.id, one);
  }
  return [...best.values()].map(({ arm }) => arm);
}

/** Names the weights that a run begins with: the policy's, and those of the reward model that teaches. */
export function modelsOf({ config }: Job, { policy, rewardModels }: Manifest): string {
  const { teacher } = config.knobs;
  const scorer = isRewardModel(teacher) ? rewardModels[teacher] : undefined;
  return JSON.stringify([policy.sha256, scorer?.sha256, scorer?.scores]);
}

/**
 * To be raised when the value of a setting that there was before, or what training does with the standard settings, becomes another: runs
 * of before are then made again. A setting that is new has as its standard what was done before it.
 */
const STANDARD = 1;

/** What of some settings is not the standard. */
function departures<Settings extends object>(settings: Settings, standard: Settings): [string, unknown][] {
  return Object.entries(settings)
    .filter(([name, value]) => !isDeepStrictEqual(value, standard[name as keyof Settings]))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** The file of a run: two that differ in anything, the weights included, have two; a setting that is added later changes no name. */
export function fileOf({ arm, config, updates, predictorsAt }: Job, models: string): string {
  const { knobs, ...fixed } = config;
  const { knobs: standardKnobs, ...standardFixed } = defaultConfig;
  const own = [departures(fixed, standardFixed), departures(knobs, standardKnobs)];
  const hash = createHash('sha256')
    .update(JSON.stringify([STANDARD, arm, own, updates, predictorsAt, models]))
    .digest('hex')
    .slice(0, 12);
  return `${arm.replace(/[^a-z0-9]+/gi, '-')}-seed-${config.seed}-${hash}.json`;
}
