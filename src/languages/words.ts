/**
 * What the page says. Its source is in English; scripts/vite/languages.ts puts a look-up in a catalogue in place of every sentence that
 * is said to visitors, so that neither source nor catalogue has keys.
 */
import * as english from 'virtual:words/en';
import toRuntime from 'wuchale/runtime';
import { visitors } from './language.ts';

let words = toRuntime(english, 'en');

/** What the built modules look their sentences up in. */
export const getRuntime = () => words;

/** Loads the visitor's language, which is spoken from here on. Where its file does not come, the page speaks English. */
export async function speak(): Promise<void> {
  if (visitors() === 'en') return;
  try {
    words = toRuntime(await import('virtual:words/de'), 'de');
    document.documentElement.lang = 'de';
  } catch {
    // English, as the document says.
  }
}
