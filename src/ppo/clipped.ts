/** One token's term of PPO's objective, which an Adam step makes larger. */
export interface ClippedTerm {
  /** ρ: how many times as likely the token is as when it was written. */
  ratio: number;
  /** ρ, no further from 1 than the clip range. */
  clippedRatio: number;
  /** min(ρ·A, clip(ρ)·A) */
  objective: number;
  /** Whether the clipped product is the smaller, strictly: the token then has no gradient. */
  isClipped: boolean;
}

/**
 * Schulman et al. 2017 (arXiv 1707.06347), equation 7, of one token.
 * @param logprob under the policy as it is
 * @param oldLogprob under the policy that wrote it
 * @param advantage whitened
 * @param clipRange ε > 0
 */
export function clippedTerm(
  logprob: number,
  oldLogprob: number,
  advantage: number,
  clipRange: number,
): ClippedTerm {
  const ratio = Math.exp(logprob - oldLogprob);
  const clippedRatio = Math.min(Math.max(ratio, 1 - clipRange), 1 + clipRange);
  const [plain, clipped] = [ratio * advantage, clippedRatio * advantage];
  return { ratio, clippedRatio, objective: Math.min(plain, clipped), isClipped: clipped < plain };
}
