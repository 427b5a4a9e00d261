/**
 * The filter that a visitor writes: JavaScript with a function `filter(group, batch)`, called once for every prompt, that returns a weight
 * for each response.
 */
import { argumentsOf, madeUpBatches, type Facts } from './filter-facts.ts';
import { callInParts, callTwice, lineOfEntry, numberOf, OwnCodeError, shown, type Call } from './own-code.ts';

export { namesPolicyFacts, type Facts, type PolicyFacts } from './filter-facts.ts';

const ENTRY = 'filter';
/** Prompts whose calls share the sandbox's fuel. */
const PROMPTS_PER_REQUEST = 32;

/** The weights that a call returned, or what is wrong with them. */
function weightsOf(text: string, groupSize: number): { value: number[] } | string {
  if (!text.startsWith('[') || text.includes(';'))
    return `filter must return an array of ${groupSize} weights: it returned ${shown(text)}`;
  const tokens = text === '[]' ? [] : text.slice(1, -1).split(',');
  const weights: number[] = [];
  for (const [place, token] of tokens.entries()) {
    const weight = numberOf(token);
    if (weight === undefined)
      return `a weight is a number from 0, or true or false: weight ${place + 1} is ${shown(token)}`;
    if (!Number.isFinite(weight) || weight < 0)
      return `a weight is a finite number from 0: weight ${place + 1} is ${weight}`;
    weights.push(weight);
  }
  return weights.length === groupSize
    ? { value: weights }
    : `filter must return ${groupSize} weights, one a response: it returned ${weights.length}`;
}

/**
 * (R) the chance of every row to be kept: its weight, cut off at 1.
 *
 * @throws OwnCodeError where the code fails or returns no weights; what `call` rejects with
 */
export async function ownChances(call: Call, code: string, facts: Facts): Promise<number[]> {
  const weights = await callInParts<number[]>(
    ...([PROMPTS_PER_REQUEST, call, code, ENTRY, argumentsOf(facts)] as const),
    (text) => weightsOf(text, facts.groupSize),
    (index) => `prompt ${index + 1}`,
  );
  return weights.flat().map((weight) => Math.min(1, weight));
}

/**
 * Tries a filter before it may train: on made-up batches, each prompt twice in another order, and on the batch at hand. It must return
 * weights, the same for the same, and keep something of the batch at hand, if its scores differ.
 *
 * @returns the chances of the batch at hand, if there is one
 * @throws OwnCodeError as `ownChances`, and where one of this does not hold
 */
export async function tryOwnFilter(call: Call, code: string, facts?: Facts): Promise<number[] | undefined> {
  const groups = madeUpBatches().flatMap((batch) =>
    argumentsOf(batch).map((args, prompt) => ({ batch, args, prompt: prompt + 1 })),
  );
  const [made, chances] = await Promise.all([
    callTwice<number[]>(
      ...([call, code, ENTRY, groups.map(({ args }) => args)] as const),
      (text, index) => weightsOf(text, groups[index].batch.groupSize),
      (index) => `on a made-up batch ${groups[index].batch.says}, prompt ${groups[index].prompt}`,
    ),
    facts && ownChances(call, code, facts),
  ]);
  // What a threshold keeps depends on the scores: of made-up ones it must keep something where there are no others.
  const hasNothing = facts ? hasContrast(facts) && isZero(chances!) : isZero(made.flat());
  if (hasNothing)
    throw new OwnCodeError(
      'it keeps none of all the responses: at least one weight must be above 0',
      lineOfEntry(code, ENTRY),
      facts ? undefined : 'on made-up batches',
    );
  return chances;
}

const isZero = (weights: readonly number[]) => weights.every((weight) => weight === 0);

/** Where all scores are equal, a threshold keeps nothing, and rightly. */
const hasContrast = ({ scores }: Facts) => scores.some((score) => score !== scores[0]);
