import { evaluationOf, nothing, spentAfter, type Costs } from '../../evidence/costs.ts';
import type { Run } from '../../evidence/results.ts';
import { r2BinnedOfKept } from '../../ppo/predictors/agreement.ts';
import { gamma } from '../../ppo/predictors/gamma.ts';
import { metricNames, type MetricName, type Metrics } from '../../protocol/metrics.ts';
import { passes } from '../batch-view.ts';
import type { RunHistory } from '../history.ts';
import type { JudgedBatch } from '../run/run-model.ts';

/**
 * What an experiment suite would keep of a run that was watched here.
 *
 * @param seconds by update: what it took
 * @param from the update at which it began: updates and costs are counted from there
 */
export function outcomeOf(
  { arm, seed }: Pick<Run, 'arm' | 'seed'>,
  history: RunHistory,
  seconds: readonly number[],
  predictors: Run['predictors'],
  from = 0,
): Run | undefined {
  const evaluations: Run['evaluations'] = [];
  let costs: Costs = nothing;
  for (let update = 0; from + update < history.length; update++) {
    const metrics = metricsAt(history, from + update);
    if (update > 0 && metrics['cost/flops'] === undefined) break;
    if (update > 0) costs = spentAfter(costs, metrics, seconds[update] ?? NaN);
    if (metrics['eval/pass@1_held_out'] !== undefined) evaluations.push(evaluationOf(update, metrics, costs));
  }
  return evaluations.length > 0 ? { arm, seed, evaluations, predictors } : undefined;
}

function metricsAt(history: RunHistory, update: number): Metrics {
  const known = metricNames.map((name): [MetricName, number | undefined] => [name, history.at(name, update)]);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined));
}

/** What the predictors say of the first batch of the policy that all begin with, under the run's filter, before anything is learned. */
export function predictionsOf(
  { batch, testScores }: JudgedBatch & { testScores: Float32Array },
  whitening: Parameters<typeof gamma>[2],
): Run['predictors'][number] {
  const { scores, groupSize, kept } = batch;
  const known = { scores, truths: passes(testScores), groupSize };
  const value = (estimate: number | undefined) => estimate ?? null;
  return {
    update: 0,
    values: {
      gamma: value(gamma(known, kept, whitening)),
      'r2-binned': value(r2BinnedOfKept(known, kept)),
    },
  };
}
