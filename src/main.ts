/**
 * Starts the page: the shell of index.html is painted, then the app is loaded and takes its place. Until it has, whatever
 * goes wrong is said in the shell.
 */
import { visitors } from './languages/language.ts';
import { loadGerman } from './languages/load.ts';
import { watchHost } from './ui/host-policy.ts';
import { ensureLanguage, firstPaint, showHostProblem, showProblem, startProblem, turn } from './ui/shell.ts';

const starting = new AbortController();
const tell = (thrown: unknown) => showProblem(startProblem(thrown));

async function start(): Promise<void> {
  addEventListener('error', ({ error, message }) => tell(error ?? message), starting);
  addEventListener('unhandledrejection', ({ reason }) => tell(reason), starting);
  try {
    await firstPaint();
    ensureLanguage();
    void watchHost(showHostProblem);
    // English comes with the app.
    if (visitors() === 'de') await loadGerman();
    const { open } = await import('./ui/open.ts');
    await turn();
    await open();
    starting.abort();
  } catch (error) {
    tell(error);
  }
}

void start();
