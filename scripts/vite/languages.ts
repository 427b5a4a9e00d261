import { resolve } from 'node:path';
import type { Plugin } from 'vite';
import { getConfig, Hub } from 'wuchale';
import { wuchale } from 'wuchale/vite';

const PREFIX = 'virtual:words/';

/**
 * The languages of the page (`wuchale.config.js`): sentences of the source that are said to visitors go into a catalogue a language,
 * `src/languages/*.po`, and look-ups take their places. What is new in the source is written into the catalogues first: a sentence
 * that nobody has translated is said in English.
 */
export function languages(): Plugin[] {
  const extract: Plugin = {
    name: 'languages',
    enforce: 'pre',
    async config() {
      const hub = await Hub.create('cli', async () => ({ ...(await getConfig()), logLevel: 'warn' }), '.');
      // Not one file after the other: so asked, the library stops at the first that has changed, and what others say anew is blank.
      await hub.directVisit(true, false, false);
    },
    resolveId: (id) =>
      id.startsWith(PREFIX)
        ? resolve(`src/languages/.wuchale/page.page.${id.slice(PREFIX.length)}.compiled.js`)
        : undefined,
  };
  return [extract, wuchale() as Plugin];
}
