import type { Exercise } from './exercise.ts';
import { last, passRates, percent, short, valuesOf } from './read.ts';

const UPDATES = 30;

/** A score that can be pleased by what is no program, and nothing that holds the policy back. */
export const hacking: Exercise = {
  id: 'hacking',
  title: 'Pleasing instead of programming',
  intro:
    'This reward model is gullible: it has never seen a malformed program, and does not mind one. Nothing holds the policy near where it began: the KL coefficient is 0.',
  question: 'What will become of score and truth?',
  options: ['Both rise.', 'The score rises to the end, the truth rises and then falls.', 'Both fall.'],
  usual: 1,
  trials: [
    {
      does: `Train ${UPDATES} updates with the gullible model, KL coefficient 0`,
      knobs: { teacher: 'gullible', klCoef: 0 },
      updates: UPDATES,
      read: (trace) => ({
        ...passRates(trace),
        scoreBefore: valuesOf(trace.known('eval/scores'))[0],
        scoreAfter: last(trace, 'eval/scores'),
        peak: Math.max(...valuesOf(trace.known('eval/pass@1_held_out'))),
        kl: last(trace, 'eval/kl'),
      }),
    },
  ],
  find([{ before, after, peak, scoreBefore, scoreAfter }]) {
    const isHigher = scoreAfter > scoreBefore;
    // An evaluation is off by a few hundredths.
    const hasTurned = peak - after > 0.1;
    return {
      answer: isHigher ? (hasTurned ? 1 : 0) : 2,
      says: `The score went from ${short(scoreBefore)} to ${short(scoreAfter)}, in deviations of the untrained policy’s; the share of programs that pass from ${percent(before)} up to ${percent(peak)}, and then to ${percent(after)}.`,
    };
  },
  why: ([{ kl }]) =>
    `PPO raises the score, and nothing else. The policy went ${short(kl)} nats from the reference, to where the reward model had never been taught what is wrong: reward hacking, or Goodhart’s law. It is no over-fitting: it is as bad on tasks that it trained on.`,
  ask: 'Open some programs with high scores. What has the policy found out?',
  terms: ['score', 'kl', 'kl-coefficient'],
};
