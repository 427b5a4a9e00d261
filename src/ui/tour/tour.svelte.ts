import { askedOnce } from '../asked-once.ts';
import { dock } from '../learn/dock.svelte.ts';
import { stops } from './stops.ts';

const KEY = 'pf-ppo-tour';

/** The tour: whether a visitor is on it, and at which stop. It can be left at any of them, and goes on there. */
class Tour {
  isOpen = $state(false);
  /** Nobody has been on it here. */
  isNew = $state(!isRemembered());
  /** From 0. */
  at = $state(remembered());

  /** Opens it where the address asks for it: `?tour`, or `?tour=3` for the third stop. */
  constructor() {
    const asked = askedOnce('tour');
    if (asked === undefined) return;
    this.isOpen = true;
    this.at = valid(Number(asked) - 1);
  }

  begin(): void {
    dock.isOpen = false;
    this.isOpen = true;
    this.isNew = false;
    remember(this.at);
  }

  goTo(at: number): void {
    this.at = valid(at);
    remember(this.at);
  }

  leave(): void {
    this.isOpen = false;
  }

  /** Who has seen all of it begins anew another time. */
  end(): void {
    this.leave();
    this.goTo(0);
  }
}

const valid = (at: number) => (Number.isInteger(at) && at >= 0 && at < stops.length ? at : 0);

function isRemembered(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

function remembered(): number {
  try {
    return valid(Number(localStorage.getItem(KEY)));
  } catch {
    return 0;
  }
}

function remember(at: number): void {
  try {
    localStorage.setItem(KEY, String(at));
  } catch {
    // Storage can be forbidden: then it begins anew.
  }
}

export const tour = new Tour();
