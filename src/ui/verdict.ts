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

/** What the paper's R² says beside, where it is known of more than one filter, the one that Γ favours among them. */
function opinionOf(r2s: readonly Ranked[], favoured: string): string {
  const own = r2s.find(({ name }) => name === favoured);
  if (r2s.length < 2 || !own) return 'R²(bins) is not known of enough filters here.';
  const [best, second] = r2s;
  if (best === own && !overlap(own, second)) return 'R²(bins) says the same.';
  return overlap(best, best === own ? second : own)
    ? `R²(bins) is highest for ${best.name}, but not for sure.`
    : `R²(bins) would choose ${best.name}.`;
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
  const same = opinionOf(ranked(rows, 'r2-binned'), best.name);
  if (best.value <= 0) return `Γ expects no filter to gain anything on this batch. ${same}`;
  if (all === undefined || all === best) {
    const [, second] = gains;
    const but = overlap(best, second) ? `, though it cannot tell it from ${second.name} for sure` : '';
    return `Γ expects ${best.name} to gain most per update${but}. ${same}`;
  }
  const factor = best.value / all.value;
  const much = factor < 1.05 ? `hardly more than ${all.name}` : `${times(factor)} what ${all.name} gains`;
  const ratio = all.value > 0 ? much : `more than ${all.name}`;
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
