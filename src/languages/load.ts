import { loaded } from './language.ts';

/** Loads German, which the app then speaks. Where its file does not come, it speaks English. */
export async function loadGerman(): Promise<void> {
  try {
    loaded.words = await import('virtual:words/de');
    document.documentElement.lang = 'de';
  } catch {
    // English, as the document says.
  }
}
