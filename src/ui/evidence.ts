/** What our own suite of experiments found, as the page says it. The numbers are made by `npm run report -- DIR --page FILE`. */
import type { Against, Evidence } from '../ppo/evidence.ts';
import { defaultKnobs } from '../ppo/knobs.ts';
import measured from './evidence.json' with { type: 'json' };
import { signed } from './format.ts';

const evidence = measured as Evidence;
const { name } = defaultKnobs.filter;

/** How the filter that is the default came out against none, in plain words and in numbers. */
interface Expectation {
  says: string;
  numbers: string;
}

function wordsOf({ low, high }: Against): string {
  if (low > 0) return 'more was learned than without a filter';
  return high < 0
    ? 'less was learned than without a filter'
    : 'about as much was learned as without a filter';
}

const numbersOf = ({ mean, low, high, ahead, seeds }: Against) =>
  `${signed(mean)} ± ${((high - low) / 2).toFixed(2)}, ahead in ${ahead} of ${seeds} runs`;

/** Undefined where the suite has no such source. */
export function expectationOf(source: string, from: Evidence = evidence): Expectation | undefined {
  const found = from.sources.find(({ id }) => id === source)?.filters.find(({ id }) => id === name);
  if (!found) return undefined;
  const { flops, drawn } = found;
  return {
    says: `In our suite, with ${name}: from the same computation ${wordsOf(flops)}; from the same number of programs ${wordsOf(drawn)}.`,
    numbers: `Pass@1 on held-out tasks, less that without a filter: ${numbersOf(flops)}, at equal FLOPs; ${numbersOf(drawn)}, at equal responses drawn. ${from.updates} updates, each at its own best β and learning rate.`,
  };
}

/** "Γ named the better of a filter and none in 14 of 16 cases of our suite": undefined where there is no record. */
export function trackRecord(
  predictor: string,
  symbol: string,
  from: Evidence = evidence,
): string | undefined {
  const found = from.predictors.find(({ name }) => name === predictor);
  if (!found || found.of === 0) return undefined;
  return `In our suite ${symbol}, taken before training, named the better of a filter and none in ${found.right} of ${found.of} clear cases.`;
}
