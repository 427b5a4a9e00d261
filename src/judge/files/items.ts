/** What a text holds, one after the other: a JSON object a line, or one JSON value over many lines. */

/** One object of a text, as far as it can be read. */
export interface Item {
  /** Where it stands, such as "line 3" or "item 3"; empty where it is the whole text. */
  place: string;
  /** Its own text; empty where it is part of a list. */
  text: string;
  /** Of an item of a list, which has been parsed as a whole. */
  value?: unknown;
}

/** Characters that are held at once: of a JSON value over many lines, or of a whole text. */
export const mostText = 50_000_000;

const lineAt = (text: string, index: number): Item => ({ place: `line ${index + 1}`, text });

function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** The items of a text that is one JSON value; undefined where it is none. */
function itemsOfWhole(text: string): Item[] | undefined {
  const whole = parsed(text);
  if (!whole) return undefined;
  if (!Array.isArray(whole.value)) return [{ place: '', text }];
  checkNumbers(text);
  return (whole.value as unknown[]).map((value, i) => ({ place: `item ${i + 1}`, text: '', value }));
}

/** Whether a text that begins with this line may be one JSON value over many lines. */
function mayBeWhole(line: string): boolean {
  return /^[[{]/.test(line) && (line.startsWith('[') || !parsed(line));
}

/**
 * The items of a text that comes line by line. No more of it is held than a line, unless it is one JSON value over many.
 *
 * @throws Error, in one line, where the text as a whole cannot be meant
 */
export async function* itemsOf(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Item> {
  let index = 0;
  /** Lines that may be parts of one value; undefined once that is settled. */
  let held: string[] | undefined;
  let heldLength = 0;
  let isBegun = false;
  for await (const given of lines) {
    const line = index === 0 ? given.replace(/^\ufeff/, '') : given;
    if (!isBegun && line.trim() !== '') {
      if (line.includes('\0')) throw new Error('it is not UTF-8, it may be UTF-16');
      isBegun = true;
      if (mayBeWhole(line.trim())) held = Array<string>(index).fill('');
    }
    index++;
    if (!held) {
      if (line.trim() !== '') yield lineAt(line, index - 1);
      continue;
    }
    held.push(line);
    heldLength += line.length + 1;
    if (heldLength <= mostText) continue;
    yield* held.map(lineAt).filter(({ text }) => text.trim() !== '');
    held = undefined;
  }
  if (held) yield* itemsOfWhole(held.join('\n')) ?? held.map(lineAt).filter(({ text }) => text.trim() !== '');
}

/** @throws Error at a number that JavaScript would take for another: too large, or with more digits than it holds */
export function checkNumbers(text: string): void {
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g)) {
    if (token.startsWith('"')) continue;
    const value = Number(token);
    if (!Number.isFinite(value)) throw new Error(`${token} is larger than any number; give a finite one`);
    if (/^-?\d+$/.test(token) && BigInt(token) !== BigInt(value))
      throw new Error(`${token} would be read as ${BigInt(value)}; give an integer up to 2^53, or a text`);
  }
}
