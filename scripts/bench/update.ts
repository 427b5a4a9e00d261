import { fitFilter } from '../../src/ppo/filter.ts';
import { defaultConfig, defaultKnobs } from '../../src/ppo/knobs.ts';
import type { RunEvent } from '../../src/protocol/events.ts';
import { headless } from '../headless.ts';
import { median, rounded, type Row } from './table.ts';

/** Updates that are not counted: code is being compiled. */
export const WARM_UP = 2;

/** The standard settings but for the filter, without evaluations until `updates` are done. */
export function configOf(name: string, updates: number) {
  const filter = fitFilter({ ...defaultKnobs.filter, name }, defaultKnobs.groupSize);
  return { ...defaultConfig, knobs: { ...defaultKnobs, filter, evalEvery: updates + WARM_UP + 1 } };
}

/** Milliseconds of an update by stage, in Node on the CPU engine: from its prompts until it is done, evaluation apart. */
export async function updateInNode(name: string, updates: number): Promise<Row> {
  const { events, settled, free } = await headless(configOf(name, updates), () => undefined);
  const stages = new Map<string, Map<number, number>>();
  const whole: number[] = [];
  let stage = '';
  let last = performance.now();
  let begun = last;
  const hear = (event: RunEvent) => {
    const now = performance.now();
    const measured = event.update > WARM_UP;
    if (stage && measured) {
      const took = stages.get(stage) ?? new Map<number, number>();
      took.set(event.update, (took.get(event.update) ?? 0) + now - last);
      stages.set(stage, took);
    }
    if (event.type === 'phase') stage = event.phase;
    if (event.type === 'phase' && event.phase === 'prompts') begun = now;
    if (event.type !== 'updated') return;
    if (measured) whole.push(now - begun);
    stage = '';
  };
  for await (const event of events) {
    hear(event);
    if (event.type === 'updated' && event.update === updates + WARM_UP) break;
    last = performance.now();
  }
  await settled();
  free();
  const medians = [...stages].map(([phase, took]) => [phase, rounded(median([...took.values()]))]);
  return {
    where: 'Node',
    'kept by': name,
    'all ms': rounded(median(whole)),
    ...(Object.fromEntries(medians) as Row),
  };
}
