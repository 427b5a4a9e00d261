/** What PPO makes of a response, token by token: as its update worked it out where that is remembered, else worked out as it would be. */
import type { Experience } from './model/policy.ts';
import { rolloutOfBatch, selectRows, type Rollout } from './model/rollout.ts';
import { whiteningOf } from './ppo/whiten.ts';
import type { Batch } from './protocol/batch.ts';
import type { Knobs } from './protocol/config.ts';
import type { TokenNumbers } from './protocol/tokens.ts';
import { advantagesOf, type Estimates } from './train.ts';
import type { Memory, Training } from './training.ts';

/**
 * Of response `row` of a batch of this run, by the policy as it is. Leaves the policy and its critic as they are.
 *
 * To be asked between two stages of an update.
 *
 * @param kept rows of the batch that are learned from, or would be; read where the update itself has not worked this response out
 * @param knobs of the reward shaping, advantages and whitening; read under the same condition
 * @throws RangeError where the batch has no such row
 */
export async function tokenNumbers(
  training: Training,
  batch: Batch,
  row: number,
  kept: readonly number[],
  knobs: Knobs,
): Promise<TokenNumbers> {
  const { policy } = training.given;
  const rollout = rolloutOfBatch(batch);
  if (!(row in batch.programs))
    throw new RangeError(`There is no response ${row} in this batch of ${rollout.rows}.`);
  const memory = training.recall(batch.update);
  const temperature = memory?.temperature ?? knobs.temperature;
  // A run begins with no step taken, and its batch 0 is written then, whoever remembers it.
  const authorSteps = memory?.steps ?? (batch.update === 0 ? 0 : undefined);
  const isAuthor = authorSteps === policy.learner.steps;
  const { worked } = memory ?? {};
  const place = worked?.rows.indexOf(row) ?? -1;

  const now = await policy.experience(selectRows(rollout, [row]), temperature, false);
  const from = now.promptLengths[0] - 1;
  const count = now.lengths[0] - now.promptLengths[0];
  const tokensOf = (values: Float32Array, at = 0) => {
    const first = at * now.contextLength + from;
    return values.slice(first, first + count);
  };
  const { known, estimated, used, whitening, at } =
    worked && place >= 0
      ? { ...worked, whitening: whiteningIn(worked), at: place }
      : await workOut(training, { rollout, batch }, row, kept, { ...knobs, temperature });
  return {
    ids: now.tokens.slice(from + 1, from + 1 + count),
    logprobs: tokensOf(now.logprobs),
    oldLogprobs: place >= 0 || isAuthor ? tokensOf(known.logprobs, at) : undefined,
    refLogprobs: tokensOf(now.refLogprobs),
    values: tokensOf(known.values, at),
    rewards: tokensOf(estimated.rewards, at),
    advantages: tokensOf(estimated.advantages, at),
    whitenedAdvantages: tokensOf(estimated.whitenedAdvantages, at),
    returns: tokensOf(estimated.returns, at),
    used,
    whitening,
    policy: whereIs(training),
    isAuthor,
    isRemembered: place >= 0,
  };
}

/** Stages 6 and 7 as they would be for what is kept, and for `row` whitened as that is: row `at` of the arrays. */
async function workOut(
  { given: { policy } }: Training,
  { rollout, batch: { scores, groupSize } }: { rollout: Rollout; batch: Batch },
  row: number,
  kept: readonly number[],
  knobs: Knobs,
): Promise<
  Pick<TokenNumbers, 'used' | 'whitening'> & { known: Experience; estimated: Estimates; at: number }
> {
  const rows = knobs.whitening === 'all' ? Array.from(scores.keys()) : kept;
  const place = rows.indexOf(row);
  const looked = place < 0 ? [...rows, row] : rows;
  const known = await policy.experience(selectRows(rollout, looked), knobs.temperature);
  const estimated = advantagesOf(known, { scores, groupSize, rows: looked }, { ...knobs, whitening: 'off' });
  // What is looked at besides has no say in the whitening.
  const size = rows.length * known.contextLength;
  const { advantages } = estimated;
  const whitening = whiteningOf(advantages.subarray(0, size), known.mask.subarray(0, size), knobs.whitening);
  const { shift, scale } = whitening;
  const whitenedAdvantages = advantages.map((advantage) => (advantage - shift) * scale);
  const { klCoef, gamma, gaeLambda, advantage } = knobs;
  return {
    known,
    estimated: { ...estimated, whitenedAdvantages },
    used: { klCoef, gamma, gaeLambda, advantage, whitening: knobs.whitening },
    whitening,
    at: place < 0 ? rows.length : place,
  };
}

/** By which the update whitened. */
const whiteningIn = ({ known, estimated, used }: NonNullable<Memory['worked']>) =>
  whiteningOf(estimated.advantages, known.mask, used.whitening);

/** How far the policy has come: the Adam steps are those since that update. */
export function whereIs(training: Training): TokenNumbers['policy'] {
  const update = training.done ?? 0;
  const { steps } = training.given.policy.learner;
  return { update, steps: steps - (training.recall(update + 1)?.steps ?? steps) };
}
