/** The shell of index.html: what is seen before the app. This module must work where the app does not. */

/** Milliseconds after which a page that has not been painted is no longer waited for: it may have been hidden meanwhile. */
const PATIENCE = 3000;

/** Resolves when the shell has been seen, so that nothing that is loaded from here on can delay it. */
export function firstPaint(): Promise<void> {
  if (document.hidden || !PerformanceObserver.supportedEntryTypes.includes('paint')) return Promise.resolve();
  return new Promise((resolve) => {
    const observer = new PerformanceObserver(() => {
      observer.disconnect();
      resolve();
    });
    observer.observe({ type: 'paint', buffered: true });
    setTimeout(resolve, PATIENCE);
  });
}

/** Makes what follows a task of its own: during a long one a page does not answer. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/**
 * Gives the browser a language where it has none that can be used, as WebKit under LANG=C.UTF-8: uPlot hands it to Intl as soon as
 * it is loaded, which throws.
 */
export function ensureLanguage(): void {
  try {
    Intl.getCanonicalLocales(navigator.language);
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
  }
}

/** What a visitor is told of a start that failed: what it was, and what to do. */
export function startProblem(thrown: unknown): string {
  const { message } = thrown instanceof Error ? thrown : new Error(String(thrown));
  // Each browser has words of its own for a module that does not come; Vite for a style sheet.
  if (/imported module|module script|preload CSS/i.test(message))
    return 'The page could not start: one of its files could not be loaded. Check the connection and reload; if it stays so, the copy of the page on this site is incomplete.';
  const what = message.replace(/[.\s]+$/, '');
  return `The page could not start (${what}). Reload; if that does not help, try a current Chrome, Edge, Firefox or Safari.`;
}

/** Says it in the shell, in place of everything that will not come. */
export function showProblem(words: string): void {
  const shell = document.getElementById('shell');
  const place = shell?.querySelector('.shell-problem');
  if (!shell || !place) return;
  shell.dataset.failed = '';
  place.textContent = words;
}

/** Says above the page, whatever there is of it, why it cannot work on this site. */
export function showHostProblem(words: string): void {
  const place = document.createElement('p');
  place.className = 'host-problem';
  place.role = 'alert';
  place.textContent = words;
  document.body.prepend(place);
}
