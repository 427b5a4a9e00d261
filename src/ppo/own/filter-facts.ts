/** What code of a visitor's is told of a batch: of every response what the score and the policy say of it, and never the truth. */
import { meanOf } from '../filters/definition.ts';
import { rankWithin } from '../ranks.ts';

/** By the policy that wrote the responses, at the sampling temperature; sums over a response's tokens, in nats. */
export interface PolicyFacts {
  /** (R) */
  logprob: ArrayLike<number>;
  /** (R) Σ (log-prob under the policy − under the reference): one sample's estimate of the KL, which may be below 0. */
  kl: ArrayLike<number>;
  /** (R) of the policy's choice of each token. */
  entropy: ArrayLike<number>;
}

/** A batch of R = P·N responses, row = prompt · groupSize + sample. */
export interface Facts extends Partial<PolicyFacts> {
  /** (R) */
  scores: Float32Array;
  groupSize: number;
  /** (R) tokens of the response, without its end token. */
  lengths: ArrayLike<number>;
  /** (R) whether it closed with an end token. */
  ended: ArrayLike<boolean | number>;
  /** (R) */
  programs: readonly string[];
}

const policyFacts = ['logprob', 'kl', 'entropy'] as const satisfies (keyof PolicyFacts)[];

/** Whether the code names a number that only the policy can tell, which costs a forward pass over the batch. */
export const namesPolicyFacts = (code: string): boolean => /\b(logprob|kl|entropy)\b/.test(code);

function spreadOf(scores: readonly number[]): { mean: number; deviation: number } {
  const mean = meanOf(scores);
  return { mean, deviation: Math.sqrt(meanOf(scores.map((score) => (score - mean) ** 2))) };
}

/** The arguments of `filter`, prompt by prompt, each as the JSON of an array. (P) */
export function argumentsOf(facts: Facts): string[] {
  const { scores, groupSize, lengths, ended, programs } = facts;
  const prompts = scores.length / groupSize;
  const ranks = new Uint32Array(scores.length);
  rankWithin(scores, groupSize).forEach((row, place) => (ranks[row] = place % groupSize));
  const batch = { prompts, responses: groupSize, ...spreadOf(Array.from(scores)) };
  return Array.from({ length: prompts }, (_, prompt) => {
    const rows = Array.from({ length: groupSize }, (__, sample) => prompt * groupSize + sample);
    const responses = rows.map((row) => ({
      ...{ score: scores[row], rank: ranks[row], length: lengths[row], ended: Boolean(ended[row]) },
      program: programs[row],
      ...Object.fromEntries(policyFacts.flatMap((name) => (facts[name] ? [[name, facts[name][row]]] : []))),
    }));
    return JSON.stringify([{ responses, ...spreadOf(rows.map((row) => scores[row])) }, batch]);
  });
}

/** A batch that was made up to try a filter on. */
export interface MadeUp extends Facts {
  /** To follow "a made-up batch". */
  says: string;
}

/** Batches that a filter may meet, and that the one at hand may not show. */
export function madeUpBatches(): MadeUp[] {
  const batchOf = (says: string, groupSize: number, scores: readonly number[], cutOff?: number): MadeUp => {
    const lengths = scores.map((_, row) => (row === cutOff ? 40 : 5 + ((7 * row) % 11)));
    return {
      ...{ says, groupSize, lengths, scores: Float32Array.from(scores) },
      ended: scores.map((_, row) => row !== cutOff),
      programs: scores.map((_, row) => `function f(a) {\n  return ${row};\n}\n`),
      logprob: lengths.map((length, row) => -0.1 - 0.5 * (row % 3) * length),
      kl: lengths.map((length, row) => 0.02 * length - 0.05 * (row % 5)),
      entropy: lengths.map((length, row) => 0.1 + 0.3 * (row % 4) * length),
    };
  };
  return [
    batchOf('with ties', 4, [1, 0.5, 1, -1, /**/ 0, 0, 0, 2, /**/ -1, -1, 1, 1]),
    batchOf('of equal scores', 4, [0.5, 0.5, 0.5, 0.5, /**/ 0.5, 0.5, 0.5, 0.5]),
    batchOf('of two responses to a prompt', 2, [1, -1, /**/ 0.25, 0.75]),
    batchOf('in which a response was cut off', 4, [0.5, -2, 1.5, -0.5, /**/ 3, 1, -3, 0.1], 1),
  ];
}
