/** What the predictors say of a batch, in a sentence. */
import type { Estimate } from '../ppo/predictors.ts';
import type { Comparison } from './tried.ts';

interface Ranked {
  name: string;
  value: number;
  low: number;
  high: number;
}

function ranked(rows: readonly Comparison[], predictor: string): Ranked[] {
  return rows
    .flatMap(({ filter, estimates }) => {
      const estimate: Estimate | undefined = estimates.get(predictor);
      return estimate && 'value' in estimate ? [{ name: filter.name, ...estimate }] : [];
    })
    .sort((a, b) => b.value - a.value);
}

const overlap = (a: Ranked, b: Ranked) => a.low <= b.high && b.low <= a.high;

/** "1.4 times", "half as much as": how much a gain is of another. */
function times(ratio: number): string {
  return `${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(1)} times`;
}

/**
 * Which filter the expected gain Γ favours on this batch, by how much over learning from every response, and whether R², the paper's
 * measure, says the same. Undefined where Γ ranks fewer than two.
 */
export function verdictOf(
  rows: readonly Comparison[],
  keepsAll: (name: string) => boolean,
): string | undefined {
  const gains = ranked(rows, 'gamma');
  if (gains.length < 2) return undefined;
  const [best] = gains;
  const all = gains.find(({ name }) => keepsAll(name));
  const [agreed] = ranked(rows, 'r2-binned');
  const same =
    agreed === undefined
      ? 'R² is undefined here.'
      : agreed.name === best.name
        ? 'R² says the same.'
        : `R² would choose ${agreed.name}.`;
  if (best.value <= 0) return `Γ expects no filter to gain anything on this batch. ${same}`;
  if (all === undefined || all === best) {
    const [, second] = gains;
    const but = overlap(best, second) ? `, though it cannot tell it from ${second.name} for sure` : '';
    return `Γ expects ${best.name} to gain most per update${but}. ${same}`;
  }
  const ratio =
    all.value > 0 ? `${times(best.value / all.value)} what ${all.name} gains` : `more than ${all.name}`;
  const but = overlap(best, all) ? ', though on this batch alone it cannot tell the two for sure' : '';
  return `Γ expects ${best.name} to gain ${ratio} per update${but}. ${same}`;
}

/** The same per cost: which filter gives most for what its update costs. */
export function bargainOf(rows: readonly Comparison[]): string | undefined {
  const gains = ranked(rows, 'gamma-per-cost');
  if (gains.length < 2 || gains[0].value <= 0) return undefined;
  const [best, second] = gains;
  return `For what it costs: ${best.name}${overlap(best, second) ? `, close to ${second.name}` : ''}.`;
}
