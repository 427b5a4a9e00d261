/** Stage 4 where the filter is code of a visitor's: what the code is told, and what becomes of an update in which it fails. */
import type { Policy } from './model/policy.ts';
import { responseIds, type Rollout } from './model/rollout.ts';
import { namesPolicyFacts, ownChances, OwnFilterError, type PolicyFacts } from './ppo/own/own-filter.ts';
import { RunError } from './protocol/failure.ts';
import type { Training } from './training.ts';

/** (R) each: what the policy says of its own responses. A forward pass over all of them; leaves the policy as it was. */
export async function policyFactsOf(
  policy: Policy,
  rollout: Rollout,
  temperature: number,
): Promise<Record<keyof PolicyFacts, Float32Array>> {
  const { logprobs, refLogprobs, entropies, mask } = await policy.experience(rollout, temperature, false);
  const { rows, contextLength: T } = rollout;
  const sums = (of: (m: number) => number) =>
    Float32Array.from({ length: rows }, (_, r) => {
      let sum = 0;
      for (let m = r * T; m < (r + 1) * T; m++) if (mask[m] === 1) sum += of(m);
      return sum;
    });
  return {
    logprob: sums((m) => logprobs[m]),
    kl: sums((m) => logprobs[m] - refLogprobs[m]),
    entropy: sums((m) => entropies[m]),
  };
}

/**
 * (R) the chances that the filter's code gives the responses of an update.
 *
 * @throws RunError of the kind `filter`, with update, prompt and line, where the code fails
 */
export async function chancesByCode(
  { given }: Training,
  update: number,
  code: string,
  told: {
    rollout: Rollout;
    scores: Float32Array;
    groupSize: number;
    programs: string[];
    temperature: number;
  },
): Promise<number[]> {
  const { rollout, scores, groupSize, programs, temperature } = told;
  const { call } = given;
  if (!call) throw new RunError('filter', 'There is no sandbox here in which a filter’s code could run.');
  const known = namesPolicyFacts(code) ? await policyFactsOf(given.policy, rollout, temperature) : {};
  const lengths = programs.map((_, r) => responseIds(rollout, r).length);
  try {
    return await ownChances(call, code, {
      scores,
      groupSize,
      lengths,
      programs,
      ended: rollout.ended,
      ...known,
    });
  } catch (error) {
    if (!(error instanceof OwnFilterError)) throw error;
    const { line, prompt, says } = error;
    const where = prompt === undefined ? `line ${line}` : `prompt ${prompt}, line ${line}`;
    throw new RunError(
      'filter',
      `Update ${update}: your own filter failed at ${where}. ${says[0].toUpperCase()}${says.slice(1)}`,
    );
  }
}
