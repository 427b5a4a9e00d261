import type { UnitTest } from '../protocol/task.ts';
import { reduced, valuesOf, type Composition, type Input } from './composition.ts';

/** Tests per task. */
const suiteLength = 16;

/** Answers stay below this: exact in a double, and short to read. */
const largest = 1e12;

/**
 * Arrays, the most telling first: both signs, odd negatives, zero, k and its neighbours, repeats, one item, none; what is not kept larger,
 * and smaller, than what is; nothing above zero.
 */
function arrays(k: number, m: number): number[][] {
  return [
    [-3, 4, 5, -8, 1],
    [k - 1, k, k + 1],
    [],
    [-5, -2, -7, -4],
    [k],
    [0, 6, -1, 3],
    [2 * k, -k, k + 2, 1],
    [k + 1, -k - 4],
    [k, -k - 4],
    [1, -4, -11],
    [-10, -12],
    [7, 7, 2],
    [9, 1, -6, 12],
    [k + 1],
    [k - 1],
    [8, 3, 10, 5],
    [-1],
    [2],
    [-9, -k, -3],
    [m, -m, m + 1],
    [1, -1, 11],
    [-6, -10],
    [2, 4, 6, 1],
    [14, -7, 21],
    [3, 15, -12],
    [5],
    [-2, 9],
    [-7],
    [4, 8],
    [13, 6, 6],
    [20, 2],
    [-4],
    [-3, -11, 10],
    [-8, -14, 16],
    [7, -14, 35],
    [-21, -1],
    [28],
    [-35, 2, -7],
  ];
}

function numbers(k: number, m: number): number[] {
  const wanted = [k, 1, k + 1, 0, 2 * k, 5, k - 1, 3, 8, 2, m, 6, 7, 4, 10, 9, 12, 11, 14, 13, 15, 16, 17];
  return wanted.filter((n) => n >= 0);
}

function digitNumbers(k: number): number[] {
  const digit = (x: number) => Math.max(0, Math.min(9, x));
  return [
    Number(`${k}${digit(k + 1)}${digit(k - 1)}`),
    Number(`${k}2${2 * k < 10 ? 2 * k : 0}`),
    9781,
    k,
    digit(k - 1) * 10 + 9,
    908,
    119,
    8008,
    5015,
    307,
    1234,
    99,
    Number(`${digit(k + 1)}${k}${k}`),
    6185,
    10,
    digit(k + 1),
    1020,
    2048,
    731,
    1,
    8,
    5596,
    Number(`${digit(k - 1)}${digit(k - 1)}1`),
    470,
    3,
    86,
    9173,
    41,
    777,
    264,
    15,
    639,
    7,
    28,
    515,
    151,
    2551,
    56,
    1145,
    775,
    51,
    158,
    255,
    1112,
    21,
    13,
    18,
    911,
    167,
    171,
    717,
    1275,
    712,
  ].filter((n) => n > 0);
}

/**
 * The right answer to an input on which right programs agree whatever their idiom: something to take the largest or smallest
 * of, values that a double holds exactly, and no way of getting −0 where another gets 0. Undefined to any other.
 */
export function fairAnswer(composition: Composition, input: Input): number | number[] | undefined {
  const { map, reducer } = composition;
  const values = valuesOf(composition, input);
  const expected = reduced(reducer, values);
  if (expected === null) return undefined;
  if (typeof expected === 'number' && Math.abs(expected) > largest) return undefined;
  const hasZero = values.includes(0);
  if (reducer === 'product' && hasZero && values.some((value) => value < 0)) return undefined;
  const canBeMinusZero = map.name === 'negated' || map.name === 'absolute';
  if (canBeMinusZero && (reducer === 'sum' ? expected === 0 : hasZero)) return undefined;
  return expected;
}

/** The hidden unit tests of a composition: the same wherever they are built. */
export function suiteOf(composition: Composition): UnitTest[] {
  const { source, predicate, map } = composition;
  const k = predicate.k || 3;
  const m = map.k || 2;
  const inputs: Input[] =
    source === 'array' ? arrays(k, m) : source === 'range' ? numbers(k, m) : digitNumbers(k);
  const seen = new Set<string>();
  const tests: UnitTest[] = [];
  for (const input of inputs) {
    const key = JSON.stringify(input);
    if (seen.has(key)) continue;
    seen.add(key);
    const expected = fairAnswer(composition, input);
    if (expected === undefined) continue;
    tests.push({ args: [typeof input === 'number' ? input : [...input]], expected });
    if (tests.length === suiteLength) break;
  }
  return tests;
}
