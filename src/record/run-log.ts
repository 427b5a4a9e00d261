/** A log of metrics, whoever wrote it, as the page's figures can show it. */
import type { Knobs } from '../protocol/config.ts';
import type { Metrics } from '../protocol/metrics.ts';

/** Characters of a log, or bytes. */
export const MOST_LOG_TEXT = 60_000_000;
/** Updates of a log: its charts make room for as many numbers. */
export const MOST_UPDATES = 200_000;

/** A metric of a log that is not drawn. */
export interface Unshown {
  name: string;
  /** A sentence; undefined where nothing of ours corresponds to it. */
  why?: string;
}

/** What of a log our figures can show. */
export interface RunLog {
  /** The program that wrote it. */
  maker: 'UNIPO' | 'verl' | 'TRL' | 'OpenRLHF';
  /** What it is of: "ppo, meta-llama/Llama-3.2-1B, math reasoning"; empty where the log does not say. */
  about: string;
  /** It was exported here: its scores are in our unit. */
  isOurs: boolean;
  /** Entries that the numbers of its updates were made of. */
  steps: number;
  /** In order, each update once: its numbers under our names. */
  updates: { update: number; metrics: Metrics }[];
  /** Of ours: what was set otherwise in mid-run, at the update that first read it so. */
  changes: { update: number; before: Knobs; after: Knobs }[];
  /** Of what is drawn, what is not quite what it is here: sentences. */
  notes: readonly string[];
  unshown: readonly Unshown[];
}

/** A log that cannot be read; the message is a sentence. */
export class LogError extends Error {
  override readonly name = 'LogError';
}

/** How much of a name or a value is told: it may be anything. */
const TOLD = 80;

/** A name out of a log, fit to be told: short, without what a reader cannot see. */
export function named(name: string): string {
  const shown = name.slice(0, TOLD).replace(/\p{C}/gu, '\u{FFFD}');
  return name.length > TOLD ? `${shown}…` : shown;
}

/** What stands in a log where something else was expected. */
export function told(value: unknown): string {
  if (typeof value === 'string') return `“${named(value)}”`;
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : 'an object';
}
