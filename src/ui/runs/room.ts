import type { KeptRun } from './store.ts';

/** Runs that are kept without having been pinned. */
export const MOST_RUNS = 40;
/** Bytes that they may take together. */
const MOST_BYTES = 512e6;

/**
 * The runs that have to go: those that learned nothing, which are kept for the tab that has them open, and then, oldest first, of those
 * that are not pinned, what is more than there is room for. None that is open.
 */
export function tooMany(runs: readonly KeptRun[], open: ReadonlySet<string>): KeptRun[] {
  const untrained = runs.filter(({ id, updates }) => updates === 0 && !open.has(id));
  const loose = runs
    .filter(({ isPinned, updates }) => !isPinned && updates > 0)
    .sort((a, b) => a.savedAt - b.savedAt);
  let [count, bytes] = [loose.length, sizeOf(loose)];
  const gone: KeptRun[] = [];
  for (const run of loose) {
    if (count <= MOST_RUNS && bytes <= MOST_BYTES) break;
    if (open.has(run.id)) continue;
    gone.push(run);
    count--;
    bytes -= run.bytes;
  }
  return [...untrained, ...gone];
}

/** Bytes of all of them. */
export function sizeOf(runs: readonly Pick<KeptRun, 'bytes'>[]): number {
  return runs.reduce((sum, { bytes }) => sum + bytes, 0);
}
