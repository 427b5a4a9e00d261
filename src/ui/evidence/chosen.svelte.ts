import type { Budget } from '../../evidence/outcome.ts';

/** What a visitor chose to see of the suites, for the life of the page, whichever view is open. */
class Chosen {
  /** The suite's file. */
  suite = $state<string>();
  source = $state<string>();
  budget = $state<Budget>('drawn');
  /** Asked for in filters' names. */
  sought = $state('');
  predictor = $state('gamma');
  /** At which the predictor was taken. */
  update = $state(0);
  /** The curves that are drawn, by suite and source. */
  readonly curves = new Map<string, { slots?: ReadonlyMap<string, number> }>();

  /** Where those of the suite's source are kept. */
  curvesOf(source: string): { slots?: ReadonlyMap<string, number> } {
    const key = `${this.suite} ${source}`;
    const kept = this.curves.get(key) ?? {};
    this.curves.set(key, kept);
    return kept;
  }
}

/** One a page. */
export const chosen = new Chosen();
