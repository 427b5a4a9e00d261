import type { Exercise, Trace } from './exercise.ts';
import { most, percent, short } from './read.ts';

const UPDATES = 6;
const read = (trace: Trace) => ({
  clipped: most(trace, 'policy/clip_frac'),
  moved: most(trace, 'policy/approx_kl'),
});

/** With one step an update the ratio is 1 throughout, and PPO is REINFORCE with a baseline. */
export const ratio: Exercise = {
  id: 'ratio',
  title: 'The ratio begins at one',
  intro:
    'PPO weighs every token by how much likelier the policy finds it now than when it was written: the ratio. Clipping is about this ratio. Here an update takes one single Adam step, over all that was kept.',
  question: 'How many tokens will be clipped?',
  options: ['About one in ten.', 'A few.', 'None, ever.'],
  usual: 2,
  trials: [
    {
      does: `Train ${UPDATES} updates of one step`,
      knobs: { epochs: 1, stepsPerUpdate: 1 },
      updates: UPDATES,
      read,
    },
    {
      does: `Train ${UPDATES} updates of 8 epochs, 32 steps`,
      knobs: { epochs: 8, stepsPerUpdate: 32, learningRate: 6e-4, klCoef: 0 },
      updates: UPDATES,
      read,
    },
  ],
  find: ([one, many]) => ({
    answer: one.clipped === 0 ? 2 : one.clipped < 0.05 ? 1 : 0,
    says: `With one step, ${one.clipped === 0 ? 'none was' : `up to ${percent(one.clipped)} were`}; with 32 steps on the same responses, up to ${percent(many.clipped)}.`,
  }),
  why: ([, many]) =>
    `At the first step the policy is the one that wrote the responses: every ratio is 1. Only what is used again is off-policy, and only then has the clip something to do: in the mean over 32 steps the policy was up to ${short(many.moved)} nats a token from itself at the update’s start. With one step an update PPO is REINFORCE with a baseline.`,
  ask: 'Then why take several steps at all? What does each cost, and what does writing cost?',
  terms: ['clip-range', 'epochs', 'adam-steps'],
};
