/** One run of a suite: trains, and keeps what its evaluations, costs and predictors were. */
import { gradientCosines, judgedRollout, type JudgedRollout } from '../../src/gradient-cosine.ts';
import { sightsOf, updateFlops } from '../../src/model/flops.ts';
import type { NetworkConfig } from '../../src/model/network.ts';
import { asksPolicy } from '../../src/ppo/filter.ts';
import { cosine, predictors } from '../../src/ppo/predictors.ts';
import type { Batch } from '../../src/protocol/batch.ts';
import { isRewardModel, type Knobs } from '../../src/protocol/config.ts';
import { mean } from '../../src/measure.ts';
import type { Metrics } from '../../src/protocol/metrics.ts';
import { headless } from '../headless.ts';
import { evaluationOf, nothing, spentAfter } from '../../src/evidence/costs.ts';
import type { Evaluation, Run } from '../../src/evidence/results.ts';
import type { Job } from './suite.ts';

/** What an update asks of the networks that learns so from what is kept. */
function flopsOf(
  { rollout }: JudgedRollout,
  kept: readonly number[],
  { epochs, whitening, teacher, filter }: Knobs,
  network: NetworkConfig,
) {
  const [sampled, learned] = [sightsOf(rollout), sightsOf(rollout, kept)];
  const experienced = whitening === 'all' ? sampled : learned;
  const asked = asksPolicy(filter) ? sampled : [];
  return updateFlops(network, {
    sampled,
    isScored: isRewardModel(teacher),
    asked,
    experienced,
    learned,
    epochs,
  });
}

/** Of what was kept, under the run's own whitening and cost; null where one does not exist. */
function predictionsOf(judged: JudgedRollout, kept: readonly number[], { whitening }: Knobs, cost: number) {
  const entries = predictors.map(({ name, of }) => [name, of(judged, kept, { whitening, cost }) ?? null]);
  return Object.fromEntries(entries) as Record<string, number | null>;
}

export async function oneRun({ arm, config, updates, predictorsAt }: Job): Promise<Run> {
  const { knobs } = config;
  const evaluated: Metrics[] = [];
  const costs = [nothing];
  const taken: Run['predictors'] = [];
  let testScores: Float32Array | undefined;
  const run = await headless(config, (event) => {
    if (event.type === 'evaluated') evaluated[event.update] = event.metrics;
    if (event.type === 'judged' && predictorsAt.includes(event.update)) ({ testScores } = event);
  });
  /** Once a batch is judged, before the policy learns from it. */
  const predict = async (batch: Batch) => {
    await run.settled();
    const judged = judgedRollout(batch, testScores!);
    const values = predictionsOf(judged, batch.kept, knobs, flopsOf(judged, batch.kept, knobs, run.network));
    const [value] = await gradientCosines(run.training.given.policy, judged, [batch.kept], knobs);
    taken.push({ update: batch.update, values: { ...values, [cosine.name]: value ?? null } });
  };
  const explained: number[] = [];
  let start = 0;
  let asked: Batch | undefined;
  for await (const event of run.events) {
    if (event.type === 'phase' && event.phase === 'prompts') start = performance.now();
    // The judge is asked when this phase is left.
    if (asked && !(event.type === 'phase' && event.phase === 'judge')) {
      const begun = performance.now();
      await predict(asked);
      asked = undefined;
      start += performance.now() - begun;
    }
    if (event.type === 'batch' && predictorsAt.includes(event.update)) asked = event.batch;
    if (event.type === 'updated') {
      if (event.update > 1) explained.push(event.metrics['value/explained_variance']!);
      const seconds = (performance.now() - start) / 1000;
      costs[event.update] = spentAfter(costs[event.update - 1], event.metrics, seconds);
    }
    // An update's evaluation is sampled before the next update begins.
    if (event.type === 'phase' && event.update > updates) break;
  }
  await run.settled();
  run.free();
  const evaluations = evaluated.flatMap((metrics, update): Evaluation[] => [
    evaluationOf(update, metrics, costs[update]),
  ]);
  const known = explained.length > 0 ? { explainedVariance: mean(explained) } : {};
  return { arm, seed: config.seed, evaluations, predictors: taken, ...known };
}
