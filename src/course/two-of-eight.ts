import { defaultKnobs } from '../ppo/knobs.ts';
import type { Exercise } from './exercise.ts';
import { passRates, percent, points, short } from './read.ts';

const UPDATES = 20;
const filter = (name: string) => ({ ...defaultKnobs.filter, name });

/** What best-worst leaves of the gain, from a quarter of the responses. */
export const twoOfEight: Exercise = {
  id: 'two-of-eight',
  title: 'Two of eight',
  intro:
    'Without a filter the policy learns from all eight responses to a prompt. Best-worst keeps the one with the highest score and the one with the lowest: a quarter.',
  question: 'How much of what the policy gains by learning from all eight will it gain from these two?',
  options: ['Nothing.', 'Up to half of it.', 'More than half of it.'],
  usual: 2,
  trials: [
    {
      does: `Train ${UPDATES} updates on all eight`,
      knobs: { filter: filter('none') },
      updates: UPDATES,
      read: passRates,
    },
    {
      does: `Train ${UPDATES} updates on the best and the worst`,
      knobs: { filter: filter('best-worst') },
      updates: UPDATES,
      read: passRates,
    },
  ],
  find([all, two]) {
    const [ofAll, ofTwo] = [all.after - all.before, two.after - two.before];
    const share = ofAll > 0 ? ofTwo / ofAll : 1;
    return {
      answer: share > 0.5 ? 2 : share > 0.05 ? 1 : 0,
      says: `On tasks that it never trained on, the pass rate rose by ${points(ofAll)} with all eight, and by ${points(ofTwo)} with two: ${percent(share)} of it.`,
    };
  },
  why: ([all, two]) =>
    `Per response learned from, best-worst gained ${short((4 * (two.after - two.before)) / Math.max(all.after - all.before, 0.01))} times as much. The two ends are those whose scores can be trusted most, and they differ most. But all eight had to be written, and per response written no filter has clearly gained more in our suites, where each is tuned for itself: filtering saves learning, not writing.`,
  ask: 'Writing costs as well. When would a filter not pay?',
  terms: ['filter', 'rank', 'pass-at-1'],
};
