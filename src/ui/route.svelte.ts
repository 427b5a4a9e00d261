/** What of the page is open. The address says so by its fragment: any other fragment is a place in Play. */
export type View = 'play' | 'compare' | 'evidence' | 'engine' | 'lab' | 'judge' | 'glossary' | 'article';

/** In the order in which they are offered. */
export const viewNames: Readonly<Record<View, string>> = {
  play: 'Play',
  compare: 'Compare',
  evidence: 'Evidence',
  engine: 'Engine',
  lab: 'Lab',
  judge: 'Judge',
  glossary: 'Glossary',
  article: 'PF-PPO in five minutes',
};

/** Where views are. */
export const addresses: Readonly<Record<View, string>> = {
  play: '#/',
  compare: '#/compare',
  evidence: '#/evidence',
  engine: '#/engine',
  lab: '#/lab',
  judge: '#/judge',
  glossary: '#/glossary',
  article: '#/article',
};

class Route {
  view = $state<View>(viewOf(location.hash));
  /** What the address asks for and is not here, as a sentence. */
  problem = $state(problemOf(location.hash));
  /** The visitor came from another view of this page. */
  hasMoved = $state(false);
  /** What the address asks the view for besides. */
  #query = $state(queryOf(location.hash));
  /** How far down each view was left. */
  readonly #depths = new Map<View, number>();

  constructor() {
    addEventListener('hashchange', () => this.#follow());
    // Back to where something else was set, too: then Chromium tells of no change of the fragment.
    addEventListener('popstate', () => this.#follow());
  }

  /** The term that the glossary is asked for: unlike what Compare is asked for, it stays in the address. */
  get term(): string | undefined {
    return this.view === 'glossary' ? (new URLSearchParams(this.#query).get('term') ?? undefined) : undefined;
  }

  /** How far down the view was when it was last open, in the window's pixels. */
  get depth(): number {
    return this.#depths.get(this.view) ?? 0;
  }

  /** What the address asks the open view for besides, once: it then stands there no longer. */
  takeQuery(): string {
    const query = this.#query;
    if (query === '') return '';
    this.#query = '';
    history.replaceState(history.state, '', location.pathname + location.search + addresses[this.view]);
    return query;
  }

  #follow(): void {
    this.#query = queryOf(location.hash);
    this.problem = problemOf(location.hash);
    const view = viewOf(location.hash);
    if (view === this.view) return;
    this.#depths.set(this.view, scrollY);
    this.hasMoved = true;
    this.view = view;
  }
}

/** Of these something can be asked: `#/compare?arms=2&…`, `#/glossary?term=kl`. */
const asked = [addresses.compare, addresses.glossary];
const pathOf = (hash: string) => asked.find((address) => hash.startsWith(`${address}?`)) ?? hash;
const queryOf = (hash: string) => hash.slice(pathOf(hash).length + 1);

function viewOf(hash: string): View {
  return (
    (['compare', 'evidence', 'engine', 'lab', 'judge', 'glossary', 'article'] as const).find(
      (view) => addresses[view] === pathOf(hash),
    ) ?? 'play'
  );
}

/** The most of an unknown address that is said again. */
const SHOWN = 40;

function problemOf(hash: string): string | undefined {
  if (!hash.startsWith('#/') || Object.values(addresses).includes(pathOf(hash))) return undefined;
  const others = Object.entries(viewNames).map(([view, name]) => `${name} (${addresses[view as View]})`);
  return `The address asks for “${hash.slice(0, SHOWN)}”, which is no view of this page: this is Play. There are ${others.join(', ')}.`;
}

export const route = new Route();
