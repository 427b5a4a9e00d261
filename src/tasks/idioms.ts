import type { Clause, Composition, MapName, PredicateName, Source } from './composition.ts';
import type { Author } from './forms.ts';

/** The shapes of program that authors choose from, per source. */
export const idioms = {
  array: ['chain', 'for-of', 'for', 'recursion'],
  range: ['for', 'while', 'chain', 'recursion'],
  digits: ['chain', 'while', 'for-of'],
} as const satisfies Record<Source, readonly string[]>;
export type Idiom = (typeof idioms)[Source][number];

/** Code with the item and the constant put in for x and k. */
const fill = (code: string, item: string, k: number) =>
  code.replace(/\b[xk]\b/g, (name) => (name === 'x' ? item : String(k)));

/** A composition in one author's hand: the pieces from which every idiom is put together. */
class Hand {
  readonly composition: Composition;
  readonly author: Author;
  /** Whether the author adds the constant once, to the result, instead of to each item. */
  readonly once: boolean;

  constructor(composition: Composition, author: Author) {
    this.composition = composition;
    this.author = author;
    const { map, reducer } = composition;
    this.once =
      author.each === 'once' &&
      (map.name === 'plus' || map.name === 'minus') &&
      (reducer === 'sum' || reducer === 'product');
  }

  /** The condition on an item, or '' where there is none. */
  condition(item: string): string {
    const { name, k }: Clause<PredicateName> = this.composition.predicate;
    return name === 'all' ? '' : fill(this.author[name], item, k);
  }

  /** The item as mapped. */
  value(item: string): string {
    const { name, k }: Clause<MapName> = this.composition.map;
    return name === 'plain' || this.once ? item : fill(this.author[name], item, k);
  }

  /** What a loop's result, or a recursion's end, starts from. */
  get start(): string {
    switch (this.composition.reducer) {
      case 'sum':
      case 'count':
        return '0';
      case 'product':
        return this.author['product-start'];
      case 'max':
        return this.author['max-start'];
      case 'min':
        return this.author['min-start'];
      case 'list':
        return '[]';
    }
  }

  /** `let r = 0;` */
  get opening(): string {
    return `${this.composition.reducer === 'list' ? 'const' : 'let'} r = ${this.start};`;
  }

  /** `return r;`, with the constant if it is added once. */
  get closing(): string {
    const { name, k } = this.composition.map;
    return this.once ? `return ${fill(this.author[name as 'plus' | 'minus'], 'r', k)};` : 'return r;';
  }

  /** The statement that takes an item into account: `if (x % 2 === 0) r += x;` */
  step(item: string, list: 'push' | 'unshift' = 'push'): string {
    const condition = this.condition(item);
    return condition === '' ? this.taking(item, list) : `if (${condition}) ${this.taking(item, list)}`;
  }

  private taking(item: string, list: string): string {
    const value = this.value(item);
    switch (this.composition.reducer) {
      case 'sum':
        return `r += ${value};`;
      case 'product':
        return `r *= ${value};`;
      case 'count':
        return `${fill(this.author['count-step'], item, 0)};`;
      case 'max':
        return `r = Math.max(r, ${value});`;
      case 'min':
        return `r = Math.min(r, ${value});`;
      case 'list':
        return `r.${list}(${value});`;
    }
  }

  /** `return …` of a recursion: the item's part combined with what `rest` (a call) gives. */
  combine(item: string, rest: string, place: 'before' | 'after'): string {
    const { reducer } = this.composition;
    const condition = this.condition(item);
    const counted = this.author['count-step'] === 'r++' ? '1' : item;
    const value = reducer === 'count' ? counted : this.value(item);
    const either = (otherwise: string) =>
      condition === '' ? value : `${condition} ? ${value} : ${otherwise}`;
    const isCompound = condition !== '' || / [-+^] /.test(value);
    const term = (otherwise: string) => (isCompound ? `(${either(otherwise)})` : value);
    const order = (one: string, other: string, by: string) =>
      place === 'before' ? `${one}${by}${other}` : `${other}${by}${one}`;
    switch (reducer) {
      case 'sum':
      case 'count':
        return `return ${order(term('0'), rest, ' + ')};`;
      case 'product':
        return `return ${order(term('1'), rest, ' * ')};`;
      case 'max':
        return `return Math.max(${order(either('-Infinity'), rest, ', ')});`;
      case 'min':
        return `return Math.min(${order(either('Infinity'), rest, ', ')});`;
      case 'list': {
        const longer = `[${order(value, `...${rest}`, ', ')}]`;
        return condition === '' ? `return ${longer};` : `return ${condition} ? ${longer} : ${rest};`;
      }
    }
  }

