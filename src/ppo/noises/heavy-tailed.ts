import { spreadText, verdict, type Noise } from './definition.ts';
import type { RandomStream } from '../../protocol/random-stream.ts';

/** Student's t with 2 degrees of freedom (infinite variance), by inverting F(t) = ½ + t/(2√(2 + t²)). */
function studentT2(random: RandomStream): number {
  // 0 has no finite inverse; everything else that is drawn has.
  const p = Math.max(random.uniform(), 2 ** -53);
  return (2 * p - 1) / Math.sqrt(2 * p * (1 - p));
}

/** s = v + spread·t₂, v = ±1 the truth. The limit of all scores cuts its tails at ±5. */
export const heavyTailed: Noise = {
  name: 'heavy-tailed',
  reads: ['spread'],
  standard: { spread: 0.5 },
  score: (testScore, { spread }, random) => verdict(testScore) + spread * studentT2(random),
  says: (config) => `passed scores 1, failed −1${spreadText(config, 'heavy-tailed noise')}`,
  words: {
    title: 'Heavy-tailed noise',
    text: 'Most scores are nearly right, a few are far off: the noise is Student’s t with 2 degrees of freedom. The highest and the lowest scores are mostly accidents. With errors of this kind a policy can have a high score, stay near its reference, and be no better (arXiv 2407.14503).',
    here: 'Cut off at ±5, and drawn anew for every response, so that there is nothing in it to learn.',
  },
};
