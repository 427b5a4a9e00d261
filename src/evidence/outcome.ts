/** What a run came to: at its end, and for a budget. */
import type { Evaluation, Run } from './results.ts';

/** What runs are compared by; the one place to change it. */
export function outcome(evaluation: Evaluation): number {
  return evaluation.passAt1HeldOut;
}
/** How tables and figures call it. */
export const outcomeName = 'held-out pass@1';

/** One evaluation samples few programs: the last so many are averaged. */
export const smoothed = 3;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0);

/** The evaluations that make a run's final outcome: not the one before training, unless it is all there is. */
function last({ evaluations }: Run): Evaluation[] {
  const trained = evaluations.slice(evaluations[0].update === 0 ? 1 : 0).slice(-smoothed);
  return trained.length > 0 ? trained : evaluations;
}

export function finalOutcome(run: Run): number {
  return mean(last(run).map(outcome));
}

/** Final outcome less that at update 0; NaN where update 0 was not evaluated. */
export function gainOf(run: Run): number {
  const [first] = run.evaluations;
  return first.update === 0 ? finalOutcome(run) - outcome(first) : NaN;
}

/** What two runs can have spent alike. */
export const budgets = {
  drawn: 'responses drawn',
  trained: 'responses trained on',
  flops: 'FLOPs',
  steps: 'Adam steps',
} as const;
export type Budget = keyof typeof budgets;
export const budgetNames = Object.keys(budgets) as Budget[];

/** What runs can be held against each other along: what they spent, their updates, or the clock of the machine that trained them. */
export const axes = { update: 'updates', ...budgets, seconds: 'seconds of training' } as const;
export type Axis = keyof typeof axes;
export const axisNames = Object.keys(axes) as Axis[];

/** How far an evaluation is along; NaN where nobody looked at the clock. */
export const along = (evaluation: Evaluation, axis: Axis): number => evaluation[axis] ?? NaN;

/**
 * The outcomes of two runs at the largest budget that both reached, in the order given. That is the end of the run that
 * spent less, which comes to its final outcome. The other is read at what the first had spent at each of the evaluations
 * that make that outcome, between its own by a straight line, and averaged alike: so neither is smoothed over a longer
 * part of its way than the other.
 */
export function atEqualBudget(a: Run, b: Run, budget: Axis): [number, number] {
  const end = (run: Run) => along(run.evaluations[run.evaluations.length - 1], budget);
  if (end(a) > end(b)) {
    const [second, first] = atEqualBudget(b, a, budget);
    return [first, second];
  }
  return [
    finalOutcome(a),
    mean(last(a).map((evaluation) => outcomeAt(b, budget, along(evaluation, budget)))),
  ];
}

/** Outcome when so much was spent, on the straight line between evaluations; the nearest one outside of them. */
function outcomeAt({ evaluations }: Run, budget: Axis, amount: number): number {
  const after = evaluations.findIndex((evaluation) => along(evaluation, budget) > amount);
  if (after < 0) return outcome(evaluations[evaluations.length - 1]);
  if (after === 0) return outcome(evaluations[0]);
  const [left, right] = [evaluations[after - 1], evaluations[after]];
  const share = (amount - along(left, budget)) / (along(right, budget) - along(left, budget));
  return outcome(left) + share * (outcome(right) - outcome(left));
}
