import type { Knobs } from '../../protocol/config.ts';
import type { Codes } from '../address.ts';
import type { Bench, Origin } from './own-code.svelte.ts';
import { OwnFilter } from './own-filter.svelte.ts';
import { OwnScore } from './own-score.svelte.ts';

const kinds = ['filter', 'score'] as const;

/** All that the visitor writes. */
export class OwnCodes {
  readonly filter: OwnFilter;
  readonly score: OwnScore;

  constructor(bench: Bench) {
    this.filter = new OwnFilter(bench);
    this.score = new OwnScore(bench);
  }

  /** What the visitor set was other. */
  follow(before: Knobs, after: Knobs): void {
    for (const kind of kinds) this[kind].follow(before, after);
  }

  /** Shows code that came from elsewhere and that these knobs do not train with: none of it runs before the visitor says so. */
  hold(codes: Codes, from: Origin, knobs: Knobs): void {
    for (const kind of kinds) {
      const code = codes[kind];
      if (code && code !== this[kind].codeIn(knobs) && code !== this[kind].held) this[kind].open(code, from);
    }
  }

  /** What came from elsewhere and has not run, while it is looked at. */
  get held(): Codes {
    return { filter: this.filter.held, score: this.score.held };
  }

  get isHeld(): boolean {
    return kinds.some((kind) => this[kind].held !== undefined);
  }
}
