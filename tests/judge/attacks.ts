import type { UnitTest } from '../../src/protocol/task.ts';
import type { Attack } from './attack.ts';
import { brokenPrograms, honestPrograms, wrongTypePrograms } from './plain-programs.ts';
import { tamperingPrograms } from './tampering-programs.ts';
import { escapePrograms, nestingPrograms, resourcePrograms } from './resource-programs.ts';

/** What the attacks are judged by; what they must never find out is on the right. */
export const sumTests: readonly UnitTest[] = [
  { args: [[1, 2, 3]], expected: 6 },
  { args: [[]], expected: 0 },
  { args: [[4, -1]], expected: 3 },
];

/** Sent after every attack: whatever it did, this must pass. */
export const harmless = 'const x = 0; const f = (a) => a.reduce((sum, item) => sum + item, x);';

/** By class, as in the design's list of what the judge must survive. */
export const attacks: Record<string, readonly Attack[]> = {
  honest: honestPrograms,
  broken: brokenPrograms,
  'wrong by type': wrongTypePrograms,
  tampering: tamperingPrograms,
  resources: resourcePrograms,
  nesting: nestingPrograms,
  escape: escapePrograms,
};
