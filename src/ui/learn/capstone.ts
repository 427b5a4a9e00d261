import { ranked } from '../../course/capstone.ts';
import { scenarioOf } from '../../ppo/scenarios.ts';
import type { RunConfig } from '../../protocol/config.ts';

/** Whether these settings are what the course ends with: its four filters, in any order, where one of twelve wrong programs is a fraud. */
export function isCapstone(arms: readonly Pick<RunConfig, 'knobs'>[]): boolean {
  const names = arms.map(({ knobs }) => knobs.filter.name);
  const isThere = arms.every(({ knobs }) => scenarioOf(knobs)?.id === /* @wc-ignore */ 'hacked top');
  return isThere && names.length === ranked.length && ranked.every((name) => names.includes(name));
}
