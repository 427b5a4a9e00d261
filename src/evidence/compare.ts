/** Every filter of a source against none of the same source. */
import { meanInterval } from '../ppo/interval.ts';
import { holm, pairedDifference, type PairedDifference } from '../ppo/statistics.ts';
import { atEqualBudget, type Budget, budgetNames, finalOutcome, gainOf } from './outcome.ts';
import { shortest } from './format.ts';
import { type Arm, type Results, type Run, runsOf } from './results.ts';

/** Adjusted by Holm over the filters of the source at the same budget. */
export type Difference = PairedDifference & { adjusted: number };

export interface Compared {
  arm: Arm;
  /** Told apart within the source. */
  label: string;
  runs: Map<number, Run>;
  final: ReturnType<typeof meanInterval>;
  gain: ReturnType<typeof meanInterval>;
  /** None where the arm is itself what others are compared with, or there is nothing to compare it with. */
  differences?: Record<Budget, Difference>;
}

/** What the others of a suite are compared with bears this label. */
export const isNone = ({ filter }: Pick<Arm, 'filter'>) => filter === 'none';

/** What the arm is compared with: of the arms without a filter that which has most settings in common, the first of such. */
export function baselineOf(arms: readonly Arm[], arm: Arm): Arm | undefined {
  if (isNone(arm)) return undefined;
  const shared = (other: Arm) =>
    Number(other.klCoef === arm.klCoef) + Number(other.learningRate === arm.learningRate);
  const candidates = arms.filter(isNone);
  const most = Math.max(...candidates.map(shared));
  return candidates.find((other) => shared(other) === most);
}

/** The filter's label, with the settings where another arm has the same, with the id where these are the same too. */
function labelOf(arms: readonly Arm[], arm: Arm): string {
  const settings = (one: Arm) => `${one.filter}, β ${shortest(one.klCoef)}, lr ${shortest(one.learningRate)}`;
  const alone = (text: (one: Arm) => string) => arms.every((one) => one === arm || text(one) !== text(arm));
  if (alone((one) => one.filter)) return arm.filter;
  return alone(settings) ? settings(arm) : `${arm.filter} (${arm.id})`;
}

/** @param arms those of one source */
export function compare(results: Results, arms: readonly Arm[]): Compared[] {
  const runs = new Map(arms.map((arm) => [arm, runsOf(results, arm)]));
  const compared = arms.map((arm) => {
    const own = runs.get(arm)!;
    const baseline = baselineOf(arms, arm);
    return {
      arm,
      label: labelOf(arms, arm),
      runs: own,
      final: meanInterval([...own.values()].map(finalOutcome)),
      gain: meanInterval([...own.values()].map(gainOf)),
      unadjusted: baseline && differencesOf(own, runs.get(baseline)!),
    };
  });
  const adjusted = new Map(
    budgetNames.map((budget) => [
      budget,
      holm(compared.map(({ unadjusted }) => unadjusted?.get(budget)?.p ?? NaN)),
    ]),
  );
  return compared.map(({ unadjusted, ...rest }, i) => {
    if (unadjusted === undefined) return rest;
    const at = (budget: Budget) => ({ ...unadjusted.get(budget)!, adjusted: adjusted.get(budget)![i] });
    const differences = {
      drawn: at('drawn'),
      trained: at('trained'),
      flops: at('flops'),
      steps: at('steps'),
    };
    return { ...rest, differences };
  });
}

/** Over the seeds that both have. */
function differencesOf(own: Map<number, Run>, none: Map<number, Run>): Map<Budget, PairedDifference> {
  const seeds = [...own.keys()].filter((seed) => none.has(seed));
  const of = (budget: Budget) => {
    const pairs = seeds.map((seed) => atEqualBudget(own.get(seed)!, none.get(seed)!, budget));
    return pairedDifference(
      pairs.map(([filtered]) => filtered),
      pairs.map(([, unfiltered]) => unfiltered),
    );
  };
  return new Map(budgetNames.map((budget) => [budget, of(budget)]));
}

/**
 * How far from 0 a figure of differences reaches. Two seeds make intervals beyond any use: such are cut, with an arrow, so
 * that the others can be read.
 */
export function extentOf(differences: readonly Difference[]): number {
  const ends = differences.flatMap(({ low, high }) => [low, high]).filter(Number.isFinite);
  const means = Math.max(...differences.map(({ mean }) => Math.abs(mean)));
  const most = Math.max(means, ...ends.map(Math.abs));
  return Math.max(Math.min(most, Math.max(0.1, 3 * means)), 0.005);
}
