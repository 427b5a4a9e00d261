import type { Knobs } from '../protocol/config.ts';
import type { MetricName } from '../protocol/metrics.ts';

/** One value of a metric. */
export interface Measured {
  update: number;
  value: number;
}

/** What of a run an exercise reads. */
export interface Trace {
  /** Every value that is known of a metric, up to the exercise's last update, oldest first. */
  known(name: MetricName): readonly Measured[];
  /** The newest batch that was judged: scores and shares of tests passed, (P·N) each, a prompt's N after another. */
  batch?: { scores: ArrayLike<number>; testScores: ArrayLike<number>; groupSize: number };
  /** Of the responses that were learned from last: nats each, by the estimator k1, which can be negative. */
  kl?: ArrayLike<number>;
}

/** What was read of a run, to be kept: finite numbers by a name of the exercise's own. */
export type Numbers = Readonly<Record<string, number>>;

/** One run that an exercise has a learner make, on the models that every page has, from the seed that is set. */
export interface Trial {
  /** "Train 25 updates with β = 0" */
  does: string;
  /** What differs from the standard. */
  knobs: Partial<Knobs>;
  /** 0 where the untrained policy's batch is enough. */
  updates: number;
  read: (trace: Trace) => Numbers;
}

/** What runs came to. */
export interface Finding {
  /** Which of the exercise's options they showed. */
  answer: number;
  /** Its numbers, in a sentence. */
  says: string;
}

/**
 * A lesson of the course: a question, the learner's own prediction, runs of the real thing, and a measured event that decides. What
 * usually comes out is measured too (`npm run course`), over seeds.
 */
export interface Exercise {
  /** In addresses, and where answers are kept. */
  id: string;
  title: string;
  /** Two or three short sentences. */
  intro: string;
  question: string;
  options: readonly string[];
  /** The option that runs show, as a rule. */
  usual: number;
  trials: readonly Trial[];
  /** @param numbers of every trial, in order */
  find: (numbers: readonly Numbers[]) => Finding;
  /** Why it comes out as it usually does; short, with the learner's own numbers where they help. */
  why: (numbers: readonly Numbers[]) => string;
  /** What to write about. */
  ask: string;
  /** Entries of the glossary. */
  terms: readonly string[];
}

/** What a learner has said and found in one lesson. */
export interface Answer {
  /** The option that was predicted, before any run. */
  predicted?: number;
  /** What was read of each trial, in order, as far as they are done. */
  numbers: readonly Numbers[];
  /** What differed between each of those runs and the one before it, in sentences; an older page said none. */
  changed?: readonly string[];
  note: string;
}
