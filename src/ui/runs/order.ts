import type { KeptRun } from './store.ts';

/** As a visitor calls it, else what made it. */
export const nameOf = ({ name, label }: Pick<KeptRun, 'name' | 'label'>): string => name ?? label;

/** How the list can be sorted, and what comes first. */
export const orders = {
  newest: 'newest',
  name: 'name',
  passAt1: 'held-out pass@1',
  updates: 'updates',
} as const;
export type Order = keyof typeof orders;

const comparisons: Record<Order, (a: KeptRun, b: KeptRun) => number> = {
  newest: () => 0,
  name: (a, b) => nameOf(a).localeCompare(nameOf(b), 'en', { numeric: true }),
  // What was never measured comes last.
  passAt1: (a, b) => (b.passAt1 ?? -1) - (a.passAt1 ?? -1),
  updates: (a, b) => b.updates - a.updates,
};

/** A new list; what is alike comes newest first. */
export function sorted(runs: readonly KeptRun[], order: Order): KeptRun[] {
  return [...runs].sort((a, b) => comparisons[order](a, b) || b.savedAt - a.savedAt);
}
