/** The rows of a log of metrics, from its text: JSON lines, the state of a Hugging Face trainer, a table. */
import { LogError, named, told } from './run-log.ts';

/** What was logged at once, by the names of its maker. */
export interface LogRow {
  /** Where it stands, for errors: "line 3". */
  at: string;
  step: unknown;
  /** Each name with what stands there: a number, or anything. */
  values: Iterable<readonly [string, unknown]>;
}

/** Characters of a line: a row has a few hundred metrics. */
const MOST_LINE = 1_000_000;
/** Columns of a table. */
const MOST_COLUMNS = 5_000;

/** What the step is called, in the order in which it is looked for. */
const stepNames = ['step', 'train/global_step', 'global_step', '_step', 'eval/global_step', 'Step'];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What Python writes for a number that is none, and JSON does not have. */
const NO_NUMBER = /([:[,]\s*)(?:NaN|-?Infinity)(?=\s*[,}\]])/g;

/** JSON as Python writes it. @throws SyntaxError where it is none */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // Only where it is worth a second look: a text is seldom read twice.
    if (!/NaN|Infinity/.test(text)) throw error;
    return JSON.parse(text.replace(NO_NUMBER, '$1null')) as unknown;
  }
}

/** The step is among the values, or, as verl writes it, beside them: {"step", "data"}. */
function rowOf(at: string, json: unknown): LogRow {
  if (!isObject(json)) throw new LogError(`Its ${at} is ${told(json)}, expected an object of metrics.`);
  const own = new Map(Object.entries(json));
  const data = own.get('data');
  if (isObject(data)) return { at, step: own.get('step'), values: Object.entries(data) };
  // A table has all columns in every line, and nothing in some.
  const name = stepNames.find((one) => (own.get(one) ?? undefined) !== undefined);
  const step = name === undefined ? undefined : own.get(name);
  for (const one of stepNames) own.delete(one);
  return { at, step, values: own };
}

/** A row a line, each JSON by itself; empty ones are passed over. @throws LogError, with a sentence that names the line */
export function* lineRows(text: string): Generator<LogRow> {
  let [from, line] = [0, 1];
  for (; from < text.length; line++) {
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end;
    if (to - from > MOST_LINE)
      throw new LogError(`Its line ${line} has ${to - from} characters; up to ${MOST_LINE} can be read.`);
    const one = text.slice(from, to).trim();
    from = to + 1;
    if (one === '') continue;
    let json: unknown;
    try {
      json = jsonOf(one);
    } catch (error) {
      throw new LogError(`Its line ${line} is no JSON: ${(error as Error).message}.`, { cause: error });
    }
    yield rowOf(`line ${line}`, json);
  }
}

/** A row for each object of a list. @throws LogError, with a sentence that names the entry */
export function* listRows(list: readonly unknown[]): Generator<LogRow> {
  for (const [i, json] of list.entries()) yield rowOf(`entry ${i + 1}`, json);
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NONE = /^(|nan|none|null|[+-]?inf(inity)?)$/i;

/** A number where it is one, null where none was known, else the text. */
function cellOf(text: string): unknown {
  const bare = text.trim();
  if (NUMBER.test(bare)) return Number(bare);
  return NONE.test(bare) ? null : text;
}

/** Where a cell that begins with a quote ends, beyond its own; −1 where that quote is not closed. */
function quoteEnd(text: string, from: number): number {
  for (let at = from + 1; ; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0 || text[at + 1] !== '"') return at < 0 ? -1 : at + 1;
  }
}

/** Where a bare cell ends. */
function bareEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !',\r\n'.includes(text[at])) at++;
  return at;
}

/** The lines of a table in CSV (RFC 4180), each with the number of the line on which it begins. */
function* tableLines(text: string): Generator<{ line: number; cells: string[] }> {
  let [at, line] = [text.startsWith('\u{FEFF}') ? 1 : 0, 1];
  while (at < text.length) {
    const begun = { line, from: at };
    const cells: string[] = [];
    for (;;) {
      const isQuoted = text[at] === '"';
      const end = isQuoted ? quoteEnd(text, at) : bareEnd(text, at);
      const cell = text.slice(at, end);
      const isEnded = end === text.length || ',\r\n'.includes(text[end]);
      if (end < 0 || !isEnded || (!isQuoted && cell.includes('"')))
        throw new LogError(
          `Its line ${line}, column ${cells.length + 1}, cannot be read: a quote is not closed, or not at the ends of a cell.`,
        );
      if (end - begun.from > MOST_LINE || cells.length >= MOST_COLUMNS)
        throw new LogError(
          `Its line ${begun.line} is too long: up to ${MOST_LINE} characters in ${MOST_COLUMNS} columns can be read.`,
        );
      cells.push(isQuoted ? cell.slice(1, -1).replaceAll('""', '"') : cell);
      line += cell.split('\n').length - 1;
      at = end;
      if (text[at] !== ',') break;
      at++;
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line++;
    if (cells.length > 1 || cells[0].trim() !== '') yield { line: begun.line, cells };
  }
}

/** A row for each line of a table after its head, which has the names. @throws LogError, with a sentence that names line and column */
export function* tableRows(text: string): Generator<LogRow> {
  let head: string[] | undefined;
  for (const { line, cells } of tableLines(text)) {
    if (!head) {
      head = cells.map((cell) => cell.trim());
      const twice = head.find((name, i) => name !== '' && head!.indexOf(name) < i);
      if (twice !== undefined) throw new LogError(`Its line ${line} names ${named(twice)} twice.`);
      continue;
    }
    if (cells.length !== head.length)
      throw new LogError(`Its line ${line} has ${cells.length} cells, but its head ${head.length}.`);
    yield rowOf(`line ${line}`, Object.fromEntries(head.map((name, i) => [name, cellOf(cells[i])])));
  }
}
