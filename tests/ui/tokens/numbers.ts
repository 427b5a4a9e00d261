import type { TokenNumbers } from '../../../src/protocol/tokens.ts';
import { encode } from '../../../src/tasks/vocabulary.ts';

/** Of "return a <end>", learned from in update 12 and asked after it: the first has become likelier, the second less likely. */
export const numbersOf = (part: Partial<TokenNumbers> = {}): TokenNumbers => ({
  ids: Uint32Array.from(encode(['return', 'a', '<end>'])),
  logprobs: Float32Array.of(Math.log(0.6), Math.log(0.2), 0),
  oldLogprobs: Float32Array.of(Math.log(0.4), Math.log(0.4), 0),
  refLogprobs: Float32Array.of(Math.log(0.4), Math.log(0.8), 0),
  values: Float32Array.of(0.5, 0.25, 0.75),
  rewards: Float32Array.of(0, 0.125, 1),
  advantages: Float32Array.of(0.5, 0.25, 0.25),
  whitenedAdvantages: Float32Array.of(2, 1, -1),
  returns: Float32Array.of(1, 0.5, 1),
  used: { klCoef: 0.125, gamma: 1, gaeLambda: 1, advantage: 'gae', whitening: 'kept' },
  whitening: { shift: 0, scale: 4 },
  policy: { update: 12, steps: 0 },
  isAuthor: false,
  isRemembered: true,
  ...part,
});
