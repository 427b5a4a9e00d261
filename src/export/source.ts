import type { Knobs, RunConfig } from '../protocol/config.ts';
import type { Measured } from './measured.ts';

/** What is exported: a run as it is at its end, or a scenario before any. */
export interface ExportSource {
  /** As whoever exports it calls it. */
  name: string;
  config: RunConfig;
  /** Those in force at the end: what was set otherwise on the way is in them, and when is not. */
  knobs: Knobs;
  /** Updates done; 0 of a scenario. */
  updates: number;
  /** Whether any knob was another one on the way. */
  isChanged: boolean;
  /** What was measured on its last batch whose truth is known. */
  measured?: Measured;
}
