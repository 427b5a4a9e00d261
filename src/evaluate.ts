import { beside } from './beside.ts';
import { sumOverRow } from './measure.ts';
import { responseIds } from './model/rollout.ts';
import { samplerKey } from './ppo/random.ts';
import type { RunEvent } from './protocol/messages.ts';
import type { Metrics } from './protocol/metrics.ts';
import { programText } from './tasks/program-text.ts';
import { evalTasks } from './tasks/tasks.ts';
import type { Training } from './train.ts';

/** Evaluations compare between runs, so they are sampled at one temperature, whatever the run's. */
const EVAL_TEMPERATURE = 1;

/**
 * Pass@1 of the policy as it is, on fixed prompts of both splits, one sample each from a stream of its own; and the score and
 * the KL to the reference (nats per response, summed over its tokens) of the same samples. Yields between its parts, so that it can
 * be paused; the `truth` it returns settles once the programs are judged and `evaluated` is sent.
 */
export async function* evaluate(
  t: Training,
  update: number,
): AsyncGenerator<RunEvent, { truth: Promise<void> }, void> {
  yield { type: 'phase', update, phase: 'evaluate' };
  const { evalPrompts, seed } = t.config;
  const train = evalTasks('train', evalPrompts);
  const tasks = [...train, ...evalTasks('held-out', evalPrompts)];
  const rollout = await t.policy.sample(
    tasks.map((task) => task.promptIds),
    { key: samplerKey(seed, 'evaluation'), number: update },
    EVAL_TEMPERATURE,
  );
  const programs = tasks.map((task, r) => programText(task, responseIds(rollout, r)));
  const truth = beside(t.judge(tasks, programs));
  yield { type: 'phase', update, phase: 'evaluate' };
  const scores = await t.score(rollout, t.knobs().rewardModel);
  yield { type: 'phase', update, phase: 'evaluate' };
  const { mask, logprobs, refLogprobs } = await t.policy.experience(rollout, EVAL_TEMPERATURE);

  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const known: Metrics = {
    'eval/rm_score': mean([...scores]),
    'eval/kl': mean(
      tasks.map((_, r) => sumOverRow(rollout.contextLength, r, mask, (m) => logprobs[m] - refLogprobs[m])),
    ),
  };
  const told = truth.then((testScores) => {
    const passRate = (from: number, to: number) =>
      mean([...testScores.subarray(from, to)].filter((s) => !Number.isNaN(s)).map((s) => (s === 1 ? 1 : 0)));
    const metrics: Metrics = {
      ...known,
      'eval/pass@1_train': passRate(0, train.length),
      'eval/pass@1_held_out': passRate(train.length, tasks.length),
    };
    t.emit({ type: 'evaluated', update, metrics });
  });
  return { truth: beside(told) };
}
