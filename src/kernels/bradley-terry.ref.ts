import { knobIndex } from './catalogue.ts';
import type { Arrays, Dims } from './reference.ts';

/** −log σ(d) = log(1 + e^(−d)), whose slope is −σ(−d). */
export function bradleyTerry(a: Arrays<'bradley-terry'>, { M, N, P }: Dims<'bradley-terry'>): void {
  const scores = a.scores.slice(0, M * N);
  a.scores.fill(0, 0, M * N);
  for (let p = 0; p < P; p++) {
    const [chosen, rejected] = a.pairs.subarray(2 * p, 2 * p + 2);
    a.losses[p] = 0;
    if (chosen === rejected) continue;
    const difference = scores[chosen * N] - scores[rejected * N];
    a.losses[p] = Math.max(-difference, 0) + Math.log1p(Math.exp(-Math.abs(difference)));
    const slope = -a.knobs[knobIndex.inverseCount] / (1 + Math.exp(difference));
    a.scores[chosen * N] = slope;
    a.scores[rejected * N] = -slope;
  }
}
