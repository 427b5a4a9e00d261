/** A suite in short, for the page: each filter against none, and how far the predictors could be relied on. */
import type { Against, Evidence } from '../../src/ppo/evidence.ts';
import { compare, type Compared, type Difference } from '../../src/evidence/compare.ts';
import { atEqualBudget, type Budget } from '../../src/evidence/outcome.ts';
import { predictorsOf } from '../../src/evidence/predictors.ts';
import { bySource, type Results } from '../../src/evidence/results.ts';

const rounded = (value: number) => Number(value.toFixed(4));

export function evidenceOf(results: Results): Evidence {
  const sources = bySource(results).map(({ source, arms }) => {
    const compared = compare(results, arms);
    const none = compared.find(({ arm }) => arm.filter === 'none');
    const filters = compared.flatMap((one) => {
      if (!one.differences || !none) return [];
      const against = (budget: Budget) => againstOf(one.differences![budget], one, none, budget);
      return [{ id: one.arm.filter, drawn: against('drawn'), flops: against('flops') }];
    });
    return { id: source, filters };
  });
  const predictors = predictorsOf(results)
    .filter(({ update }) => update === 0)
    .map(({ name, clear, mean: { rho, interval } }) => ({
      ...{ name, right: clear.named, of: clear.of, spearman: rho === undefined ? null : rounded(rho) },
      ...{ low: interval ? rounded(interval[0]) : null, high: interval ? rounded(interval[1]) : null },
    }));
  const updates = Math.max(...results.runs.flatMap((run) => run.evaluations.map(({ update }) => update)));
  return { suite: results.suite, command: results.command, updates, sources, predictors };
}

function againstOf(
  { mean, low, high, p }: Difference,
  own: Compared,
  none: Compared,
  budget: Budget,
): Against {
  const seeds = [...own.runs.keys()].filter((seed) => none.runs.has(seed));
  const ahead = seeds.filter((seed) => {
    const [filtered, unfiltered] = atEqualBudget(own.runs.get(seed)!, none.runs.get(seed)!, budget);
    return filtered > unfiltered;
  });
  const numbers = { mean: rounded(mean), low: rounded(low), high: rounded(high), p: rounded(p) };
  return { ...numbers, ahead: ahead.length, seeds: seeds.length };
}
