import type { NetworkConfig } from './network.ts';
import type { Rollout } from './rollout.ts';

/** A sequence that a network looks at: of `length` tokens, read at `reads` of them. */
export interface Sight {
  length: number;
  reads: number;
}

/** Responses as PPO looks at them: all of a rollout, or the rows that are named. What a token foretells is read where it is of the response. */
export function sightsOf(
  { lengths, promptLengths }: Pick<Rollout, 'lengths' | 'promptLengths'>,
  rows: readonly number[] = [...lengths.keys()],
): Sight[] {
  return rows.map((r) => ({ length: lengths[r] - 1, reads: lengths[r] - promptLengths[r] }));
}

/**
 * Floating-point operations of the forward pass over sequences: two a multiply-add, of the matrix products and of attention, which are
 * nearly all there are. What follows the last attention is worked out only where something is read.
 */
export function forwardFlops(
  { layers, channels: C, columns: N }: NetworkConfig,
  sights: readonly Sight[],
): number {
  const sum = (of: (sight: Sight) => number) => sights.reduce((total, sight) => total + of(sight), 0);
  const tokens = sum(({ length }) => length);
  const reads = sum(({ reads: r }) => r);
  // Every token looks at those before it and itself, once for the weights and once for the values.
  const looks = sum(({ length }) => (length * (length + 1)) / 2);
  const afterAttention = 9 * C * C;
  const products =
    layers * 3 * C * C * tokens + ((layers - 1) * tokens + reads) * afterAttention + C * N * reads;
  return 2 * (products + layers * 2 * C * looks);
}

/** An update's parts, as far as they cost: who looks at what. */
export interface UpdateSights {
  /** All responses, as they are written: every token of a response is read. */
  sampled: readonly Sight[];
  /** Whether a reward model scores them, each at its end; the tests cost no FLOPs. */
  isScored: boolean;
  /** What a filter asks policy and reference about before it chooses. */
  asked: readonly Sight[];
  /** What log-probs and values are worked out of. */
  experienced: readonly Sight[];
  /** What is learned from in every epoch. */
  learned: readonly Sight[];
  epochs: number;
}

/** FLOPs of an update: a backward pass counts as two forward ones. Policy, reference, critic and reward model are one size but for their heads. */
export function updateFlops(policy: NetworkConfig, of: UpdateSights): number {
  const scalar = { ...policy, columns: 1 };
  const both = (sights: readonly Sight[]) => forwardFlops(policy, sights) + forwardFlops(scalar, sights);
  const ends = of.sampled.map(({ length }) => ({ length, reads: 1 }));
  return (
    forwardFlops(policy, of.sampled) +
    (of.isScored ? forwardFlops(scalar, ends) : 0) +
    2 * forwardFlops(policy, of.asked) +
    forwardFlops(policy, of.experienced) +
    both(of.experienced) +
    3 * of.epochs * both(of.learned)
  );
}
