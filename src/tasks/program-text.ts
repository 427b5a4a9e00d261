import { contextLength, decode, END, idOf, lexemes } from './vocabulary.ts';

const lexeme =
  /\/\/[^\n]*|\/\*[^]*?\*\/|Math\.\w+|Array\.\w+|\.\.\.|\.\s*[A-Za-z_$][\w$]*|[A-Za-z_$][\w$]*|\d+(?:\.\d+)?|'[^'\n]*'|"[^"\n]*"|===|!==|==|!=|=>|\*\*=|\*\*|<=|>=|\+\+|--|\+=|-=|\*=|\/=|%=|&&|\|\||\?\?|\S/gu;

/** JavaScript text cut into lexemes, as the vocabulary cuts it; comments and white space are left out. */
export function lexemesOf(text: string): string[] {
  return (text.match(lexeme) ?? [])
    .filter((found) => !found.startsWith('//') && !found.startsWith('/*'))
    .map((found) => (found.startsWith('.') ? found.replace(/\s+/g, '') : found));
}

const endsValue = (left: string) => /[\w)\]}]$/.test(left) && !keywords.has(left);
const keywords = new Set(['return', 'let', 'const', 'for', 'of', 'in', 'while', 'if']);
const unary = new Set(['-', '+', '...']);

/** Whether people put a space between two neighbours on one line; `before` is the lexeme in front of `left`. */
function looksSpaced(before: string, left: string, right: string): boolean {
  if (left === '(' || left === '[' || left === '...') return false;
  if (unary.has(left) && !endsValue(before)) return false;
  if (right === ')' || right === ']' || right === ',' || right === ';' || right.startsWith('.'))
    return right === '...' && left !== '{';
  if (right === '(' || right === '[') return !endsValue(left);
  if (right === '++') return !endsValue(left);
  // `{ length: n }` has its colon against the name, the other branch of a condition has not.
  if (right === ':') return left !== 'length';
  return true;
}

const apart = new Map<string, boolean>();
/** Whether two lexemes written without a space would still be read as these two. */
function staysApart(left: string, right: string): boolean {
  const pair = `${left} ${right}`;
  let known = apart.get(pair);
  if (known === undefined) {
    const read = lexemesOf(left + right);
    known = read.length === 2 && read[0] === left && read[1] === right;
    apart.set(pair, known);
  }
  return known;
}

/** Any sequence of lexemes as text, two spaces deeper per block, in front of it `depth` levels already open. */
function layOut(list: readonly string[], depth: number): string {
  const lines: string[] = [];
  let line = '';
  let parentheses = 0;
  let literals = 0; // open braces that are object literals
  const breakLine = () => {
    if (line !== '') lines.push('  '.repeat(depth) + line);
    line = '';
  };
  list.forEach((item, i) => {
    const left = list[i - 1] ?? ';';
    const isLiteral = literals > 0 || parentheses > 0 || !/^[){};]$/.test(left);
    if (item === '(') parentheses++;
    if (item === ')') parentheses = Math.max(0, parentheses - 1);
    if (item === '}' && literals === 0) {
      breakLine();
      depth = Math.max(1, depth - 1);
      parentheses = 0;
      line = item;
      breakLine();
      return;
    }
    if (item === '}') literals--;
    const spaced = line !== '' && (looksSpaced(list[i - 2] ?? ';', left, item) || !staysApart(left, item));
    line += spaced ? ` ${item}` : item;
    if (item === '{' && isLiteral) literals++;
    else if (item === '{') {
      breakLine();
      depth++;
    } else if (item === ';' && parentheses === 0 && literals === 0) breakLine();
  });
  breakLine();
  return lines.join('\n');
}

/** What a program needs to be written around a response. */
interface Frame {
  readonly signature: string;
  readonly promptIds: readonly number[];
}

/**
 * The whole function: the task's signature, the response up to its first end token as the body, and the closing brace,
 * which a response leaves out. Total: any ids below the vocabulary's size give some text, though perhaps no valid
 * program.
 */
export function programText(task: Pick<Frame, 'signature'>, responseIds: ArrayLike<number>): string {
  const ids = Array.from(responseIds);
  const end = ids.indexOf(END);
  const body = layOut(decode(end < 0 ? ids : ids.slice(0, end)), 1);
  return `${task.signature}\n${body}${body === '' ? '' : '\n'}}\n`;
}

/**
 * The response (without end token) that a program text amounts to, for scoring what a visitor wrote: the inverse of
 * `programText`, whatever its white space and comments. `problem` is a sentence for the visitor: not this signature, a
 * lexeme that the vocabulary lacks, or too long.
 */
export function responseIdsOf(task: Frame, program: string): { ids: number[] } | { problem: string } {
  const found = lexemesOf(program);
  const start = lexemesOf(task.signature);
  if (start.some((expected, i) => found[i] !== expected))
    return { problem: `The program must begin with "${task.signature}".` };
  if (found.length === start.length || found.at(-1) !== '}')
    return { problem: 'The program must end with the closing brace of the function.' };
  const body = found.slice(start.length, -1);
  const unknown = body.find((item) => idOf(item) === undefined);
  if (unknown !== undefined)
    return {
      problem: `The models cannot read "${unknown}": it is not among the ${lexemes.length} words and symbols they know.`,
    };
  const room = contextLength - task.promptIds.length - 1;
  if (body.length > room)
    return { problem: `The body has ${body.length} lexemes; for this task the models can read ${room}.` };
  return { ids: body.map((item) => idOf(item)!) };
}
