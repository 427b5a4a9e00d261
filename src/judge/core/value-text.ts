import type { Json } from '../../protocol/task.ts';
import { limits } from './limits.ts';

/** Shortest text of a number that reads back as the same number; unlike JSON's it keeps −0. */
function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A number as its 64 bits, from the sign on: engines differ in the shortest text of some, never in their bits. */
function bitsText(value: number): string {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  return `#${bits.getBigUint64(0).toString(16).padStart(16, '0')}`;
}

interface Style {
  number(value: number): string;
  keys(value: { [key: string]: Json }): string[];
}

function writeJson(value: Json, style: Style): string {
  if (typeof value === 'number') return style.number(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => writeJson(item, style)).join(',')}]`;
  const fields = style.keys(value).map((key) => `${JSON.stringify(key)}:${writeJson(value[key], style)}`);
  return `{${fields.join(',')}}`;
}

/** JSON that keeps −0 and the order of keys: how a test's arguments reach a program. */
export function argumentsText(args: readonly Json[]): string {
  return writeJson([...args], { number: numberText, keys: Object.keys });
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
 * code units; integers up to 2^53 are written as such, other numbers as their bits. `realm.js` writes the same text about the value that a program returned, with more kinds of values.
 *
 * @throws RangeError where the value is larger than any that a program may return, so that no program could pass.
 */
export function valueText(expected: Json): string {
  const text = writeJson(expected, {
    number: (value) => (Number.isSafeInteger(value) ? numberText(value) : bitsText(value)),
    keys: (value) => Object.keys(value).sort(),
  });
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

/**
 * In a canonical text: a string, a BigInt, or else a number, of which the bits or the digits are captured. Digits are
 * read once, whatever follows: going back in a long BigInt, place by place, would take a second.
 */
const stringOrNumber = /"(?:[^"\\]|\\.)*"?|#([0-9a-f]{16})|-?\d+n|(-?(?:\d+|Infinity)|NaN)/g;

function numberOf(bits: string | undefined, digits: string | undefined): number | undefined {
  if (bits === undefined) return digits === undefined ? undefined : Number(digits);
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`));
  return view.getFloat64(0);
}

/** A canonical text for people: numbers in decimal, and no more than `length` characters. */
export function shownText(text: string, length: number): string {
  // What is cut off before the rest is read leaves more than enough: decimals are no longer than 25 characters.
  const shown = text
    .slice(0, 2 * length)
    .replace(stringOrNumber, (token, bits?: string) =>
      bits ? numberText(numberOf(bits, undefined)!) : token,
    );
  return shown.length > length || text.length > 2 * length ? `${shown.slice(0, length - 1)}…` : shown;
}

/**
 * Whether two canonical texts stand for values that are equal but for numbers.
 *
 * @param tolerance how far two numbers may be apart, relative to the larger
 */
export function isNearly(text: string, other: string, tolerance: number): boolean {
  const shapeOf = (whole: string) => {
    const numbers: number[] = [];
    const shape = whole.replace(stringOrNumber, (token, bits?: string, digits?: string) => {
      const number = numberOf(bits, digits);
      if (number === undefined || !Number.isFinite(number)) return token;
      numbers.push(number);
      return '#';
    });
    return { shape, numbers };
  };
  const [one, two] = [shapeOf(text), shapeOf(other)];
  return (
    one.shape === two.shape &&
    one.numbers.every((number, index) => {
      const size = Math.max(Math.abs(number), Math.abs(two.numbers[index]));
      return Math.abs(number - two.numbers[index]) <= tolerance * size;
    })
  );
}
