import type { Compared } from '../../evidence/compare.ts';
import { axes, type Axis } from '../../evidence/outcome.ts';
import { spearman } from '../../ppo/statistics.ts';
import { fixed } from '../format.ts';

/** What a prediction is held against: what was written, learned from and computed are three costs. */
const graded = ['drawn', 'trained', 'flops'] as const satisfies Axis[];

/** Of numbers with a falling order: two are in it or are not, of which a rank correlation knows nothing. */
function agreementOf(values: readonly number[]): number | undefined {
  if (values.length === 2) return Math.sign(values[0] - values[1]);
  return spearman(
    values.map((_, at) => -at),
    values,
  );
}

/** At equal amounts of a cost: how well two orders agree, and that which was measured, as arms, the highest first. */
interface Agreement {
  cost: string;
  agreement: number;
  measured: readonly number[];
}

/**
 * How well an order that was predicted agrees with what came out: Spearman's rank correlation with the mean differences to the first arm, at
 * equal amounts of each cost. Undefined where an arm has no difference yet, or nothing differs.
 *
 * @param predicted arms, the highest first
 */
export function agreementsOf(
  predicted: readonly number[],
  compared: readonly Compared<Axis>[],
): Agreement[] | undefined {
  const values = (axis: Axis) =>
    predicted.map((arm) => {
      const found = compared.find(({ arm: { id } }) => Number(id) === arm);
      return found && (found.differences ? found.differences[axis].mean : 0);
    });
  const all: Agreement[] = [];
  for (const axis of graded) {
    const known = values(axis);
    if (!known.every((value): value is number => value !== undefined && Number.isFinite(value)))
      return undefined;
    const agreement = agreementOf(known);
    if (agreement === undefined || !Number.isFinite(agreement)) return undefined;
    const places = predicted.map((_, at) => at).sort((a, b) => known[b] - known[a]);
    all.push({ cost: axes[axis], agreement, measured: places.map((at) => predicted[at]) });
  }
  return all;
}

/** The same as a sentence. */
export function gradeOf(
  predicted: readonly number[],
  compared: readonly Compared<Axis>[],
): string | undefined {
  const parts = agreementsOf(predicted, compared)?.map(
    ({ cost, agreement }) => `${fixed(agreement)} at equal ${cost}`,
  );
  return (
    parts &&
    `Your order agrees with what came out by ${parts.join(', ')} (Spearman: 1 is the same order, \u22121 the reverse).`
  );
}
