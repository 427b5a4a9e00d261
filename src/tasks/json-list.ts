/** A JSON list in pieces, so that whatever is wrong with one can be told by its place in the text. */

/** What one item of a list is, as text. */
export interface Piece {
  text: string;
  /** Of the whole text, from 1: where it begins. */
  line: number;
  /** Where each of its fields begins, where it is an object. */
  fieldLines: ReadonlyMap<string, number>;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:\n]/gs;

/**
 * The items of a text that begins as a JSON list. What is in them may be no JSON; where brackets do not fit, pieces are larger than was meant.
 *
 * @returns `problem` where the list does not end, or does before the text does
 */
export function piecesOf(text: string): { pieces: Piece[]; problem?: string } {
  const pieces: Piece[] = [];
  let [depth, line, begin, beginLine] = [0, 1, 0, 1];
  let fieldLines = new Map<string, number>();
  let last: { text: string; line: number } | undefined;
  /** Ends a piece before `end`, and begins the next behind it. */
  function cut(end: number): void {
    const whole = text.slice(begin, end);
    const blank = /^\s*/.exec(whole)![0];
    pieces.push({ text: whole.trim(), line: beginLine + blank.split('\n').length - 1, fieldLines });
    [begin, beginLine] = [end + 1, line];
    fieldLines = new Map();
  }
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '\n') line++;
    else if (token === '[' || token === '{') {
      depth++;
      if (depth === 1) [begin, beginLine] = [index + 1, line];
    } else if (token === ']' || token === '}') {
      depth--;
      if (depth > 0) continue;
      if (text.slice(begin, index).trim() !== '' || pieces.length > 0) cut(index);
      const isOver = text.slice(index + 1).trim() === '';
      return isOver
        ? { pieces }
        : { pieces, problem: `the list ends in line ${line}, and more comes after it` };
    } else if (token === ',' && depth === 1) cut(index);
    else if (token === ':' && depth === 2 && last && !fieldLines.has(last.text))
      fieldLines.set(last.text, last.line);
    if (token.startsWith('"')) {
      last = { text: token.slice(1, -1), line };
      line += token.split('\n').length - 1;
    }
  }
  cut(text.length);
  return {
    pieces,
    problem: 'the list does not end: its last ] is missing, or a bracket or quotation mark before it',
  };
}
