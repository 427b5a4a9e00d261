import { defaultKnobs } from '../ppo/knobs.ts';
import { standardNoise } from '../ppo/noise.ts';
import type { Knobs } from '../protocol/config.ts';
import type { Exercise } from './exercise.ts';
import { passRates, points } from './read.ts';

const UPDATES = 15;
const flipping = (wrong: number): Partial<Knobs> => ({
  teacher: 'tests',
  filter: { ...defaultKnobs.filter, name: 'none' },
  noise: { ...standardNoise('flipped'), falsePass: wrong, falseFail: wrong },
});

/** A judge that errs: Youden's J decides whether learning is slower or backwards (arXiv 2601.04411). */
export const fate: Exercise = {
  id: 'fate',
  title: 'Slower, or backwards',
  intro:
    'A judge says pass or fail and is often wrong, at random. One errs in 3 of 10 verdicts, another in 6 of 10.',
  question: 'What becomes of a policy that learns from them?',
  options: [
    'It learns nothing from either.',
    'From the first it learns, only more slowly; from the second the wrong way.',
    'It learns from both: errors at random cancel out.',
  ],
  usual: 1,
  trials: [
    {
      does: `Train ${UPDATES} updates with 3 of 10 wrong`,
      knobs: flipping(0.3),
      updates: UPDATES,
      read: passRates,
    },
    {
      does: `Train ${UPDATES} updates with 6 of 10 wrong`,
      knobs: flipping(0.6),
      updates: UPDATES,
      read: passRates,
    },
  ],
  find([better, worse]) {
    const [a, b] = [better.after - better.before, worse.after - worse.before];
    return {
      answer: a <= 0 ? 0 : b < 0 ? 1 : 2,
      says: `The pass rate changed by ${points(a)} with the first, and by ${points(b)} with the second.`,
    };
  },
  why: () =>
    'What is left of the truth is J, one less both shares of errors: 0.4 with the first, −0.2 with the second. Over many responses errors at random do cancel out, so that any J above zero teaches what is right, more slowly the smaller it is. At zero there is nothing to learn, and below zero a pass is evidence of a failure.',
  ask: 'How many verdicts would you have checked by hand before you train on a judge?',
  terms: ['noise', 'teacher', 'truth'],
};
