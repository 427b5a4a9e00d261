/** What an experiment suite leaves in results.json, read and checked. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';

const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const name = v.pipe(v.string(), v.nonEmpty('must not be empty'));
const spent = v.pipe(finite, v.minValue(0));

const evaluationSchema = v.object({
  update: count,
  /** Shares in [0, 1]. */
  passAt1Train: finite,
  passAt1HeldOut: finite,
  score: finite,
  kl: finite,
  /** Costs of the run up to this update: responses drawn and trained on, FLOPs, Adam steps, seconds. */
  drawn: spent,
  trained: spent,
  flops: spent,
  steps: spent,
  seconds: spent,
});
export type Evaluation = v.InferOutput<typeof evaluationSchema>;

const armSchema = v.object({
  id: name,
  /** Where the scores come from. */
  source: name,
  /** The filter's label; 'none' is what the others are compared with. */
  filter: name,
  klCoef: finite,
  learningRate: finite,
  /** What an ablation varies. */
  axis: v.optional(v.string()),
});
export type Arm = v.InferOutput<typeof armSchema>;

const runSchema = v.object({
  arm: v.string(),
  seed: count,
  evaluations: v.pipe(v.array(evaluationSchema), v.minLength(1, 'must hold an evaluation')),
  predictors: v.array(v.object({ update: count, values: v.record(v.string(), v.nullable(finite)) })),
});
export type Run = v.InferOutput<typeof runSchema>;

const resultsSchema = v.object({
  suite: v.string(),
  command: v.string(),
  arms: v.pipe(v.array(armSchema), v.minLength(1, 'must hold an arm')),
  runs: v.array(runSchema),
});
export type Results = v.InferOutput<typeof resultsSchema>;

/** A folder that no report can be made of; the message is one line that says what to do. */
export class BadResults extends Error {
  override name = 'BadResults';
}

const REMEDY = 'Give the folder that an experiment suite wrote, or run the suite again.';

/** @throws BadResults */
export async function readResults(folder: string): Promise<Results> {
  const path = join(folder, 'results.json');
  let text;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const why = (error as Error).message.replace(/\s+/g, ' ');
    throw new BadResults(`${path} cannot be read: ${why}. ${REMEDY}`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new BadResults(`${path} is not JSON, so it is truncated or another file. ${REMEDY}`);
  }
  const parsed = v.safeParse(resultsSchema, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new BadResults(`${path}: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}. ${REMEDY}`);
  }
  const problem = inconsistency(parsed.output);
  if (problem !== undefined) throw new BadResults(`${path}: ${problem}. ${REMEDY}`);
  return parsed.output;
}

const costs = ['drawn', 'trained', 'flops', 'steps'] as const;

/** What the schema cannot see: names that lead nowhere or twice to the same, updates and costs that fall. */
function inconsistency({ arms, runs }: Results): string | undefined {
  const ids = new Set<string>();
  for (const { id } of arms) {
    if (ids.has(id)) return `two arms are named ${id}`;
    ids.add(id);
  }
  const seen = new Set<string>();
  for (const { arm, seed, evaluations } of runs) {
    if (!ids.has(arm)) return `a run is of arm ${arm}, which is not among the arms`;
    const run = `${arm}, seed ${seed}`;
    if (seen.has(run)) return `two runs are of ${run}`;
    seen.add(run);
    for (const [i, now] of evaluations.entries()) {
      if (i === 0) continue;
      const before = evaluations[i - 1];
      if (now.update <= before.update) return `${run}: update ${now.update} comes after ${before.update}`;
      const fallen = costs.find((cost) => now[cost] < before[cost]);
      if (fallen !== undefined)
        return `${run}: ${fallen} falls at update ${now.update}, but costs are sums of all so far`;
    }
  }
  return undefined;
}

/** Arms by source, both in the order of the suite. */
export function bySource(results: Results): { source: string; arms: Arm[] }[] {
  const sources = [...new Set(results.arms.map(({ source }) => source))];
  return sources.map((source) => ({ source, arms: results.arms.filter((arm) => arm.source === source) }));
}

/** The runs of an arm by seed, least first. */
export function runsOf(results: Results, arm: Arm): Map<number, Run> {
  const runs = results.runs.filter((run) => run.arm === arm.id).sort((a, b) => a.seed - b.seed);
  return new Map(runs.map((run) => [run.seed, run]));
}

/** Every seed of the suite so far, least first. */
export function seedsOf(results: Results): number[] {
  return [...new Set(results.runs.map(({ seed }) => seed))].sort((a, b) => a - b);
}
