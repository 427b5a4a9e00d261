import type { VerdictName } from '../../src/protocol/verdict.ts';

/** A program to judge, and what may become of it. The task: `f(a)` returns the sum of the numbers in `a`. */
export interface Attack {
  name: string;
  program: string;
  /** More than one only where the clock decides, and so the machine. */
  allowed: readonly VerdictName[];
}

/** Stands for an address that counts every request; the test puts in the real one. */
export const leakAddress = 'http://leak.invalid';
