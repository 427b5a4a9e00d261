/**
 * The filter that a visitor writes: JavaScript with a function `filter(group, batch)`, called once for every prompt, that returns a weight
 * for each response. It is never run here: `Call` hands it to the judge's sandbox, where it has no clock and no chance, and begins anew with
 * every batch. What comes back is a text, which is read and checked here.
 */
import type { Called, CallRequest } from '../../protocol/messages.ts';
import { ended } from '../../protocol/failure.ts';
import { argumentsOf, madeUpBatches, type Facts } from './facts.ts';

export { namesPolicyFacts, type Facts, type PolicyFacts } from './facts.ts';

/** Runs a program's function in the sandbox once for each of its arguments. Rejects where the sandbox itself fails. */
export type Call = (request: CallRequest) => Promise<readonly Called[]>;

/** The line before the visitor's first. Strict: a slip of the pen is an error that names its line. */
const PRELUDE = "'use strict'; delete Math.random; delete globalThis.Date;";
/** Prompts whose calls share the sandbox's fuel. */
const PROMPTS_PER_REQUEST = 32;

/** What is wrong with a visitor's filter: a sentence, with where it went wrong. */
export class OwnFilterError extends Error {
  override name = 'OwnFilterError';
  /** Of the code, from 1. */
  readonly line: number;
  /** Of the batch, from 1; undefined where it is of none, such as a slip in the code's own text. */
  readonly prompt: number | undefined;
  /** The sentence alone. */
  readonly says: string;

  /** @param on what it was called on, where that is not plain */
  constructor(says: string, line: number, prompt?: number, on?: string) {
    const where = [`line ${line}`, on, prompt !== undefined && `prompt ${prompt}`].filter(Boolean).join(', ');
    super(`${where[0].toUpperCase()}${where.slice(1)}: ${ended(says)}`);
    this.says = ended(says);
    this.line = line;
    this.prompt = prompt;
  }
}

