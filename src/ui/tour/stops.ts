/** The stops of the tour: what is pointed at, what is said of it, and what there is to do. */
import type { Run } from '../run.svelte.ts';
import { canTrain } from '../status.ts';

/** What a stop reads of the run, and asks of it. */
export type ToursRun = Pick<Run, 'knobs' | 'finished' | 'status' | 'step' | 'play'>;
/** The run as it was when the stop was reached, or its task begun. */
export type Before = Pick<ToursRun, 'knobs' | 'finished'>;

interface Task {
  /** In words, where nothing does it for the visitor; else what the button says. */
  text: string;
  /** Does it; where it is not there, the visitor does. */
  begin?: (run: ToursRun) => void;
  isDone: (run: ToursRun, before: Before) => boolean;
}

export interface Stop {
  title: string;
  /** Two or three short sentences, true whatever is set. */
  text: string;
  /** A selector of what is pointed at: the first that is there. */
  at: string;
  task?: Task;
}

/** Updates that are trained at a stop. */
const UPDATES = 5;

export const stops: readonly Stop[] = [
  {
    title: 'A model writes programs',
    text: 'A small language model was asked for programs, some for each task, and wrote these. Each is run on unit tests: green ones pass all of them, red ones do not.',
    at: 'section:has(#matrix-title)',
  },
  {
    title: 'Each gets a score, which can be wrong',
    text: 'What the model is to please is a score. Here the scores stand against the truth: where the dots rise to the right, a high score means a program that works; where they lie level, it tells nothing.',
    at: 'section:has(#trust-title)',
  },
  {
    title: 'Which should it learn from?',
    text: 'That is the question of PF-PPO, Policy Filtration PPO: a filter keeps the responses whose score can be trusted, and the others are not learned from. Rings among the programs mark what is kept.',
    at: 'section:has(#filter-title)',
    task: {
      text: 'Choose another filter, and see the rings move.',
      isDone: ({ knobs }, before) => knobs.filter.name !== before.knobs.filter.name,
    },
  },
  {
    title: 'One update of PPO',
    text: 'Prompts, programs, scores, filter, advantages, some passes of PPO over what was kept: this strip goes through them. Press a word of it for the formula with the numbers of one response.',
    at: '.flow',
    task: {
      text: 'Do one update',
      begin: (run) => run.step('update'),
      isDone: ({ finished }, before) => finished > before.finished,
    },
  },
  {
    title: 'Score and truth, over the updates',
    text: 'Green is how many programs pass, on tasks that were never trained on too. Score and truth can part: then the policy has found out how to please, and not how to program.',
    at: 'section:has(#time-title)',
    task: {
      text: `Train for ${UPDATES} updates`,
      begin: (run) => run.play({ updates: run.finished + UPDATES }),
      isDone: ({ finished }, before) => finished >= before.finished + UPDATES,
    },
  },
  {
    title: 'Which filter should win?',
    text: 'These numbers are known before anything is learned, and each claims to say it. See who is right: Compare lets settings race under the same seeds, and Evidence has what our own suites of runs came to.',
    at: 'section:has(#compare-title)',
  },
];

/** The task can be begun now. */
export const canBegin = ({ status }: ToursRun): boolean => canTrain(status);
