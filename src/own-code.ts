/** Stages 3 and 4 where score or filter is code of a visitor's: what it is told, and what becomes of an update in which it fails. */
import type { Policy } from './model/policy.ts';
import { responseIds, type Rollout } from './model/rollout.ts';
import { OwnCodeError, type Call } from './ppo/own/own-code.ts';
import { namesPolicyFacts, ownChances, type PolicyFacts } from './ppo/own/own-filter.ts';
import { namesTests, ownScores } from './ppo/own/own-score.ts';
import { RunError } from './protocol/failure.ts';
import type { Task } from './protocol/task.ts';
import type { Judged } from './protocol/verdict.ts';
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

/** What code comes to, run by `work`. @throws RunError of this kind, with line and what it was called on, where it fails */
async function running<Result>(
  kind: 'filter' | 'score',
  call: Call | undefined,
  when: string,
  work: (call: Call) => Promise<Result>,
): Promise<Result> {
  if (!call) throw new RunError(kind, `There is no sandbox here in which a ${kind}’s code could run.`);
  try {
    return await work(call);
  } catch (error) {
    if (!(error instanceof OwnCodeError)) throw error;
    const { line, on, says } = error;
    const where = on === undefined ? `line ${line}` : `${on}, line ${line}`;
    throw new RunError(
      kind,
      `${when}: your own ${kind} failed at ${where}. ${says[0].toUpperCase()}${says.slice(1)}`,
    );
  }
}

const lengthsOf = (rollout: Rollout) =>
  Array.from({ length: rollout.rows }, (_, r) => responseIds(rollout, r).length);

/**
 * (R) the chances that the filter's code gives the responses of an update.
 *
 * @throws RunError of the kind `filter`, with update, prompt and line, where the code fails
 */
export function chancesByCode(
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
  return running('filter', given.call, `Update ${update}`, async (call) => {
    const known = namesPolicyFacts(code) ? await policyFactsOf(given.policy, rollout, temperature) : {};
    const lengths = lengthsOf(rollout);
    return ownChances(call, code, { scores, groupSize, lengths, programs, ended: rollout.ended, ...known });
  });
}

/**
 * (R) what the score's code gives responses; it waits for the judge only where it reads what the tests say.
 *
 * @param when begins the sentence about its failure
 * @throws RunError of the kind `score`, with response and line, where the code fails; of the kind `judge` where a program could not be run,
 *   so that there is nothing to tell it
 */
export function scoresByCode(
  { given }: Training,
  when: string,
  code: string,
  told: { rollout: Rollout; programs: readonly string[]; tasks: readonly Task[]; judged: Promise<Judged> },
): Promise<Float32Array> {
  const { rollout, programs, tasks, judged } = told;
  return running('score', given.call, when, async (call) => {
    const truth = namesTests(code) ? await judged : undefined;
    if (truth?.testScores.some(Number.isNaN))
      throw new RunError(
        'judge',
        'The judge could not run every program, and your own score asks for its tests.',
      );
    return ownScores(call, code, {
      programs,
      statements: tasks.map(({ statement }) => statement),
      ...{ tokens: lengthsOf(rollout), ended: rollout.ended, passes: truth?.passes },
    });
  });
}
