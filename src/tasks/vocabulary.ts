/** Positions of a sequence: prompt, response and end token together. Every task and every author fits. */
export const contextLength = 64;

/** The id that ends a response and pads what follows. */
export const END = 0;

/** The lexeme between statement and response. */
export const SEPARATOR = '⇒';

const words = `
  sum product largest smallest list how many has items numbers digits from to above below at least most
  not multiples even odd positive negative each doubled tripled squared cubed negated halved absolute value
  plus minus`;
const names = 'a n x r i s b c _ f';
const keywords = 'return let const for of in while if';
const numbers = '0 1 2 3 4 5 6 7 9 10 Infinity';
const library = `
  Math.max Math.min Math.abs Math.floor Array.from String Number
  .length length .filter .map .reduce .push .unshift`;
const symbols = '( ) [ ] { } , ; : ? => ... + - * / % ** ^ ++ = += *= === !== < > <= >=';

const groups = Object.fromEntries(
  Object.entries({ words, names, keywords, numbers, library, symbols }).map(([kind, group]) => [
    kind,
    group.trim().split(/\s+/),
  ]),
) as Record<'words' | 'names' | 'keywords' | 'numbers' | 'library' | 'symbols', string[]>;

/** What a program can be written with, by kind; `words` are those of statements, which it may have as names. */
export const programLexemes: Readonly<Record<keyof typeof groups, readonly string[]>> = groups;

/**
 * Everything the policy can read or write; a lexeme's id is its index. Words of the statement and lexemes of
 * JavaScript share one list, so `a`, `n`, `of` and the digits mean the same on both sides. A member such as `.length`
 * is one lexeme.
 */
export const lexemes: readonly string[] = ['<end>', SEPARATOR].concat(...Object.values(groups));

const ids = new Map(lexemes.map((lexeme, id) => [lexeme, id]));

/** The id of a lexeme, or undefined where the vocabulary lacks it. */
export function idOf(lexeme: string): number | undefined {
  return ids.get(lexeme);
}

/** Ids of lexemes. Throws, naming the first lexeme that the vocabulary lacks. */
export function encode(list: readonly string[]): number[] {
  return list.map((lexeme) => {
    const id = ids.get(lexeme);
    if (id === undefined) throw new Error(`encode: the vocabulary of ${lexemes.length} has no "${lexeme}"`);
    return id;
  });
}

/** Lexemes of ids. Throws on an id outside 0 … lexemes.length − 1. */
export function decode(list: ArrayLike<number>): string[] {
  return Array.from(list, (id) => {
    if (lexemes[id] === undefined)
      throw new Error(`decode: got id ${id}, expected an integer from 0 to ${lexemes.length - 1}`);
    return lexemes[id];
  });
}

/** FNV-1a over UTF-16 code units, then the finaliser of MurmurHash3 so that every bit counts; 0 … 2³² − 1. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Names this list of lexemes in model files: weights trained on another list are refused. */
export const vocabularyHash: string = hashOf(lexemes.join('\n')).toString(16).padStart(8, '0');
