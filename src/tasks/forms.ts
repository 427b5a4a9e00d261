import type { RandomStream } from '../protocol/random-stream.ts';

/**
 * One way of writing a concept. In `code`, x stands for the item and k for the concept's constant. `share` is how many
 * authors write it so. `sound` ways are right wherever they are used; the others are misconceptions, though some of
 * them happen to be right for some tasks (`x % 2 === 1` finds the odd digits, but not the odd negative numbers).
 */
interface Way {
  readonly code: string;
  readonly share: number;
  readonly sound: boolean;
}

const right = (share: number, code: string): Way => ({ code, share, sound: true });
const wrong = (share: number, code: string): Way => ({ code, share, sound: false });

/** Concept by concept, how authors write it. Shares of a concept add up to 1; its first way is the reference. */
export const ways = {
  // Predicates.
  even: [right(0.95, 'x % 2 === 0'), wrong(0.05, 'x % 2')],
  odd: [right(0.25, 'x % 2 !== 0'), right(0.1, 'x % 2'), wrong(0.65, 'x % 2 === 1')],
  positive: [right(0.45, 'x > 0'), wrong(0.55, 'x >= 0')],
  negative: [right(0.85, 'x < 0'), wrong(0.15, 'x <= 0')],
  above: [right(0.95, 'x > k'), wrong(0.05, 'x >= k')],
  below: [right(0.95, 'x < k'), wrong(0.05, 'x <= k')],
  'at-least': [right(0.42, 'x >= k'), wrong(0.58, 'x > k')],
  'at-most': [right(0.42, 'x <= k'), wrong(0.58, 'x < k')],
  multiples: [right(0.85, 'x % k === 0'), wrong(0.15, 'k % x === 0')],
  'not-multiples': [right(0.85, 'x % k !== 0'), wrong(0.15, 'x % k === 1')],
  // Maps.
  doubled: [right(0.97, 'x * 2'), wrong(0.03, 'x ** 2')],
  tripled: [right(0.92, 'x * 3'), wrong(0.08, 'x ** 3')],
  squared: [right(0.21, 'x ** 2'), right(0.21, 'x * x'), wrong(0.38, 'x ^ 2'), wrong(0.2, 'x * 2')],
  cubed: [right(0.45, 'x ** 3'), wrong(0.4, 'x ^ 3'), wrong(0.15, 'x * 3')],
  halved: [right(0.43, 'x / 2'), wrong(0.57, 'Math.floor(x / 2)')],
  negated: [right(0.65, '-x'), wrong(0.35, '-Math.abs(x)')],
  absolute: [right(0.45, 'Math.abs(x)'), wrong(0.55, '-x')],
  plus: [right(1, 'x + k')],
  minus: [right(0.88, 'x - k'), wrong(0.12, 'k - x')],
  /** Plus and minus under a sum or a product: for each item, or once at the end? */
  each: [right(0.8, 'each'), wrong(0.2, 'once')],
  /** Filter and map in a chain: which comes first? */
  order: [right(0.88, 'filter'), wrong(0.12, 'map')],
  // Reducers.
  'sum-start': [right(0.92, ', 0'), wrong(0.08, '')],
  'product-start': [right(0.55, '1'), wrong(0.45, '0')],
  'max-start': [right(0.4, '-Infinity'), wrong(0.6, '0')],
  'min-start': [right(0.45, 'Infinity'), wrong(0.55, '0')],
  'count-step': [right(0.7, 'r++'), wrong(0.3, 'r += x')],
  /** A chain's largest or smallest: of all items at once, or by a reduce that has to start somewhere? */
  extreme: [right(0.5, 'spread'), right(0.5, 'reduce')],
  // Sources.
  'item-loop': [right(0.9, 'of'), wrong(0.1, 'in')],
  'index-loop': [
    right(0.8, 'let i = 0; i < a.length'),
    wrong(0.12, 'let i = 0; i <= a.length'),
    wrong(0.08, 'let i = 1; i < a.length'),
  ],
  'array-base': [right(0.88, 'a.length === 0'), wrong(0.12, 'a.length === 1')],
  'range-end': [right(0.55, 'x <= n'), wrong(0.45, 'x < n')],
  'range-list': [right(0.65, 'i + 1'), wrong(0.35, 'i')],
  'range-base': [right(0.75, 'n === 0'), wrong(0.25, 'n === 1')],
  'digit-values': [right(0.7, 'Number'), wrong(0.3, '')],
  'digit-end': [right(0.88, 'n > 0'), wrong(0.12, 'n > 9')],
  'digit-step': [right(0.93, 'Math.floor(n / 10)'), wrong(0.07, 'n / 10')],
  'digit-order': [right(0.45, 'unshift'), wrong(0.55, 'push')],
} as const satisfies Record<string, readonly Way[]>;

export type Concept = keyof typeof ways;
export const concepts = Object.keys(ways) as Concept[];

/** How one author writes each concept, always. */
export type Author = Readonly<Record<Concept, string>>;

/** Authors who hold no misconception at all, beside those who draw one way per concept by its share. */
const masters = 0.18;

/** Draws an author: one way per concept. */
export function drawAuthor(stream: RandomStream): Author {
  const isMaster = stream.uniform() < masters;
  const author: Partial<Record<Concept, string>> = {};
  for (const concept of concepts) {
    const choices: readonly Way[] = isMaster ? ways[concept].filter((way) => way.sound) : ways[concept];
    let u = stream.uniform() * choices.reduce((sum, way) => sum + way.share, 0);
    author[concept] = (choices.find((way) => (u -= way.share) < 0) ?? choices[0]).code;
  }
  return author as Author;
}

/** Authors without misconceptions who differ in every matter of taste: number i takes each concept's i-th sound way. */
export const soundAuthors: readonly Author[] = [0, 1].map(
  (i) =>
    Object.fromEntries(
      concepts.map((concept) => {
        const sound = ways[concept].filter((way) => way.sound);
        return [concept, sound[i % sound.length].code];
      }),
    ) as Author,
);
