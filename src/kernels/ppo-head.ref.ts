import { knobIndex, tokenStatCount } from './catalogue.ts';
import { entropyOf, logSoftmax } from './log-prob.ref.ts';
import type { Arrays, Dims } from './reference.ts';

/** |log ρ| at most: ρ stays finite in f32. */
const MAX_LOG_RATIO = 20;

function clamp(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}

/**
 * Schulman et al. 2017, eq. 7. With p = softmax(z/τ), a the token, n = 1 / inverseCount, the
 * gradient along logit k is (g·(1[k = a] − p_k) + entropyCoef·p_k·(log p_k + H)) / (τ·n), g = −A·ρ where the unclipped loss is
 * the larger or equal, else 0.
 */
export function ppoHead(a: Arrays<'ppo-head'>, { M, V, N }: Dims<'ppo-head'>): void {
  const knob = (name: keyof typeof knobIndex) => a.knobs[knobIndex[name]];
  const temperature = knob('temperature');
  const inverseCount = knob('inverseCount');
  a.tokenStats.fill(0, 0, M * tokenStatCount);
  for (let m = 0; m < M; m++) {
    const row = a.logits.subarray(m * N, (m + 1) * N);
    if (a.mask[m] === 0) {
      row.fill(0);
      continue;
    }
    const [oldLogprob, advantage] = a.old.subarray(2 * m, 2 * m + 2);
    const action = a.targets[m];
    const logprobs = logSoftmax(row.subarray(0, V), temperature);
    const entropy = entropyOf(logprobs);

    const logRatio = clamp(logprobs[action] - oldLogprob, -MAX_LOG_RATIO, MAX_LOG_RATIO);
    const ratio = Math.exp(logRatio);
    const unclippedLoss = -advantage * ratio;
    const clippedLoss = -advantage * clamp(ratio, 1 - knob('clipRange'), 1 + knob('clipRange'));
    const clipped = clippedLoss > unclippedLoss;

    const slope = clipped ? 0 : -advantage * ratio;
    for (let v = 0; v < V; v++) {
      const p = Math.exp(logprobs[v]);
      const policyPart = slope * ((v === action ? 1 : 0) - p);
      const entropyPart = knob('entropyCoef') * p * (logprobs[v] + entropy);
      row[v] = (inverseCount / temperature) * (policyPart + entropyPart);
    }
    row.fill(0, V);

    // In the order of tokenStat.
    const policyLoss = Math.max(unclippedLoss, clippedLoss);
    const approxKl = ratio - 1 - logRatio;
    a.tokenStats.set(
      [logprobs[action], ratio, policyLoss, approxKl, clipped ? 1 : 0, entropy],
      m * tokenStatCount,
    );
  }
}
