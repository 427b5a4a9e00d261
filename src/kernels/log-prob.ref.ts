import { knobIndex } from './catalogue.ts';
import type { Arrays, Dims } from './reference.ts';

/** log softmax(logits/τ): finite for finite logits. */
export function logSoftmax(logits: Float64Array, temperature = 1): Float64Array {
  const max = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp((logit - max) / temperature), 0);
  return logits.map((logit) => (logit - max) / temperature - Math.log(sum));
}

/** −Σ p·log p in nats. */
export function entropyOf(logprobs: Float64Array): number {
  return -logprobs.reduce((total, logprob) => total + Math.exp(logprob) * logprob, 0);
}

export function logProb(a: Arrays<'log-prob'>, { M, V, N }: Dims<'log-prob'>): void {
  const temperature = a.knobs[knobIndex.temperature];
  a.out.fill(0, 0, 2 * M);
  for (let m = 0; m < M; m++) {
    if (a.mask[m] === 0) continue;
    const logprobs = logSoftmax(a.logits.subarray(m * N, m * N + V), temperature);
    a.out.set([logprobs[a.targets[m]], entropyOf(logprobs)], 2 * m);
  }
}
