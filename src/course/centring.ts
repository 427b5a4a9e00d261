import { defaultKnobs } from '../ppo/knobs.ts';
import type { Knobs } from '../protocol/config.ts';
import type { Exercise } from './exercise.ts';
import { passRates, points } from './read.ts';

const UPDATES = 20;
const knobs: Partial<Knobs> = { filter: { ...defaultKnobs.filter, name: 'best-of-n', keep: 1 } };

/** Best-of-n with advantages centred over what is kept. */
export const centring: Exercise = {
  id: 'centring',
  title: 'Half of the best are made less likely',
  intro:
    'Best-of-n keeps the best-scored of eight. Whitening then shifts the advantages of what is kept so that their mean is 0, which PPO code does by habit.',
  question: 'What does the shift do to learning from the best alone?',
  options: [
    'It helps: the numbers are tidier.',
    'It makes no difference.',
    'It takes most of the gain away.',
  ],
  usual: 2,
  trials: [
    {
      does: `Train ${UPDATES} updates, whitened over the kept`,
      knobs: { ...knobs, whitening: 'kept' },
      updates: UPDATES,
      read: passRates,
    },
    {
      does: `Train ${UPDATES} updates, whitened over all eight`,
      knobs: { ...knobs, whitening: 'all' },
      updates: UPDATES,
      read: passRates,
    },
  ],
  find([kept, all]) {
    const [a, b] = [kept.after - kept.before, all.after - all.before];
    return {
      answer: a > b + 0.05 ? 0 : a > 0.6 * b ? 1 : 2,
      says: `Whitened over the kept the pass rate changed by ${points(a)}, whitened over all by ${points(b)}.`,
    };
  },
  why: () =>
    'Centred among themselves, about half of the best responses have an advantage below zero and are made less likely, though each was the best of its eight. Centred over all eight, the best stay above zero. A filter is not a filter alone: what is done with the advantages afterwards decides what it teaches.',
  ask: 'Best-worst loses little by the same shift. Why?',
  terms: ['whitening', 'advantage', 'filter'],
};
