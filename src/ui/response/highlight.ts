/** A piece of a program and what it is, for colouring. */
export interface Piece {
  text: string;
  kind: 'keyword' | 'number' | 'string' | 'comment' | 'plain';
}

const javascript =
  /\b(?:function|return|let|const|var|for|of|in|while|do|if|else|true|false|null|new|break|continue)\b/;

const pieces = (keywords: RegExp) =>
  new RegExp(
    [
      /(?<comment>\/\/[^\n]*|\/\*[^]*?\*\/)/,
      /(?<string>'[^'\n]*'|"[^"\n]*"|`[^`]*`)/,
      /(?<number>\b\d+(?:\.\d+)?[uif]?\b)/,
      new RegExp(`(?<keyword>${keywords.source})`),
    ]
      .map(({ source }) => source)
      .join('|'),
    'g',
  );

/** A program cut into pieces that together are the text, before an editor is there to do it, or without one. */
export function highlight(program: string, keywords = javascript): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of program.matchAll(pieces(keywords))) {
    if (match.index > end) found.push({ text: program.slice(end, match.index), kind: 'plain' });
    const kind = (['comment', 'string', 'number', 'keyword'] as const).find((name) => match.groups?.[name]);
    found.push({ text: match[0], kind: kind ?? 'plain' });
    end = match.index + match[0].length;
  }
  if (end < program.length) found.push({ text: program.slice(end), kind: 'plain' });
  return found;
}