  /** `return` the items that `items` evaluates to, filtered, mapped and reduced in one chain. */
  chain(items: string): string {
    const { reducer, map } = this.composition;
    const condition = this.condition('x');
    const value = this.value('x');
    const steps = [
      condition === '' ? '' : `.filter(x => ${condition})`,
      value === 'x' ? '' : `.map(x => ${value})`,
    ];
    if (this.author.order === 'map') steps.reverse();
    const kept = items + steps.join('');
    const reduce = (combined: string, start: string) => `${kept}.reduce((s, x) => ${combined}${start})`;
    const last = this.once
      ? (total: string) => fill(this.author[map.name as 'plus' | 'minus'], total, map.k)
      : String;
    switch (reducer) {
      case 'sum':
        return `return ${last(reduce('s + x', this.author['sum-start']))};`;
      case 'product':
        return `return ${last(reduce('s * x', `, ${this.start}`))};`;
      case 'count':
        return `return ${this.author['count-step'] === 'r++' ? `${kept}.length` : reduce('s + x', ', 0')};`;
      case 'max':
      case 'min':
        return this.author.extreme === 'spread'
          ? `return Math.${reducer}(...${kept});`
          : `return ${reduce(`Math.${reducer}(s, x)`, `, ${this.start}`)};`;
      case 'list':
        return `return ${kept};`;
    }
  }
}

function writeArray(hand: Hand, idiom: Idiom): string {
  const { author } = hand;
  if (idiom === 'chain') return hand.chain('a');
  if (idiom === 'recursion')
    return `if (${author['array-base']}) return ${hand.start}; const [x, ...b] = a; ${hand.combine('x', 'f(b)', 'before')}`;
  const loop =
    idiom === 'for'
      ? `for (${author['index-loop']}; i++) { ${hand.step('a[i]')} }`
      : `for (const x ${author['item-loop']} a) { ${hand.step('x')} }`;
  return `${hand.opening} ${loop} ${hand.closing}`;
}

function writeRange(hand: Hand, idiom: Idiom): string {
  const { author } = hand;
  if (idiom === 'chain') return hand.chain(`Array.from({ length: n }, (_, i) => ${author['range-list']})`);
  if (idiom === 'recursion')
    return `if (${author['range-base']}) return ${hand.start}; ${hand.combine('n', 'f(n - 1)', 'after')}`;
  const loop =
    idiom === 'for'
      ? `for (let x = 1; ${author['range-end']}; x++) { ${hand.step('x')} }`
      : `let x = 1; while (${author['range-end']}) { ${hand.step('x')} x++; }`;
  return `${hand.opening} ${loop} ${hand.closing}`;
}

function writeDigits(hand: Hand, idiom: Idiom): string {
  const { author } = hand;
  const asNumbers = author['digit-values'] === 'Number';
  if (idiom === 'chain') return hand.chain(`[...String(n)]${asNumbers ? '.map(Number)' : ''}`);
  if (idiom === 'while') {
    const order = author['digit-order'] === 'push' ? 'push' : 'unshift';
    return `${hand.opening} while (${author['digit-end']}) { const x = n % 10; ${hand.step('x', order)} n = ${author['digit-step']}; } ${hand.closing}`;
  }
  const loop = asNumbers
    ? `for (const c of String(n)) { const x = Number(c); ${hand.step('x')} }`
    : `for (const x of String(n)) { ${hand.step('x')} }`;
  return `${hand.opening} ${loop} ${hand.closing}`;
}

/** The body of a solution, without the function's closing brace, as one line of JavaScript. */
export function write(composition: Composition, idiom: Idiom, author: Author): string {
  // A recursion has no one place after the last item: whoever writes it changes each item.
  const hand = new Hand(composition, idiom === 'recursion' ? { ...author, each: 'each' } : author);
  switch (composition.source) {
    case 'array':
      return writeArray(hand, idiom);
    case 'range':
      return writeRange(hand, idiom);
    case 'digits':
      return writeDigits(hand, idiom);
  }
}
