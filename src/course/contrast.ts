import type { Exercise, Trace } from './exercise.ts';
import { defaultKnobs } from '../ppo/knobs.ts';
import type { Knobs } from '../protocol/config.ts';
import { passRates, percent, points } from './read.ts';

const UPDATES = 10;
const knobs: Partial<Knobs> = {
  teacher: 'tests',
  advantage: 'rloo',
  filter: { ...defaultKnobs.filter, name: 'none' },
};

/** Share of prompts all of whose responses have the same score. */
function read(trace: Trace) {
  const { batch } = trace;
  if (!batch) return { ...passRates(trace), flat: NaN };
  const { scores, groupSize } = batch;
  const prompts = scores.length / groupSize;
  let flat = 0;
  for (let prompt = 0; prompt < prompts; prompt++) {
    const first = scores[prompt * groupSize];
    const own = Array.from({ length: groupSize }, (_, i) => scores[prompt * groupSize + i]);
    if (own.every((score) => score === first)) flat += 1 / prompts;
  }
  return { ...passRates(trace), flat };
}

/** Where all responses to a prompt score alike, comparing them teaches nothing. */
export const contrast: Exercise = {
  id: 'contrast',
  title: 'No contrast, no learning',
  intro:
    'Here the unit tests themselves teach, and each response is compared with the others to its prompt, as in RLOO and GRPO. At a temperature of 0.05 the policy writes what it finds likeliest, almost without chance.',
  question: 'Will it learn faster, since it writes its best?',
  options: ['Faster.', 'About as fast.', 'Much more slowly.'],
  usual: 2,
  trials: [
    { does: `Train ${UPDATES} updates at temperature 1`, knobs, updates: UPDATES, read },
    {
      does: `Train ${UPDATES} updates at temperature 0.05`,
      knobs: { ...knobs, temperature: 0.05 },
      updates: UPDATES,
      read,
    },
  ],
  find([warm, cold]) {
    const [a, b] = [warm.after - warm.before, cold.after - cold.before];
    return {
      answer: b > 1.25 * a ? 0 : b > 0.6 * a ? 1 : 2,
      says: `At temperature 1 the pass rate changed by ${points(a)}, at 0.05 by ${points(b)}.`,
    };
  },
  why: ([warm, cold]) =>
    `All eight responses scored alike for ${percent(cold.flat)} of the prompts, against ${percent(warm.flat)}: then the score prefers none of them, and there is nothing to learn from it. A policy that always answers the same has nothing to compare. It is why tasks that are too easy, or too hard, teach nothing either.`,
  ask: 'Which filters of this page would drop such prompts, and what would that save?',
  terms: ['temperature', 'advantage-estimator', 'advantage'],
};
