/**
 * What the page says. Its source is in English; scripts/vite/languages.ts puts a look-up in a catalogue in place of every sentence that
 * is said to visitors, so that neither source nor catalogue has keys.
 */
import * as english from 'virtual:words/en';
import toRuntime from 'wuchale/runtime';
import { loaded, spoken } from './language.ts';

const words = toRuntime(loaded.words ?? english, spoken());

/** What the built modules look their sentences up in. */
export const getRuntime = () => words;
