import type { Exercise } from './exercise.ts';
import { last, most, passRates, percent, short } from './read.ts';
import type { Trace } from './exercise.ts';

const UPDATES = 20;
const read = (trace: Trace) => ({
  ...passRates(trace),
  clipped: most(trace, 'policy/clip_frac'),
  kl: last(trace, 'eval/kl'),
});

/** PPO's clip bounds a step, the KL penalty the way. */
export const leash: Exercise = {
  id: 'leash',
  title: 'The clip is not the leash',
  intro:
    'PPO clips the ratio of new to old policy at 0.8 and 1.2, “to stay close”. Another knob, the KL coefficient, takes from the score what the distance to the reference costs.',
  question: 'Without the KL coefficient, will the clip keep the policy near the reference?',
  options: [
    'Yes, it bounds every step.',
    'No: it hardly ever acts, and the policy walks away.',
    'Neither does: the policy goes as far with both.',
  ],
  usual: 1,
  trials: [
    {
      does: `Train ${UPDATES} updates with the clip alone`,
      knobs: { klCoef: 0, learningRate: 3e-4 },
      updates: UPDATES,
      read,
    },
    {
      does: `Train ${UPDATES} updates with a KL coefficient of 1`,
      knobs: { klCoef: 1, learningRate: 3e-4 },
      updates: UPDATES,
      read,
    },
  ],
  find([alone, held]) {
    const isFurther = alone.kl > 2 * held.kl;
    return {
      answer: !isFurther ? (alone.kl > 1 ? 2 : 0) : 1,
      says: `With the clip alone at most ${percent(alone.clipped)} of the tokens were clipped in an update, and the policy ended ${short(alone.kl)} nats from the reference; with the coefficient, ${short(held.kl)}.`,
    };
  },
  why: ([alone, held]) =>
    `The clip compares with the policy of a moment ago, and forgets it at the next update: many small steps lead anywhere. The penalty compares with where all began. It has its price: held-out pass rates were ${percent(alone.after)} without and ${percent(held.after)} with it.`,
  ask: 'A score that is easily pleased: which of the two would you rather do without?',
  terms: ['clip-range', 'kl-coefficient', 'kl'],
};
