import type { RunConfig } from '../../protocol/config.ts';
import { askedOnce } from '../asked-once.ts';

/** Whether the course stands beside Play; what is in it comes when it does. */
class Dock {
  isOpen = $state(false);
  /** What was set before the first lesson that was begun, since lessons set what they need; undefined where none was, or it is set again. */
  before = $state.raw<Partial<RunConfig>>();
  /** The lesson that the address asked for, from 1. */
  readonly asked: number | undefined;

  /** Opens where the address asks for it: `?lesson=3` is the third, `?lesson=0` what comes before the first, `?lesson=11` what comes after the last. */
  constructor() {
    const asked = askedOnce('lesson');
    if (asked === undefined) return;
    this.isOpen = true;
    this.asked = Number(asked);
  }
}

export const dock = new Dock();
