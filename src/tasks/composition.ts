/** What the items are: those of an array a, the numbers from 1 to n, or the decimal digits of n ≥ 1. */
export type Source = 'array' | 'range' | 'digits';

/** Which items count. `all` is no condition. */
export type PredicateName =
  | 'all'
  | 'even'
  | 'odd'
  | 'positive'
  | 'negative'
  | 'above'
  | 'below'
  | 'at-least'
  | 'at-most'
  | 'multiples'
  | 'not-multiples';

/** What becomes of each kept item. `plain` leaves it as it is. `halved` divides by 2 exactly, without rounding. */
export type MapName =
  | 'plain'
  | 'doubled'
  | 'tripled'
  | 'squared'
  | 'cubed'
  | 'halved'
  | 'negated'
  | 'absolute'
  | 'plus'
  | 'minus';

/** How the kept and mapped items become one answer. `list` keeps their order. */
export type Reducer = 'sum' | 'product' | 'count' | 'max' | 'min' | 'list';

/** One concept with its constant; k is 0 where the concept has none. */
export interface Clause<Name> {
  readonly name: Name;
  readonly k: number;
}

/** A problem: of the source's items, those that satisfy the predicate, each mapped, reduced to one answer. */
export interface Composition {
  readonly source: Source;
  readonly predicate: Clause<PredicateName>;
  readonly map: Clause<MapName>;
  readonly reducer: Reducer;
}

const clause = <Name>(name: Name, k = 0): Clause<Name> => ({ name, k });
const withConstants = <Name>(list: readonly Name[], constants: readonly number[]) =>
  list.flatMap((name) => constants.map((k) => clause(name, k)));

const sources = ['array', 'range', 'digits'] as const;
const predicates: readonly Clause<PredicateName>[] = [
  ...(['all', 'even', 'odd', 'positive', 'negative'] as const).map((name) => clause(name)),
  ...withConstants(['above', 'below', 'at-least', 'at-most'] as const, [2, 3, 4, 5, 6]),
  ...withConstants(['multiples', 'not-multiples'] as const, [3, 4, 5, 7]),
];
const maps: readonly Clause<MapName>[] = [
  ...(['plain', 'doubled', 'tripled', 'squared', 'cubed', 'halved', 'negated', 'absolute'] as const).map(
    (name) => clause(name),
  ),
  ...withConstants(['plus', 'minus'] as const, [1, 2, 3]),
];
const reducers = ['sum', 'product', 'count', 'max', 'min', 'list'] as const;

/** False where the English would be silly: a clause that changes nothing, or an answer that is always the same. */
function isSensible({ source, predicate, map, reducer }: Composition): boolean {
  const keepsAll = predicate.name === 'all';
  // Of the numbers from 1 on, one alone is below 2.
  if (source === 'range' && part(predicate) === 'below-2') return false;
  // Of these digits one alone is not 0, and tests ask for no negated 0.
  const hasOneDigit = ['below-2', 'multiples-5', 'multiples-7'].includes(part(predicate));
  if (source === 'digits' && map.name === 'negated' && isExtreme(reducer) && hasOneDigit) return false;
  if (reducer === 'count')
    return map.name === 'plain' && !(keepsAll && source === 'range') && allows(source, predicate.name);
  if (
    map.name === 'absolute' &&
    (source !== 'array' || ['positive', 'above', 'at-least'].includes(predicate.name))
  )
    return false;
  if (source === 'array' && keepsAll && map.name === 'plain' && reducer === 'list') return false;
  if (source === 'range') {
    if (reducer === 'min') return false;
    if (reducer === 'max' && map.name === 'negated') return false;
    // Factorials squared grow beyond what a double holds exactly; 1 − 1 makes every product 0.
    if (reducer === 'product' && ['squared', 'cubed', 'minus'].includes(map.name)) return false;
  }
  return allows(source, predicate.name);
}

const isExtreme = (reducer: Reducer) => reducer === 'max' || reducer === 'min';
const allows = (source: Source, name: PredicateName) =>
  source === 'array' || (name !== 'positive' && name !== 'negative');

/** Every problem there is, in a fixed order. */
export function enumerate(): Composition[] {
  const all: Composition[] = [];
  for (const source of sources)
    for (const predicate of predicates)
      for (const map of maps)
        for (const reducer of reducers) {
          const composition = { source, predicate, map, reducer };
          if (isSensible(composition)) all.push(composition);
        }
  return all;
}

