import type { Json } from '../../protocol/task.ts';
import { limits } from './limits.ts';

/** Shortest text of a number that reads back as the same number; unlike JSON's it keeps −0. */
function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function writeJson(value: Json, keysOf: (value: { [key: string]: Json }) => string[]): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => writeJson(item, keysOf)).join(',')}]`;
  const fields = keysOf(value).map((key) => `${JSON.stringify(key)}:${writeJson(value[key], keysOf)}`);
  return `{${fields.join(',')}}`;
}

/** JSON that keeps −0 and the order of keys: how a test's arguments reach a program. */
export function argumentsText(args: readonly Json[]): string {
  return writeJson([...args], Object.keys);
}

function depthOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Object.values(value).reduce((deepest: number, item) => Math.max(deepest, depthOf(item)), 0);
}

function nodesOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 1;
  return 1 + Object.values(value).reduce((sum: number, item) => sum + nodesOf(item), 0);
}

/**
 * The canonical text of an expected value: equal values, and only they, have equal texts. Keys are sorted by UTF-16
 * code units. `realm.js` writes the same text about the value that a program returned, with more kinds of values.
 *
 * @throws RangeError where the value is larger than any that a program may return, so that no program could pass.
 */
export function valueText(expected: Json): string {
  const text = writeJson(expected, (value) => Object.keys(value).sort());
  if (depthOf(expected) > limits.valueDepth)
    throw new RangeError(
      `An expected value is nested deeper than ${limits.valueDepth} levels: make it flatter.`,
    );
  if (nodesOf(expected) > limits.valueNodes)
    throw new RangeError(`An expected value has more than ${limits.valueNodes} parts: make it smaller.`);
  if (text.length > limits.valueLength)
    throw new RangeError(`An expected value's text is longer than ${limits.valueLength}: make it smaller.`);
  return text;
}
