/**
 * What code that a visitor writes has in common, whatever it is for: one function, that is never run here. `Call` hands it to the judge's
 * sandbox, where it has no clock and no chance, and begins anew with every request. What comes back is a text, which is read and checked here.
 */
import { MOST_CODE } from '../../protocol/config.ts';
import { ended } from '../../protocol/failure.ts';
import type { Called, CallRequest } from '../../protocol/messages.ts';

/** Runs a program's function in the sandbox once for each of its arguments. Rejects where the sandbox itself fails. */
export type Call = (request: CallRequest) => Promise<readonly Called[]>;

/** The line before the visitor's first. Strict: a slip of the pen is an error that names its line. */
const PRELUDE = "'use strict'; delete Math.random; delete globalThis.Date;";

/** What is wrong with a visitor's code: a sentence, with where it went wrong. */
export class OwnCodeError extends Error {
  override name = 'OwnCodeError';
  /** Of the code, from 1. */
  readonly line: number;
  /** What it was called on, in words; undefined where it is of none, such as a slip in the code's own text. */
  readonly on: string | undefined;
  /** The sentence alone. */
  readonly says: string;

  constructor(says: string, line: number, on?: string) {
    super(`Line ${line}${on === undefined ? '' : `, ${on}`}: ${ended(says)}`);
    this.says = ended(says);
    this.line = line;
    this.on = on;
  }
}

/** What is wrong with code before it is run, as a sentence; undefined if nothing. @param of what it is of, such as "own" */
export function checkCode(code: unknown, of: string, entryPoint: string): string | undefined {
  if (typeof code !== 'string' || code.trim() === '')
    return `${of} needs code: a function named ${entryPoint}.`;
  if (code.length <= MOST_CODE) return undefined;
  return `The code of a ${entryPoint} can have up to ${MOST_CODE} characters: got ${code.length}.`;
}

/** The line in which the function is made, for what has no line of its own. */
export function lineOfEntry(code: string, entryPoint: string): number {
  const made = new RegExp(String.raw`\b${entryPoint}\b\s*(=|\()`);
  const line = code.split('\n').findIndex((text) => made.test(text));
  return line < 0 ? 1 : line + 1;
}

/** A canonical text's number or truth value (1 or 0); undefined where it is neither. */
export function numberOf(token: string): number | undefined {
  if (token === 'true' || token === 'false') return token === 'true' ? 1 : 0;
  if (/^(-?\d+|-?Infinity|NaN)$/.test(token)) return Number(token);
  if (!/^#[0-9a-f]{16}$/.test(token)) return undefined;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setBigUint64(0, BigInt(`0x${token.slice(1)}`));
  return bits.getFloat64(0);
}

/** A returned text as it stands in a sentence. */
export const shown = (text: string) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

/** What became of a call that returned nothing, in words. */
function failureOf({ kind, text, line = 0 }: Called, code: string, entryPoint: string): string {
  const source = code.split('\n')[line - 2] ?? '';
  const missing = /\b(Math\.random|Date)\b/.exec(source)?.[0];
  const hint = missing
    ? ` (there is no ${missing}: for the same responses ${entryPoint} must say the same)`
    : '';
  switch (kind) {
    case 'no-entry':
      return `there is no function named ${entryPoint}`;
    case 'bad-value':
      return `what ${entryPoint} returned cannot be read: ${text}`;
    case 'syntax':
    case 'load-error':
    case 'threw':
      return text + hint;
    case 'fuel': {
      // Of a loop without a condition QuickJS knows the function alone; of one in native code, nothing.
      const where = line > 1 ? 'in a loop in this line, or in the function that begins here' : 'in a loop';
      return `${entryPoint} did not come to an end, ${where}: ${text}`;
    }
    default:
      return `${entryPoint} did not end as it should: ${text}`;
  }
}

/**
 * Calls the code's function on each of the arguments, in this order.
 *
 * @param read what a returned text means, or what is wrong with it, as a sentence
 * @param where what call `index` was on, in words
 * @throws OwnCodeError where the code fails or returns what cannot be read; what `call` rejects with
 */
export async function callAll<Result>(
  call: Call,
  code: string,
  entryPoint: string,
  args: readonly string[],
  read: (text: string, index: number) => { value: Result } | string,
  where: (index: number) => string,
): Promise<Result[]> {
  const outcomes = await call({ program: `${PRELUDE}\n${code}`, entryPoint, args });
  return outcomes.map((called, index) => {
    const { kind, text, line = 0 } = called;
    const at = line > 1 ? line - 1 : lineOfEntry(code, entryPoint);
    const isOfAll = ['syntax', 'load-error', 'no-entry'].includes(kind);
    if (kind !== 'value')
      throw new OwnCodeError(failureOf(called, code, entryPoint), at, isOfAll ? undefined : where(index));
    const result = read(text, index);
    if (typeof result === 'string') throw new OwnCodeError(result, at, where(index));
    return result.value;
  });
}

/** The same, a few at a time: each request has the sandbox's fuel to itself, and begins anew. `where` gets the index among all. */
export async function callInParts<Result>(
  perRequest: number,
  ...[call, code, entryPoint, args, read, where]: Parameters<typeof callAll<Result>>
): Promise<Result[]> {
  const requests: Promise<Result[]>[] = [];
  for (let first = 0; first < args.length; first += perRequest) {
    const part = args.slice(first, first + perRequest);
    const at = (index: number) => first + index;
    requests.push(
      callAll(
        ...([call, code, entryPoint, part] as const),
        (text, index) => read(text, at(index)),
        (index) => where(at(index)),
      ),
    );
  }
  return (await Promise.all(requests)).flat();
}

/**
 * Calls it on all of the arguments twice, the second time in another order: what depends on what it was called on before is not the same.
 *
 * @throws OwnCodeError as `callAll`, and where it is not the same
 */
export async function callTwice<Result>(
  ...[call, code, entryPoint, args, read, where]: Parameters<typeof callAll<Result>>
): Promise<Result[]> {
  const place = (index: number) => (index < args.length ? index : 2 * args.length - 1 - index);
  const all = await callAll(
    ...([call, code, entryPoint, [...args, ...args.toReversed()]] as const),
    (text, index) => read(text, place(index)),
    (index) => where(place(index)),
  );
  const results = all.slice(0, args.length);
  results.forEach((result, index) => {
    if (JSON.stringify(result) !== JSON.stringify(all[all.length - 1 - index]))
      throw new OwnCodeError(
        `${entryPoint} must return the same for the same responses: called again, it did not`,
        lineOfEntry(code, entryPoint),
        where(index),
      );
  });
  return results;
}
