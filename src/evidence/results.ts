/** What an experiment suite leaves in results.json, checked. */
import * as v from 'valibot';
import { compactSchema, expanded } from './compact.ts';

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
  /** Costs of the run up to this update: responses drawn and trained on, FLOPs, Adam steps. */
  drawn: spent,
  trained: spent,
  flops: spent,
  steps: spent,
  /** What the page gets does without: it is of the machine, not of the filter. */
  seconds: v.optional(spent),
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
  /** Where the suite is tuned: the outcome at every point, the mean over the tuning seeds. */
  grid: v.optional(v.array(v.object({ klCoef: finite, learningRate: finite, outcome: finite }))),
  /** All of the run's, to begin the same one elsewhere. Older results lack them. */
  knobs: v.optional(v.record(v.string(), v.unknown())),
});
export type Arm = v.InferOutput<typeof armSchema>;

const runSchema = v.object({
  arm: v.string(),
  seed: count,
  evaluations: v.pipe(v.array(evaluationSchema), v.minLength(1, 'must hold an evaluation')),
  predictors: v.array(v.object({ update: count, values: v.record(v.string(), v.nullable(finite)) })),
  /** Of the returns, by the critic: the mean over the updates from the second on, where there are such. The page gets it not. */
  explainedVariance: v.optional(finite),
});
export type Run = v.InferOutput<typeof runSchema>;

const resultsSchema = v.object({
  suite: v.string(),
  command: v.string(),
  /** Where the suite was made in parts: of how many parts, and which of them are here, least first. */
  shards: v.optional(v.object({ count, here: v.pipe(v.array(count), v.minLength(1)) })),
  arms: v.pipe(v.array(armSchema), v.minLength(1, 'must hold an arm')),
  runs: v.array(runSchema),
});
export type Results = v.InferOutput<typeof resultsSchema>;

/** Results of which nothing can be made; the message is to follow the name of the file. */
export class BadResults extends Error {
  override name = 'BadResults';
}

/** As a suite writes them, or as the page gets them. @throws BadResults */
export function parseResults(text: string): Results {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new BadResults(' is not JSON, so it is truncated or another file');
  }
  const isCompact = v.is(v.looseObject({ form: v.string() }), json);
  const results = checked(resultsSchema, isCompact ? expanded(checked(compactSchema, json)) : json);
  const problem = inconsistency(results);
  if (problem !== undefined) throw new BadResults(`: ${problem}`);
  return results;
}

function checked<Output>(schema: v.GenericSchema<unknown, Output>, json: unknown): Output {
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new BadResults(`: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`);
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
