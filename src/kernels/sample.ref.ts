import { knobIndex } from './catalogue.ts';
import type { Arrays, Dims } from './reference.ts';

type Words = readonly [number, number, number, number];

/** The high and the low word of a 32 × 32-bit product. */
function multiply(a: number, b: number): [high: number, low: number] {
  const product = BigInt(a) * BigInt(b);
  return [Number(product >> 32n), Number(product & 0xffffffffn)];
}

/** Philox4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011. */
export function philox(counter: Words, key: readonly [number, number]): Words {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = multiply(0xd2511f53, c0);
    const [high1, low1] = multiply(0xcd9e8d57, c2);
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** Standard Gumbel noise from a random word, through the f32 that the catalogue prescribes. */
export function gumbel(word: number): number {
  const u = Math.fround(Math.fround(word) + 0.5) * 2 ** -32;
  return -Math.log(-Math.log(Math.min(Math.max(u, 2 ** -33), 1 - 2 ** -24)));
}

/** What the sampler maximises: logits[b, v]/τ + Gumbel for each v < V. */
export function perturbed(a: Arrays<'sample'>, { V, N }: Dims<'sample'>, b: number): number[] {
  const temperature = a.knobs[knobIndex.temperature];
  const [key0, key1, firstRow, rollout] = a.rng;
  const row = (firstRow + a.rows[b]) >>> 0;
  return Array.from({ length: V }, (_, v) => {
    const words = philox([Math.floor(v / 4), a.positions[b], row, rollout], [key0, key1]);
    return a.logits[b * N + v] / temperature + gumbel(words[v % 4]);
  });
}

/** Gumbel-max: the argmax of logits/τ plus Gumbel noise is a draw from softmax(logits/τ). */
export function sample(a: Arrays<'sample'>, d: Dims<'sample'>): void {
  for (let b = 0; b < d.B; b++) {
    if (a.current[b] === d.end) a.next[b] = d.end;
    else {
      const scores = perturbed(a, d, b);
      a.next[b] = scores.indexOf(Math.max(...scores));
    }
  }
}
