/** Which language the page speaks: chosen before the app is loaded, once, since sentences of constants are made when their module is. */

import type { CatalogModule } from 'wuchale/runtime';

const KEY = 'pf-ppo-language';

/** The catalogue of the language that is spoken, where that is not English; there before the app is. */
export const loaded: { words?: CatalogModule } = {};

/** By their codes, each in its own words. */
export const languages = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;
const isLanguage = (code: unknown): code is Language =>
  typeof code === 'string' && Object.hasOwn(languages, code);

/** What the address asks for (`?lang=de`), else what was chosen here before, else the first that the browser prefers, else English. */
export function wanted(search: string, chosen: string | null, preferred: readonly string[]): Language {
  const asked = new URLSearchParams(search).get('lang');
  return [asked, chosen, ...preferred.map((tag) => tag.split('-')[0])].find(isLanguage) ?? 'en';
}

/** What this visitor wants. */
export function visitors(): Language {
  let chosen: string | null = null;
  try {
    chosen = localStorage.getItem(KEY);
  } catch {
    // Storage can be forbidden.
  }
  return wanted(location.search, chosen, navigator.languages);
}

/** What the page speaks; English where there is no page. */
export const spoken = (): Language => (globalThis.document?.documentElement.lang === 'de' ? 'de' : 'en');
/** What it could speak instead. */
export const other = (): Language => (spoken() === 'de' ? 'en' : 'de');
/** For dates, of which a visitor of any country can tell day from month. */
export const locale = (): string => ({ en: 'en-GB', de: 'de-DE' })[spoken()];

/** Loads the page anew in a language, and remembers it. The tab’s run goes on where it was. */
export function choose(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // The address says it too.
  }
  const address = new URL(location.href);
  address.searchParams.set('lang', language);
  location.assign(address);
}
