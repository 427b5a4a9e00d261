import type { Engine } from '../../src/kernels/engine.ts';
import { fitFilter } from '../../src/ppo/filter.ts';
import { defaultConfig, defaultKnobs } from '../../src/ppo/knobs.ts';
import type { RunEvent } from '../../src/protocol/events.ts';
import { headless } from '../headless.ts';
import { median, rounded, type Row } from './table.ts';

/** Updates that are not counted: code is being compiled. */
export const WARM_UP = 2;

/** The standard settings but for the filter. */
export function configOf(name: string) {
  const filter = fitFilter({ ...defaultKnobs.filter, name }, defaultKnobs.groupSize);
  return { ...defaultConfig, knobs: { ...defaultKnobs, filter } };
}

/** When (ms) an update said that it begins, and that it is done. */
export type Heard = [said: 'prompts' | 'updated', update: number, at: number];

/**
 * Medians of the updates that are followed by another: each from its prompts until it is done; then what passes until the next
 * begins, which waits for a judge that is late; and what an evaluation in between adds to that.
 */
export function timesOf(heard: readonly Heard[], evalEvery: number): Row {
  const begun = new Map(heard.flatMap(([said, update, at]) => (said === 'prompts' ? [[update, at]] : [])));
  const [whole, between, evaluating]: number[][] = [[], [], []];
  for (const [said, update, at] of heard) {
    const next = begun.get(update + 1);
    if (said !== 'updated' || update <= WARM_UP || next === undefined) continue;
    whole.push(at - begun.get(update)!);
    (update % evalEvery === 0 ? evaluating : between).push(next - at);
  }
  const row: Row = { 'all ms': rounded(median(whole)), 'between ms': rounded(median(between)) };
  if (evaluating.length > 0) row['an evaluation ms'] = rounded(median(evaluating) - median(between));
  return row;
}

/** An update by stage, in Node: on the CPU engine, unless another is given. */
export async function updateInNode(
  name: string,
  updates: number,
  {
    where = 'Node',
    preset = defaultConfig.preset,
    makeEngine,
  }: { where?: string; preset?: string; makeEngine?: () => Promise<Engine> } = {},
): Promise<Row> {
  const config = { ...configOf(name), preset };
  const { events, settled, free } = await headless(config, () => undefined, { makeEngine });
  const stages = new Map<string, Map<number, number>>();
  const heard: Heard[] = [];
  let stage = '';
  let last = performance.now();
  const hear = (event: RunEvent) => {
    const now = performance.now();
    if (stage && event.update > WARM_UP) {
      const took = stages.get(stage) ?? new Map<number, number>();
      took.set(event.update, (took.get(event.update) ?? 0) + now - last);
      stages.set(stage, took);
    }
    if (event.type === 'phase') stage = event.phase === 'evaluate' ? '' : event.phase;
    if (event.type === 'phase' && event.phase === 'prompts') heard.push(['prompts', event.update, now]);
    if (event.type !== 'updated') return;
    heard.push(['updated', event.update, now]);
    stage = '';
  };
  for await (const event of events) {
    hear(event);
    if (event.update > updates + WARM_UP) break;
    last = performance.now();
  }
  await settled();
  free();
  const medians = [...stages].map(([phase, took]) => [phase, rounded(median([...took.values()]))]);
  return {
    where,
    'kept by': name,
    ...timesOf(heard, config.knobs.evalEvery),
    ...(Object.fromEntries(medians) as Row),
  };
}
