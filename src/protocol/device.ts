import type { OwnEngine } from './config.ts';
import type { EngineCounts } from './engine-report.ts';

/** Page → a thread that finds out what this device computes, and how fast. One job a thread; ending it ends the job. */
export type DeviceJob =
  /** Run the cases of kernels (all, where none is named) on an engine, and compare with the references. */
  | { type: 'check'; engine: OwnEngine; kernels: string[] }
  /** Time what a run asks of an engine, with the preset's policy. `baseUrl` is where `models/` lies. */
  | { type: 'measure'; engine: OwnEngine; preset: string; baseUrl: string };

/** The cases of a kernel on an engine, and of all they wrote the number that used most of its tolerance. */
export interface KernelChecked {
  kernel: string;
  engine: OwnEngine;
  cases: number;
  /** The case, and where in it. */
  about: string;
  binding: string;
  index: number;
  got: number;
  expected: number;
  /** |got − expected| over |expected| + root mean square of the binding. */
  relative: number;
  /** What is allowed of it; inputs that make rounding worse allow more. */
  tolerance: number;
  /** |got − expected| as a multiple of what is allowed: up to 1 it agrees. */
  excess: number;
  /** The kernel could not be run: why. */
  problem?: string;
}

/** One thing that a run does, timed. */
export interface Measured {
  engine: OwnEngine;
  what: string;
  /** Responses that it went over. */
  rows: number;
  /** Milliseconds of the first run, in which code is still compiled, and the median of the `runs` after it. */
  first: number;
  median: number;
  runs: number;
  /** Of one run. */
  counts: EngineCounts;
}

/** That thread → page; `done` or `problem`, a sentence, is the last. */
export type DeviceNotice =
  /** What is computed with, and what is being done. */
  | { type: 'on'; engine: OwnEngine; device: string; isSoftware: boolean }
  | { type: 'doing'; what: string }
  | ({ type: 'checked' } & KernelChecked)
  | ({ type: 'measured' } & Measured)
  | { type: 'done' }
  | { type: 'problem'; problem: string };
