import type { Answer } from './exercise.ts';

/** An order of filters that was said before they trained, held against what came out. */
export interface Grade {
  /** Names of filters, highest first. */
  said: readonly string[];
  /** At equal amounts of each cost: the order that was measured, and Spearman's correlation of the two, −1 … 1. */
  at: readonly { cost: string; agreement: number; measured: readonly string[] }[];
  seeds: readonly number[];
  /** Of each run. */
  updates: number;
}

/** All that a learner has answered. */
export interface Answers {
  /** By the lesson's id. */
  lessons: Readonly<Record<string, Answer>>;
  /** What the course ends with. */
  grade?: Grade;
}