const part = ({ name, k }: Clause<string>) => (k === 0 ? name : `${name}-${k}`);

/** `array/odd/doubled/sum`, `range/above-3/plus-2/list`. */
export function idOfComposition({ source, predicate, map, reducer }: Composition): string {
  return `${source}/${part(predicate)}/${part(map)}/${reducer}`;
}

/** The composition of an id; undefined where `enumerate` has none of this id. */
export function compositionOfId(id: string): Composition | undefined {
  const parts = id.split('/');
  const source = sources.find((name) => name === parts[0]);
  const predicate = predicates.find((clause) => part(clause) === parts[1]);
  const map = maps.find((clause) => part(clause) === parts[2]);
  const reducer = reducers.find((name) => name === parts[3]);
  if (!source || !predicate || !map || !reducer || parts.length !== 4) return undefined;
  const composition = { source, predicate, map, reducer };
  return isSensible(composition) ? composition : undefined;
}

/** Whether x is kept. */
function keeps({ name, k }: Clause<PredicateName>, x: number): boolean {
  switch (name) {
    case 'all':
      return true;
    case 'even':
      return x % 2 === 0;
    case 'odd':
      return x % 2 !== 0;
    case 'positive':
      return x > 0;
    case 'negative':
      return x < 0;
    case 'above':
      return x > k;
    case 'below':
      return x < k;
    case 'at-least':
      return x >= k;
    case 'at-most':
      return x <= k;
    case 'multiples':
      return x % k === 0;
    case 'not-multiples':
      return x % k !== 0;
  }
  name satisfies never;
}

/** What becomes of x. */
function mapped({ name, k }: Clause<MapName>, x: number): number {
  switch (name) {
    case 'plain':
      return x;
    case 'doubled':
      return x * 2;
    case 'tripled':
      return x * 3;
    case 'squared':
      return x * x;
    case 'cubed':
      return x * x * x;
    case 'halved':
      return x / 2;
    case 'negated':
      return -x;
    case 'absolute':
      return Math.abs(x);
    case 'plus':
      return x + k;
    case 'minus':
      return x - k;
  }
  name satisfies never;
}

/** What a program is called with: the array, or n. */
export type Input = number | readonly number[];

/** The items that an input stands for. `range` wants an integer n ≥ 0, `digits` n ≥ 1. */
function itemsOf(source: Source, input: Input): readonly number[] {
  if (typeof input !== 'number') return input;
  if (source === 'digits') return Array.from(String(input), Number);
  return Array.from({ length: input }, (_, i) => i + 1);
}

/** What is left of an input to be reduced: its items, those that are kept, mapped. */
export function valuesOf({ source, predicate, map }: Composition, input: Input): number[] {
  return itemsOf(source, input)
    .filter((x) => keeps(predicate, x))
    .map((x) => mapped(map, x));
}

/** The answer out of them; null for the largest or smallest of nothing, which no test asks for. */
export function reduced(reducer: Reducer, values: number[]): number | number[] | null {
  switch (reducer) {
    case 'sum':
      return values.reduce((sum, value) => sum + value, 0);
    case 'product':
      return values.reduce((product, value) => product * value, 1);
    case 'count':
      return values.length;
    case 'max':
      return values.length === 0 ? null : Math.max(...values);
    case 'min':
      return values.length === 0 ? null : Math.min(...values);
    case 'list':
      return values;
  }
  reducer satisfies never;
}

/** The right answer. */
export function answer(composition: Composition, input: Input): number | number[] | null {
  return reduced(composition.reducer, valuesOf(composition, input));
}

const from = (low: number, high: number) => Array.from({ length: high - low + 1 }, (_, i) => low + i);
/** Inputs on which two compositions of a source agree only where they are one function in other words: every item by itself, and together. */
const probes: Record<Source, readonly Input[]> = {
  array: [
    ...from(-15, 40).map((x) => [x]),
    [],
    from(1, 8),
    from(-7, -1),
    [5, 10],
    [14, 7],
    [12, 4],
    [-3, 9, 6],
  ],
  range: from(0, 18),
  digits: [...from(1, 9), ...from(1, 9).map((x) => 10 * x), 9753, 8642, 1234, 55, 77, 4488, 3669],
};

/** The same text for compositions that are one function: "above 3" of whole numbers is "at least 4". */
export function functionOf(composition: Composition): string {
  const { source } = composition;
  return `${source} ${probes[source].map((input) => String(answer(composition, input))).join(' ')}`;
}
