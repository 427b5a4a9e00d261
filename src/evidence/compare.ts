/** Every arm against one that it is compared with: in a suite every filter of a source against none of the same source. */
import { meanInterval } from '../ppo/interval.ts';
import { holm, pairedDifference, type PairedDifference } from '../ppo/statistics.ts';
import { atEqualBudget, type Axis, type Budget, budgetNames, finalOutcome, gainOf } from './outcome.ts';
import { shortest } from './format.ts';
import { type Arm, type Results, type Run, runsOf } from './results.ts';

/** Adjusted by Holm over the arms that are compared at the same budget. */
export type Difference = PairedDifference & { adjusted: number };

/** @typeParam Along at what equal amounts it is compared */
export interface Compared<Along extends Axis = Budget> {
  arm: Arm;
  /** Told apart within the source. */
  label: string;
  runs: Map<number, Run>;
  final: ReturnType<typeof meanInterval>;
  gain: ReturnType<typeof meanInterval>;
  /** None where the arm is itself what others are compared with, or there is nothing to compare it with. */
  differences?: Record<Along, Difference>;
}

/** What the others of a suite are compared with bears this label. */
export const baselineLabel = 'none';
export const isNone = ({ filter }: Pick<Arm, 'filter'>) => filter === baselineLabel;

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

/**
 * @param arms those of one source
 * @param axes at equal amounts of which they are compared
 * @param baseline what an arm is compared with
 */
export function compare<Along extends Axis = Budget>(
  results: Results,
  arms: readonly Arm[],
  axes = budgetNames as readonly Axis[] as readonly Along[],
  baseline = baselineOf,
): Compared<Along>[] {
  const runs = new Map(arms.map((arm) => [arm, runsOf(results, arm)]));
  const compared = arms.map((arm) => {
    const own = runs.get(arm)!;
    const other = baseline(arms, arm);
    return {
      arm,
      label: labelOf(arms, arm),
      runs: own,
      final: meanInterval([...own.values()].map(finalOutcome)),
      gain: meanInterval([...own.values()].map(gainOf)),
      unadjusted: other && differencesOf(own, runs.get(other)!, axes),
    };
  });
  const adjusted = new Map(
    axes.map((axis) => [axis, holm(compared.map(({ unadjusted }) => unadjusted?.get(axis)?.p ?? NaN))]),
  );
  return compared.map(({ unadjusted, ...rest }, i) => {
    if (unadjusted === undefined) return rest;
    const at = (axis: Along) => ({ ...unadjusted.get(axis)!, adjusted: adjusted.get(axis)![i] });
    const differences = Object.fromEntries(axes.map((axis) => [axis, at(axis)]));
    return { ...rest, differences: differences as Record<Along, Difference> };
  });
}

/** Over the seeds that both have. */
function differencesOf<Along extends Axis>(
  own: Map<number, Run>,
  other: Map<number, Run>,
  axes: readonly Along[],
): Map<Along, PairedDifference> {
  const seeds = [...own.keys()].filter((seed) => other.has(seed));
  const of = (axis: Along) => {
    const pairs = seeds.map((seed) => atEqualBudget(own.get(seed)!, other.get(seed)!, axis));
    return pairedDifference(
      pairs.map(([first]) => first),
      pairs.map(([, second]) => second),
    );
  };
  return new Map(axes.map((axis) => [axis, of(axis)]));
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
