import { knobTable } from '../../ppo/knobs.ts';
import type { Knobs } from '../../protocol/config.ts';
import { fixed } from '../format.ts';

/** Where a number on the page came from, and where it leads. */
export type Source = 'response' | 'prompt' | { token: number } | { knob: keyof Knobs };

export interface Numeral {
  text: string;
  from: Source;
}
/** Of a line with numbers: what stands between them is text. */
export type Part = string | Numeral;

/** A number as it stands within a formula. */
export function inside(value: number, from: Source): Numeral {
  const text = fixed(value, 3);
  return { text: /^\d/.test(text) ? text : `(${text})`, from };
}

export const numeral = (value: number, from: Source): Numeral => ({ text: fixed(value, 3), from });

export const textOf = (parts: readonly Part[]): string =>
  parts.map((part) => (typeof part === 'string' ? part : part.text)).join('');

/** "token 3", to follow a number. */
export function sourceWords(from: Source): string {
  if (from === 'response') return 'the response';
  if (from === 'prompt') return 'the prompt among the others';
  return 'token' in from ? `token ${from.token + 1}` : `the setting ${knobTable[from.knob].label}`;
}
