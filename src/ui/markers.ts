import { phases, type Phase } from '../protocol/batch.ts';
import type { FilterConfig, Knobs } from '../protocol/config.ts';
import { setting } from './format.ts';
import type { PhaseNow } from './status.ts';

/** A vertical line in the charts: what a visitor changed, at the update in which it took effect. */
export interface Marker {
  update: number;
  text: string;
}

const numbers = {
  learningRate: 'learning rate',
  clipRange: 'clip range',
  klCoef: 'KL coefficient',
  temperature: 'temperature',
  promptsPerUpdate: 'prompts',
  groupSize: 'responses per prompt',
} as const satisfies Partial<Record<keyof Knobs, string>>;

const words = {
  whitening: 'whitening',
  rewardSource: 'score from',
  rewardModel: 'reward model',
} as const satisfies Partial<Record<keyof Knobs, string>>;

function filterChange(before: FilterConfig, after: FilterConfig): string[] {
  const changes: string[] = [];
  if (before.name !== after.name) changes.push(`${before.name} → ${after.name}`);
  if (before.mode !== after.mode) changes.push(`${before.mode} → ${after.mode}`);
  if (before.keep !== after.keep) changes.push(`keep ${before.keep} → ${after.keep}`);
  const reshaped = before.profile.join() !== after.profile.join();
  if (reshaped && after.name === 'rank-profile' && before.name === 'rank-profile')
    changes.push('new rank profile');
  return changes;
}

/** What differs, in words, one entry a knob: "best-worst → none". */
export function describeChange(before: Knobs, after: Knobs): string[] {
  const changes = filterChange(before.filter, after.filter);
  for (const [key, name] of Object.entries(numbers) as [keyof typeof numbers, string][])
    if (before[key] !== after[key]) changes.push(`${name} ${setting(before[key])} → ${setting(after[key])}`);
  for (const [key, name] of Object.entries(words) as [keyof typeof words, string][])
    if (before[key] !== after[key]) changes.push(`${name} ${before[key]} → ${after[key]}`);
  return changes;
}

/** The stage of an update at which each knob is read; changed later, it waits for the next update. */
const readAt: Record<keyof Knobs, Phase> = {
  temperature: 'prompts',
  promptsPerUpdate: 'prompts',
  groupSize: 'prompts',
  rewardSource: 'prompts',
  rewardModel: 'prompts',
  filter: 'filter',
  whitening: 'experience',
  klCoef: 'advantages',
  learningRate: 'update',
  clipRange: 'update',
};

/** The update in which a change takes effect, given what is being done now; 0 before there is a training. */
export function markerUpdate(now: PhaseNow | undefined, before: Knobs, after: Knobs): number {
  if (!now || now.update === 0) return 0;
  const stage = phases.indexOf(now.phase);
  const changed = (Object.keys(readAt) as (keyof Knobs)[]).filter((knob) => before[knob] !== after[knob]);
  const inTime = changed.some((knob) => stage <= phases.indexOf(readAt[knob]));
  return inTime ? now.update : now.update + 1;
}

/** The changes of a run. Several within one update (a slider being dragged) are one marker, from first to last. */
export class Markers {
  #entries: { update: number; before: Knobs; after: Knobs }[] = [];

  add(update: number, before: Knobs, after: Knobs): void {
    const last = this.#entries.at(-1);
    if (last?.update === update) last.after = after;
    else this.#entries.push({ update, before, after });
  }

  list(): Marker[] {
    return this.#entries.flatMap(({ update, before, after }) => {
      const text = describeChange(before, after).join(', ');
      return text ? [{ update, text }] : [];
    });
  }
}
