/** A value that survives JSON: what a unit test hands to a program and expects back. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** One call of the entry point and the value it must return. The policy never sees these. */
export interface UnitTest {
  args: Json[];
  expected: Json;
}

/** A programming problem. */
export interface Task {
  /** Unique and stable, e.g. `array/odd/doubled/sum`. */
  id: string;
  /** Plain English, e.g. "the sum of the odd items of a, each doubled". */
  statement: string;
  /** The statement as the policy reads it: vocabulary ids, ready to be followed by a response. */
  promptIds: readonly number[];
  /** The text in front of the response, e.g. `function f(a) {`; the judge needs it, the policy does not write it. */
  signature: string;
  /** The name the tests call. */
  entryPoint: string;
  /** `held-out` compositions never appear in training, neither in SFT nor in PPO. */
  split: 'train' | 'held-out';
  /** At least 10; of a visitor's own, at least one. */
  tests: readonly UnitTest[];
}

/** A problem that a visitor wrote: plain data, so that a run can carry it. What is said of it is checked by `tasks/own-tasks.ts`. */
export interface OwnTask extends Pick<Task, 'statement' | 'signature' | 'split'> {
  /** At least one. */
  tests: UnitTest[];
}
