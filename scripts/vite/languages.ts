import { resolve } from 'node:path';
import type { Plugin } from 'vite';
import { wuchale } from 'wuchale/vite';
import { extract } from './extract.mjs';

const PREFIX = 'virtual:words/';

/**
 * The languages of the page (`wuchale.config.js`): sentences of the source that are said to visitors go into a catalogue a language,
 * `src/languages/*.po`, and look-ups take their places. What is new in the source is written into the catalogues first: a sentence
 * that nobody has translated is said in English.
 */
export function languages(): Plugin[] {
  const words: Plugin = {
    name: 'languages',
    enforce: 'pre',
    config: extract,
    resolveId: (id) =>
      id.startsWith(PREFIX)
        ? resolve(`src/languages/.wuchale/page.page.${id.slice(PREFIX.length)}.compiled.js`)
        : undefined,
  };
  return [words, wuchale() as Plugin];
}
