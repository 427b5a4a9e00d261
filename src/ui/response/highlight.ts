/** A piece of a program and what it is, for colouring. */
export interface Piece {
  text: string;
  kind: 'keyword' | 'number' | 'string' | 'comment' | 'plain';
}

const pieces =
  /(?<comment>\/\/[^\n]*|\/\*[^]*?\*\/)|(?<string>'[^'\n]*'|"[^"\n]*"|`[^`]*`)|(?<number>\b\d+(?:\.\d+)?\b)|(?<keyword>\b(?:function|return|let|const|var|for|of|in|while|do|if|else|true|false|null|new|break|continue)\b)/g;

/** JavaScript cut into pieces that together are the text, before the editor is there to do it. */
export function highlight(program: string): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of program.matchAll(pieces)) {
    if (match.index > end) found.push({ text: program.slice(end, match.index), kind: 'plain' });
    const kind = (['comment', 'string', 'number', 'keyword'] as const).find((name) => match.groups?.[name]);
    found.push({ text: match[0], kind: kind ?? 'plain' });
    end = match.index + match[0].length;
  }
  if (end < program.length) found.push({ text: program.slice(end), kind: 'plain' });
  return found;
}
