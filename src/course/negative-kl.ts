import type { Exercise } from './exercise.ts';
import { last, mean, percent, short } from './read.ts';

const UPDATES = 5;

/** k1, the estimate of the KL that PPO's penalty uses, is below zero for many a response. */
export const negativeKl: Exercise = {
  id: 'negative-kl',
  title: 'A KL below zero',
  intro:
    'The KL says how far the policy has gone from the reference, and a distance is never below zero. What is measured for one response is the sum of log(policy/reference) over its tokens.',
  question: 'After five updates, of how many responses will that number be below zero?',
  options: ['None: it cannot be.', 'Some, and it is no fault.', 'Almost all: the sign is wrong.'],
  usual: 1,
  trials: [
    {
      does: `Train ${UPDATES} updates`,
      knobs: {},
      updates: UPDATES,
      read: (trace) => {
        const kl = Array.from(trace.kl ?? []);
        return {
          negative: mean(kl.map((value) => (value < 0 ? 1 : 0))),
          least: Math.min(...kl),
          mean: mean(kl),
          evaluated: last(trace, 'eval/kl'),
        };
      },
    },
  ],
  find: ([{ negative, least, evaluated }]) => ({
    answer: negative === 0 ? 0 : negative < 0.9 ? 1 : 2,
    says: `${percent(negative)} of the responses that were learned from have one below zero, the least ${short(least)} nats. The mean over the programs of the evaluation is ${short(evaluated)}.`,
  }),
  why: () =>
    'A response’s number is below zero where the reference finds it likelier than the policy does: that is one sample, not the distance. Only its mean over what the policy itself writes cannot be below zero. In practice a mean that stays below zero is a warning: then what is scored was not sampled from the policy, by top-k, say, or by another temperature.',
  ask: 'Why is a filtered batch’s mean no estimate of the distance either?',
  terms: ['kl', 'kl-coefficient', 'temperature'],
};
