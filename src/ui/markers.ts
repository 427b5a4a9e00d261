import { defaultKnobs, differences, settings } from '../ppo/knobs.ts';
import { scenarioOf } from '../ppo/scenarios.ts';
import type { Knobs, RunConfig } from '../protocol/config.ts';
import type { Branch } from '../record/run-file.ts';

/** Knobs that were changed in mid-run, at the update that first read them as they then were. */
export interface KnobChange {
  update: number;
  before: Knobs;
  after: Knobs;
}

/** The knobs as the stages of an update last read them. */
export const knobsAt = (begun: Knobs, changes: readonly KnobChange[], update: number): Knobs =>
  changes.findLast((change) => change.update <= update)?.after ?? begun;

/** A vertical line in the charts: what was changed, at the update in which it took effect. */
export interface Marker {
  update: number;
  text: string;
}

/** One marker an update, from what was before it to what was after it; what was taken back in between leaves none. */
export function markersOf(changes: readonly KnobChange[]): Marker[] {
  const markers: Marker[] = [];
  for (let first = 0; first < changes.length;) {
    const { update, before } = changes[first];
    let last = first;
    while (changes[last + 1]?.update === update) last++;
    const text = differences(before, changes[last].after).join(', ');
    // Before update 1 nothing has been learned: there is no change to mark.
    if (text && update > 0) markers.push({ update, text });
    first = last + 1;
  }
  return markers;
}

/** Where a run branched off, in a few words. One that nobody had named was called much as this one is. */
const branchText = ({ update, name }: Branch): string =>
  name === undefined ? `branched off at update ${update}` : `from update ${update} of “${name}”`;

/** What made a run: its scenario and how it differs from it, what was changed on the way, its seed, and what it branched off. */
export function labelOf(config: RunConfig, changes: readonly KnobChange[], branch?: Branch): string {
  const { seed, tasks } = config;
  // What was set before update 1 is what it learned with from the first.
  const knobs = knobsAt(config.knobs, changes, 0);
  const scenario = scenarioOf(knobs);
  const { teacher, noise } = defaultKnobs;
  // What a scenario sets is said by its name.
  const begun = scenario ? [scenario.title, ...settings({ ...knobs, teacher, noise })] : settings(knobs);
  const changed = markersOf(changes).map(({ update, text }) => `${text} at ${update}`);
  const own = tasks ? [`${tasks.length} tasks of one’s own`] : [];
  const off = branch ? [branchText(branch)] : [];
  return [...begun, ...own, ...changed, `seed ${seed}`, ...off].join(', ');
}
