import { closeSync, mkdirSync, openSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** A command line that cannot be obeyed; the message is one line that says what is allowed. */
class BadArguments extends Error {
  override name = 'BadArguments';
}

/** How one `--name value` is read: the text, or undefined where the option is not given, to a value. */
export type Option<T> = (text: string | undefined, name: string) => T;

function given<T>(
  read: (text: string, name: string) => T,
  fallback: T | undefined,
  allowed: string,
): Option<T> {
  return (text, name) => {
    if (text !== undefined) return read(text, name);
    if (fallback === undefined) throw new BadArguments(`--${name} is missing; it takes ${allowed}.`);
    return fallback;
  };
}

/** One of `allowed`; required unless there is a fallback. */
export function choice<T extends string>(allowed: readonly T[], fallback?: T): Option<T> {
  return given(
    (text, name) => {
      const found = allowed.find((value) => value === text);
      if (found === undefined)
        throw new BadArguments(`--${name} ${text}: choose from ${allowed.join(', ')}.`);
      return found;
    },
    fallback,
    `one of ${allowed.join(', ')}`,
  );
}

/** Distinct ones of `allowed`, between commas; required unless there is a fallback. */
export function choices<T extends string>(
  allowed: readonly T[],
  fallback?: readonly T[],
): Option<readonly T[]> {
  return given(
    (text, name) => {
      const found = text.split(',').map((part) => allowed.find((value) => value === part.trim()));
      const whole = found.filter((value) => value !== undefined);
      if (whole.length < found.length || new Set(whole).size < whole.length)
        throw new BadArguments(
          `--${name} ${text}: give distinct names, with commas, from ${allowed.join(', ')}.`,
        );
      return whole;
    },
    fallback,
    `names, with commas, from ${allowed.join(', ')}`,
  );
}

/** A whole number from `low` to `high`; required unless there is a fallback. */
export function integer(low: number, high: number, fallback?: number): Option<number> {
  return given(
    (text, name) => {
      const value = /^-?\d+$/.test(text) ? Number(text) : NaN;
      if (!(value >= low && value <= high))
        throw new BadArguments(`--${name} ${text}: give a whole number from ${low} to ${high}.`);
      return value;
    },
    fallback,
    `a whole number from ${low} to ${high}`,
  );
}

/** A place to write to, tried before any work is done. Required unless there is a fallback. */
function place(what: string, tryOut: (path: string) => void, fallback?: string): Option<string> {
  const read = text(what, fallback);
  return (value, name) => {
    const path = read(value, name);
    try {
      tryOut(path);
    } catch (error) {
      throw new BadArguments(
        `--${name} ${path} cannot be written: ${(error as Error).message}. Give ${what}.`,
      );
    }
    return path;
  };
}

/** A folder to write into, made where it is missing. */
export function outFolder(fallback?: string): Option<string> {
  return place('a folder', (path) => mkdirSync(path, { recursive: true }), fallback);
}

/** A file to write; one that exists is kept until then. */
export function outFile(): Option<string> {
  return place('a file', (path) => closeSync(openSync(path, 'a')));
}

/** A share of the work: the first of three is 1/3. All of it unless given. */
export const shard: Option<{ index: number; count: number }> = given(
  (text, name) => {
    const [index, count] = /^(\d{1,4})\/(\d{1,4})$/.exec(text)?.slice(1).map(Number) ?? [0, 0];
    if (index < 1 || index > count)
      throw new BadArguments(`--${name} ${text}: give which of how many, such as 2/5.`);
    return { index, count };
  },
  { index: 1, count: 1 },
  'which of how many, such as 2/5',
);

/** Any text that is not empty, such as a path; `what` names it in the message. Required unless there is a fallback. */
export function text(what: string, fallback?: string): Option<string> {
  return given(
    (value, name) => {
      if (value === '') throw new BadArguments(`--${name} is empty; it takes ${what}.`);
      return value;
    },
    fallback,
    what,
  );
}

/** Any text, undefined where the option is not given. */
export const optional: Option<string | undefined> = (value) => value;

type Values<O extends Record<string, Option<unknown>>> = { [K in keyof O]: ReturnType<O[K]> };

function read<O extends Record<string, Option<unknown>>>(args: string[], options: O, positional?: string) {
  const names = Object.keys(options);
  const allowed = `Options: ${names.map((name) => `--${name}`).join(', ')}.`;
  let parsed;
  try {
    parsed = parseArgs({
      args,
      options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
      allowPositionals: true,
    });
  } catch (error) {
    // parseArgs appends advice about positionals that does not fit here.
    const [problem] = (error as Error).message.split(/\. |\n/);
    throw new BadArguments(`${problem}. ${allowed}`);
  }
  const { values, positionals } = parsed;
  const expected = positional === undefined ? 0 : 1;
  if (positionals.length > expected && positional?.endsWith('…') !== true)
    throw new BadArguments(`Unexpected ${positionals.slice(expected).join(' ')}. ${allowed}`);
  if (positionals.length < expected && positional?.startsWith('[') !== true)
    throw new BadArguments(`${positional?.replace(/ …$/, '')} is missing. ${allowed}`);
  const entries = names.map((name) => [name, options[name](values[name], name)]);
  return { values: Object.fromEntries(entries) as Values<O>, positionals };
}

/**
 * Runs a command with its options read from `args`.
 *
 * @param options one reader per `--name value`, all of them
 * @param run gets the values by name, and the one positional argument where `positional` names one, none where its name is in brackets, or more where it ends with …
 * @returns the exit code: that of `run`, or 2 after one line on stderr where the arguments are not allowed
 */
export async function withArguments<O extends Record<string, Option<unknown>>>(
  args: string[],
  options: O,
  run: (values: Values<O>, ...positionals: string[]) => Promise<number>,
  positional?: string,
): Promise<number> {
  let values;
  try {
    values = read(args, options, positional);
  } catch (error) {
    if (!(error instanceof BadArguments)) throw error;
    console.error(error.message);
    return 2;
  }
  return run(values.values, ...values.positionals);
}
