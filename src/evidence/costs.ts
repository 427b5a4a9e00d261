/** What a run has spent, and what its evaluations then are: from its metrics, so that the page and the suites count alike. */
import type { Metrics } from '../protocol/metrics.ts';
import type { Evaluation } from './results.ts';

/** Sums over all updates so far. */
export type Costs = Required<Pick<Evaluation, 'drawn' | 'trained' | 'flops' | 'steps' | 'seconds'>>;

export const nothing: Costs = { drawn: 0, trained: 0, flops: 0, steps: 0, seconds: 0 };

/** @param metrics of an update that is done @param seconds that it took */
export function spentAfter(before: Costs, metrics: Metrics, seconds: number): Costs {
  return {
    drawn: before.drawn + metrics['cost/drawn']!,
    trained: before.trained + metrics['filter/kept']!,
    flops: before.flops + metrics['cost/flops']!,
    steps: before.steps + metrics['policy/adam_steps']!,
    seconds: before.seconds + seconds,
  };
}

/** @param metrics of an evaluation @param costs of the run up to it */
export function evaluationOf(update: number, metrics: Metrics, costs: Costs): Evaluation {
  return {
    update,
    passAt1Train: metrics['eval/pass@1_train']!,
    passAt1HeldOut: metrics['eval/pass@1_held_out']!,
    score: metrics['eval/scores']!,
    kl: metrics['eval/kl']!,
    ...costs,
  };
}
