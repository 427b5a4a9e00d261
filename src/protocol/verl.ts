import type { Knobs } from './config.ts';

/** A run to be exported for verl: page → thread. */
export interface VerlRequest {
  /** What the run is called, and the folder in the zip. */
  name: string;
  folder: string;
  /** `RunRecord.encode()`. */
  record: Uint8Array<ArrayBuffer>;
  /** In force at its end. */
  knobs: Knobs;
}

/** Thread → page. `problem`: a sentence. */
export type VerlReply = { zip: Uint8Array<ArrayBuffer> } | { problem: string };