/** The line in which the function is made, for what has no line of its own. */
function lineOfFilter(code: string): number {
  const line = code.split('\n').findIndex((text) => /\bfilter\b\s*(=|\()/.test(text));
  return line < 0 ? 1 : line + 1;
}

/** A canonical text's number or truth value as a weight; undefined where it is neither. */
function weightOf(token: string): number | undefined {
  if (token === 'true' || token === 'false') return token === 'true' ? 1 : 0;
  if (/^(-?\d+|-?Infinity|NaN)$/.test(token)) return Number(token);
  if (!/^#[0-9a-f]{16}$/.test(token)) return undefined;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setBigUint64(0, BigInt(`0x${token.slice(1)}`));
  return bits.getFloat64(0);
}

const shown = (text: string) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

/** The weights that a call returned, or what is wrong with them. */
function weightsOf(text: string, groupSize: number): number[] | string {
  if (!text.startsWith('[') || text.includes(';'))
    return `filter must return an array of ${groupSize} weights: it returned ${shown(text)}`;
  const tokens = text === '[]' ? [] : text.slice(1, -1).split(',');
  const weights: number[] = [];
  for (const [place, token] of tokens.entries()) {
    const weight = weightOf(token);
    if (weight === undefined)
      return `a weight is a number from 0, or true or false: weight ${place + 1} is ${shown(token)}`;
    if (!Number.isFinite(weight) || weight < 0)
      return `a weight is a finite number from 0: weight ${place + 1} is ${weight}`;
    weights.push(weight);
  }
  return weights.length === groupSize
    ? weights
    : `filter must return ${groupSize} weights, one a response: it returned ${weights.length}`;
}

/** What became of a call that returned nothing, in words. */
function failureOf({ kind, text, line }: Called, code: string): string {
  const source = line === undefined ? '' : (code.split('\n')[line - 2] ?? '');
  const missing = /\b(Math\.random|Date)\b/.exec(source)?.[0];
  const hint = missing ? ` (there is no ${missing}: the same scores must be filtered alike)` : '';
  switch (kind) {
    case 'no-entry':
      return 'there is no function named filter';
    case 'bad-value':
      return `what filter returned cannot be read: ${text}`;
    case 'syntax':
    case 'load-error':
    case 'threw':
      return text + hint;
    default:
      return `filter did not end as it should: ${text}`;
  }
}

/** Calls the filter on groups of these arguments, in this order. (calls, N) weights. @throws OwnFilterError */
async function callAll(
  call: Call,
  code: string,
  args: readonly string[],
  groupSizeOf: (index: number) => number,
  errorAt: (says: string, line: number, index: number | undefined) => OwnFilterError,
): Promise<number[][]> {
  const outcomes = await call({ program: `${PRELUDE}\n${code}`, entryPoint: 'filter', args });
  return outcomes.map((called, index) => {
    const line = called.line !== undefined && called.line > 1 ? called.line - 1 : lineOfFilter(code);
    const isOfAll = ['syntax', 'load-error', 'no-entry'].includes(called.kind);
    if (called.kind !== 'value') throw errorAt(failureOf(called, code), line, isOfAll ? undefined : index);
    const weights = weightsOf(called.text, groupSizeOf(index));
    if (typeof weights === 'string') throw errorAt(weights, line, index);
    return weights;
  });
}

/**
 * (R) the chance of every row to be kept: its weight, cut off at 1.
 *
 * @throws OwnFilterError where the code fails or returns no weights; what `call` rejects with
 */
export async function ownChances(call: Call, code: string, facts: Facts): Promise<number[]> {
  const args = argumentsOf(facts);
  const requests: Promise<number[][]>[] = [];
  for (let first = 0; first < args.length; first += PROMPTS_PER_REQUEST) {
    const part = args.slice(first, first + PROMPTS_PER_REQUEST);
    const errorAt = (says: string, line: number, index?: number) =>
      new OwnFilterError(says, line, index === undefined ? undefined : first + index + 1);
    requests.push(callAll(call, code, part, () => facts.groupSize, errorAt));
  }
  const weights = (await Promise.all(requests)).flat(2);
  return weights.map((weight) => Math.min(1, weight));
}

const isSame = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((value, place) => value === b[place]);

/**
 * Tries a filter before it may train: on made-up batches, each prompt twice in another order, and on the batch at hand. It must return
 * weights, the same for the same, and keep something of the batch at hand, if its scores differ.
 *
 * @returns the chances of the batch at hand, if there is one
 * @throws OwnFilterError as `ownChances`, and where one of this does not hold
 */
export async function tryOwnFilter(call: Call, code: string, facts?: Facts): Promise<number[] | undefined> {
  const groups = madeUpBatches().flatMap((batch) =>
    argumentsOf(batch).map((args, prompt) => ({ batch, args, prompt: prompt + 1 })),
  );
  const twice = [...groups, ...groups.toReversed()];
  const errorAt = (says: string, line: number, index?: number) => {
    if (index === undefined) return new OwnFilterError(says, line);
    const { batch, prompt } = twice[index];
    return new OwnFilterError(says, line, prompt, `on a made-up batch ${batch.says}`);
  };
  const [made, chances] = await Promise.all([
    callAll(
      ...([call, code, twice.map(({ args }) => args)] as const),
      (index) => twice[index].batch.groupSize,
      errorAt,
    ),
    facts && ownChances(call, code, facts),
  ]);
  const line = lineOfFilter(code);
  groups.forEach((_, index) => {
    if (!isSame(made[index], made[twice.length - 1 - index]))
      throw errorAt(
        'filter must return the same for the same responses: called again, it did not',
        line,
        index,
      );
  });
  // What a threshold keeps depends on the scores: of made-up ones it must keep something where there are no others.
  const hasNothing = facts ? hasContrast(facts) && isZero(chances!) : isZero(made.flat());
  if (hasNothing)
    throw new OwnFilterError(
      'it keeps none of all the responses: at least one weight must be above 0',
      line,
      undefined,
      facts ? undefined : 'on made-up batches',
    );
  return chances;
}

const isZero = (weights: readonly number[]) => weights.every((weight) => weight === 0);

/** Where all scores are equal, a threshold keeps nothing, and rightly. */
const hasContrast = ({ scores }: Facts) => scores.some((score) => score !== scores[0]);
