import { normal } from '../random.ts';
import { spreadText, verdict, type Noise } from './definition.ts';

/** s = v + spread·z, v = ±1 the truth, z standard normal. */
export const even: Noise = {
  name: 'even',
  reads: ['spread'],
  standard: { spread: 1.5 },
  score: (testScore, { spread }, random) => verdict(testScore) + spread * normal(random),
  says: (config) => `passed scores 1, failed −1${spreadText(config)}`,
  words: {
    title: 'Even noise',
    text: 'Gaussian noise on every score alike. No score is worth more than its neighbours: each is a little better evidence than the one below it.',
  },
};
