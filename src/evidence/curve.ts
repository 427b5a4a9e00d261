/** How the outcome, or another number of the evaluations, goes over the runs of an arm. */
import { meanError } from '../ppo/interval.ts';
import { along, type Axis, axisNames, outcome } from './outcome.ts';
import type { Evaluation, Run } from './results.ts';

export interface CurvePoint {
  update: number;
  /** Mean over seeds, and its standard error: NaN of one seed. */
  mean: number;
  error: number;
  n: number;
  /** What the runs had spent by then, on average. */
  spent: Record<Axis, number>;
}

/** A point for each update that any of the runs was evaluated at. */
export function curveOf(runs: Iterable<Run>, of: (evaluation: Evaluation) => number = outcome): CurvePoint[] {
  const evaluations = [...runs].flatMap((run) => run.evaluations);
  const updates = [...new Set(evaluations.map(({ update }) => update))].sort((a, b) => a - b);
  return updates.map((update) => {
    const there = evaluations.filter((one) => one.update === update);
    const spent = axisNames.map((axis) => [axis, meanError(there.map((one) => along(one, axis))).mean]);
    return {
      update,
      ...meanError(there.map(of)),
      spent: Object.fromEntries(spent) as Record<Axis, number>,
    };
  });
}
