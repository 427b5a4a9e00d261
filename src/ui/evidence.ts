/** What our own suite of experiments found, as the page says it. The numbers are made by `npm run report -- DIR --page FILE`. */
import type { Against, Evidence } from '../ppo/evidence.ts';
import { defaultKnobs } from '../ppo/knobs.ts';
import measured from './evidence.json' with { type: 'json' };
import { signed } from './format.ts';

const evidence = measured as Evidence;
const { name } = defaultKnobs.filter;

/** How the filter that is the default came out against none: undefined where the suite has no such source. */
export function expectationOf(source: string, from: Evidence = evidence): string | undefined {
  const found = from.sources.find(({ id }) => id === source)?.filters.find(({ id }) => id === name);
  if (!found) return undefined;
  const of = ({ mean, low, high, ahead, seeds }: Against) =>
    `${signed(mean)} ± ${((high - low) / 2).toFixed(2)} pass@1, ahead in ${ahead} of ${seeds} runs`;
  return `In our suite ${name} against none came to ${of(found.flops)} at equal FLOPs; ${of(found.drawn)} at equal responses drawn.`;
}

/** "Γ named the better of a filter and none in 14 of 16 cases of our suite": undefined where there is no record. */
export function trackRecord(
  predictor: string,
  symbol: string,
  from: Evidence = evidence,
): string | undefined {
  const found = from.predictors.find(({ name }) => name === predictor);
  if (!found || found.of === 0) return undefined;
  return `In our suite ${symbol}, taken before training, named the better of a filter and none in ${found.right} of ${found.of} cases.`;
}
