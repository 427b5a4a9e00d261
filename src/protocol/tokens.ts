import type { AdvantageKnobs } from './config.ts';

/** What is known of every token of one response, its end token included where it has one: (n) each. */
export interface TokenNumbers {
  ids: Uint32Array;
  /** Nats, at the temperature at which it was written: under the policy that was asked. */
  logprobs: Float32Array;
  /** Under the policy that wrote the response; undefined where that one is gone and what it said was not kept. */
  oldLogprobs: Float32Array | undefined;
  refLogprobs: Float32Array;
  /** The critic's. */
  values: Float32Array;
  /** −β times the log-ratio to the reference, plus the score on the last. */
  rewards: Float32Array;
  /** Before whitening. */
  advantages: Float32Array;
  /** As they are learned from; NaN where they are whitened over what is kept and nothing is. */
  whitenedAdvantages: Float32Array;
  returns: Float32Array;
  /** What they were made by. */
  used: AdvantageKnobs;
  /** Whitened is (x − shift) · scale; NaN where it takes moments of what is kept and nothing is. */
  whitening: { shift: number; scale: number };
  /** The policy that was asked: after the last update that was done, and so many Adam steps of the next. */
  policy: { update: number; steps: number };
  /** It is the one that wrote the response. */
  isAuthor: boolean;
  /** Values, rewards, advantages and returns are those that the response's own update worked out; else they are worked out anew. */
  isRemembered: boolean;
}
