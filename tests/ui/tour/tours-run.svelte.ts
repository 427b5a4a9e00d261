import { vi } from 'vitest';
import { defaultKnobs } from '../../../src/ppo/knobs.ts';
import type { Status } from '../../../src/ui/status.ts';
import type { ToursRun } from '../../../src/ui/tour/stops.ts';

/** A run of which a test says what it is at. */
export class FakeRun implements ToursRun {
  knobs = $state.raw(defaultKnobs);
  finished = $state(2);
  status = $state.raw<Status>({
    ...{ kind: 'paused', update: 2, phase: undefined, finished: true, last: undefined },
  });
  step = vi.fn();
  play = vi.fn();
  pause = vi.fn();
}
