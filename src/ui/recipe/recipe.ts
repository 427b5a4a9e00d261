import { knobGroups, knobNames, knobTable } from '../../ppo/knobs.ts';
import type { Phase } from '../../protocol/batch.ts';
import type { Knobs } from '../../protocol/config.ts';

/** Knobs that stand together in the recipe. */
export interface Group {
  title: string;
  /** Kept behind *more*. */
  isRare: boolean;
  names: readonly (keyof Knobs)[];
  /** When a change counts. */
  when: string;
}

/** Every knob but those with a panel of their own: the filter, and code. */
export const groups: readonly Group[] = knobGroups
  .map((group) => {
    const names = knobNames.filter(
      (name) => knobTable[name].group === group.title && !['filter', 'code'].includes(knobTable[name].kind),
    );
    const when = whenRead(names.map((name) => knobTable[name].readAt));
    return { title: group.title, isRare: 'isRare' in group, names, when };
  })
  .filter(({ names }) => names.length > 0);

/** When a change counts that is read at these stages: in words that hold for all of them. */
export function whenRead(stages: readonly Phase[]): string {
  if (stages.every((stage) => stage === 'update')) return 'from the next minibatch';
  if (stages.every((stage) => stage === 'experience' || stage === 'advantages'))
    return 'when next worked out';
  return stages.every((stage) => stage === 'evaluate') ? 'from the next evaluation' : 'from the next update';
}
