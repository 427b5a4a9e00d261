import { fitKnobs, knobNames } from '../../ppo/knobs.ts';
import type { Knobs } from '../../protocol/config.ts';

/** What a link can leave out of Play, so that a class sees what an exercise is about: names as the address has them. */
export const parts = {
  views: 'the other views',
  flow: 'the stages of an update',
  scenario: 'scenarios',
  filter: 'the filter',
  recipe: 'the recipe',
  programs: 'the programs',
  response: 'the response that is open',
  curves: 'the curves',
  trust: '“Can the score be trusted?”',
  prediction: '“Which filter should win?”',
} as const;
export type Part = keyof typeof parts;
export const partNames = Object.keys(parts) as Part[];

/** Parts that can be locked, those that a run is set with, and the settings of each. */
const settingsOf = {
  scenario: ['teacher', 'teacherCode', 'noise'],
  filter: ['filter'],
  recipe: knobNames.filter((name) => name !== 'filter'),
} as const satisfies Partial<Record<Part, readonly (keyof Knobs)[]>>;
export type Lockable = keyof typeof settingsOf;
export const lockableNames = Object.keys(settingsOf) as Lockable[];

/** How a page was set up for a class. */
export interface Setup {
  hidden: readonly Part[];
  /** Seen, and not to be changed. */
  locked: readonly Lockable[];
  /** Single keys train, step and switch, for whoever stands in front. */
  hasKeys: boolean;
}

/** What the address asks for; parts that there are not are left out. */
export function setupFrom(search: string): Setup {
  const asked = new URLSearchParams(search);
  const [hidden, locked] = ['hide', 'lock'].map((name) => (asked.get(name) ?? '').split(','));
  return {
    hidden: partNames.filter((part) => hidden.includes(part)),
    locked: lockableNames.filter((part) => locked.includes(part)),
    hasKeys: asked.has('keys'),
  };
}

/** An address with a setup in place of what it asked for. */
export function addressWith(address: string, { hidden, locked, hasKeys }: Setup): string {
  const url = new URL(address);
  for (const name of ['hide', 'lock', 'keys']) url.searchParams.delete(name);
  if (hidden.length > 0) url.searchParams.set('hide', hidden.join());
  if (locked.length > 0) url.searchParams.set('lock', locked.join());
  if (hasKeys) url.searchParams.set('keys', '');
  // Commas need no escape.
  return url.href.replaceAll('%2C', ',').replace(/keys=(?=&|#|$)/, 'keys');
}

/** How this page was set up. */
class Lecture {
  setup = $state.raw<Setup>(setupFrom(location.search));

  constructor() {
    this.#show();
  }

  get isSetUp(): boolean {
    return this.setup.hidden.length > 0;
  }

  /** A setting that the page does not let anybody change. */
  isLocked(name: keyof Knobs): boolean {
    return this.setup.locked.some((part) => (settingsOf[part] as readonly (keyof Knobs)[]).includes(name));
  }

  /** What knobs become that are wished for in place of others: what is locked stays, as far as it can be with the rest. */
  allowed(before: Knobs, wanted: Knobs): Knobs {
    const locked = knobNames.filter((name) => this.isLocked(name));
    if (locked.length === 0) return wanted;
    return fitKnobs({ ...wanted, ...Object.fromEntries(locked.map((name) => [name, before[name]])) });
  }

  /** Everything is there again; locks and keys stay. */
  showAll(): void {
    this.setup = { ...this.setup, hidden: [] };
    history.replaceState(history.state, '', addressWith(location.href, this.setup));
    this.#show();
  }

  /** What is left out is left out by css/parts.css. */
  #show(): void {
    document.documentElement.dataset.hide = this.setup.hidden.join(' ');
  }
}

export const lecture = new Lecture();
