import type { Counters } from '../kernels/engine.ts';
import type { EngineCounts } from '../protocol/engine-report.ts';

/** What was asked of an engine between two looks at its counters. */
export function since(before: Counters, now: Counters): EngineCounts {
  const names = Object.keys(now) as (keyof Counters)[];
  return Object.fromEntries(names.map((name) => [name, now[name] - before[name]])) as unknown as EngineCounts;
}
