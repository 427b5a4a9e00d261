import type { MetricName } from '../../protocol/metrics.ts';
import type { RunHistory } from '../history.ts';

/** Updates or evaluations that one number is a mean over, so that noise is no alarm. */
const SPAN = 3;
/** Of its first value: below, the policy writes nearly the same program every time. */
const ENTROPY_GONE = 0.2;
/** Nats per response: well-behaved runs of this page stay below 3. */
const KL_RUNAWAY = 8;
/** By how much pass@1 must have fallen and the score risen: above the noise of 200 prompts. */
const TRUTH_FALLEN = 0.1;
const SCORE_RISEN = 0.1;

/** What goes wrong in a run, as its metrics tell it: one sentence, undefined where all is well. */
export function warningOf(history: RunHistory): string | undefined {
  const entropies = means(history, 'policy/entropy');
  if (entropies.length > 1 && entropies.at(-1)!.value < ENTROPY_GONE * entropies[0].value)
    return 'The policy has stopped trying: its entropy is nearly gone. A lower learning rate or a higher temperature keeps it curious.';
  const kl = means(history, 'eval/kl').at(-1);
  if (kl && kl.value > KL_RUNAWAY)
    return 'The policy is running away from where it began: its KL grows. A higher KL coefficient or a lower learning rate holds it.';
  return hacked(history)
    ? 'The score rises while fewer programs pass: the policy has learned to please its teacher, not to be right.'
    : undefined;
}

/** The teacher's score is higher than when most programs passed, and clearly fewer pass. */
function hacked(history: RunHistory): boolean {
  const truths = means(history, 'eval/pass@1_held_out');
  const scores = new Map(means(history, 'eval/scores').map(({ update, value }) => [update, value]));
  const now = truths.at(-1);
  if (!now) return false;
  const best = truths.reduce((a, b) => (b.value > a.value ? b : a));
  const risen = (scores.get(now.update) ?? NaN) - (scores.get(best.update) ?? NaN);
  return best.value - now.value > TRUTH_FALLEN && risen > SCORE_RISEN;
}

/** Means over `SPAN` known values, each filed under the update of its last. */
function means(history: RunHistory, name: MetricName): { update: number; value: number }[] {
  const known = history.known(name);
  return known.slice(SPAN - 1).map(({ update }, i) => ({
    update,
    value: known.slice(i, i + SPAN).reduce((sum, { value }) => sum + value, 0) / SPAN,
  }));
}
