/** How the outcome goes over the runs of an arm. */
import { meanError } from '../ppo/interval.ts';
import { type Budget, budgetNames, outcome } from './outcome.ts';
import type { Run } from './results.ts';

export interface CurvePoint {
  update: number;
  /** Mean over seeds, and its standard error: NaN of one seed. */
  mean: number;
  error: number;
  n: number;
  /** What the runs had spent by then, on average. */
  spent: Record<Budget, number>;
}

/** A point for each update that any of the runs was evaluated at. */
export function curveOf(runs: Iterable<Run>): CurvePoint[] {
  const evaluations = [...runs].flatMap((run) => run.evaluations);
  const updates = [...new Set(evaluations.map(({ update }) => update))].sort((a, b) => a - b);
  return updates.map((update) => {
    const there = evaluations.filter((one) => one.update === update);
    const spent = budgetNames.map((budget) => [budget, meanError(there.map((one) => one[budget])).mean]);
    return {
      update,
      ...meanError(there.map(outcome)),
      spent: Object.fromEntries(spent) as Record<Budget, number>,
    };
  });
}
