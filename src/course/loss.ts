import type { Exercise } from './exercise.ts';
import { correlation, passRates, percent, short } from './read.ts';

const UPDATES = 25;

/** The loss of PPO says nothing of how good the policy has become. */
export const loss: Exercise = {
  id: 'loss',
  title: 'Loss is not progress',
  intro:
    'Who trains a classifier watches the loss fall. PPO has a loss, too: the one that every step makes smaller. No chart of this page draws it.',
  question: 'While the policy learns, what will its loss do?',
  options: [
    'Fall as the pass rate rises.',
    'Go up and down, whatever the pass rate does.',
    'Rise as the pass rate rises.',
  ],
  usual: 1,
  trials: [
    {
      does: `Train ${UPDATES} updates`,
      knobs: {},
      updates: UPDATES,
      read: (trace) => ({
        ...passRates(trace),
        correlation: correlation(trace.known('policy/loss'), trace.known('objective/pass_rate')),
      }),
    },
  ],
  find: ([{ before, after, correlation }]) => ({
    answer: correlation < -0.5 ? 0 : correlation > 0.5 ? 2 : 1,
    says: `The held-out pass rate went from ${percent(before)} to ${percent(after)}. Loss and pass rate of the updates correlate by ${short(correlation)}, where −1 and 1 would be in step.`,
  }),
  why: () =>
    'The loss of an update compares the policy with itself a moment before, on responses of its own, with advantages that are centred anew each time. It begins near zero in every update, whatever the policy can do. What to watch instead: the truth, the score, and the KL between policy and reference.',
  ask: 'Which curve on this page would have told you that it learns, and which that something goes wrong?',
  terms: ['advantage', 'evaluation', 'pass-at-1'],
};
