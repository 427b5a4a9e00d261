import { knobIndex } from './catalogue.ts';
import { logSoftmax } from './log-prob.ref.ts';
import type { Arrays, Dims } from './reference.ts';

export function crossEntropy(a: Arrays<'cross-entropy'>, { M, V, N }: Dims<'cross-entropy'>): void {
  a.losses.fill(0, 0, M);
  for (let m = 0; m < M; m++) {
    const row = a.logits.subarray(m * N, (m + 1) * N);
    const logprobs = logSoftmax(row.subarray(0, V));
    row.fill(0);
    if (a.mask[m] === 0) continue;
    a.losses[m] = -logprobs[a.targets[m]];
    for (let v = 0; v < V; v++)
      row[v] = (Math.exp(logprobs[v]) - (v === a.targets[m] ? 1 : 0)) * a.knobs[knobIndex.inverseCount];
  }
}
