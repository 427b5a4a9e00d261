import { beside } from './beside.ts';
import { mean, perResponse } from './measure.ts';
import { scoresByCode } from './own-code.ts';
import { oracleScore } from './model/reward-model.ts';
import { responseIds } from './model/rollout.ts';
import { samplerKey } from './ppo/random.ts';
import { isRewardModel, type Knobs } from './protocol/config.ts';
import type { RunEvent } from './protocol/events.ts';
import type { Metrics } from './protocol/metrics.ts';
import { programText } from './tasks/program-text.ts';
import type { Training } from './training.ts';

/** Evaluations compare between runs, so they are sampled at one temperature, whatever the run's. */
const EVAL_TEMPERATURE = 1;

/**
 * Pass@1 of the policy as it is, on fixed prompts of both splits, one sample each from a stream of its own; and, of the same samples,
 * the KL to the reference (nats per response, summed over its tokens) and the teacher's score. Of the teacher `tests` it is the score
 * without noise: noise is drawn for what is learned from, and here it would only blur what is measured. Yields between its parts, so
 * that it can be paused; `evaluated` is told once the programs are judged.
 *
 * @param scoring the teacher
 */
export async function* evaluate(
  t: Training,
  update: number,
  scoring?: Pick<Knobs, 'teacher' | 'teacherCode'>,
): AsyncGenerator<RunEvent, void, void> {
  const { config, policy, judge, score, emit } = t.given;
  await t.catchUp('evaluation');
  yield { type: 'phase', update, phase: 'evaluate' };
  const { evalPrompts } = yield* t.knobsAt(update, 'evaluate');
  const train = t.tasks.evaluated('train', evalPrompts);
  const tasks = [...train, ...t.tasks.evaluated('held-out', evalPrompts)];
  const rollout = await policy.sample(
    tasks.map((task) => task.promptIds),
    { key: samplerKey(config.seed, 'evaluation'), number: update },
    EVAL_TEMPERATURE,
  );
  const programs = tasks.map((task, r) => programText(task, responseIds(rollout, r)));
  const judged = beside(judge(tasks, programs, 'evaluation'));
  yield { type: 'phase', update, phase: 'evaluate' };
  const { teacher, teacherCode } = scoring ?? t.inForce;
  const scores = isRewardModel(teacher) ? await score(rollout, teacher) : undefined;
  // Like the truth itself it is waited for beside the loop.
  const byCode =
    teacher === 'own-score'
      ? scoresByCode(t, `The evaluation after update ${update}`, teacherCode, {
          ...{ rollout, programs, tasks, judged },
        })
      : undefined;
  const told = beside(Promise.all([judged, byCode]));
  yield { type: 'phase', update, phase: 'evaluate' };
  const { kl } = perResponse(await policy.experience(rollout, EVAL_TEMPERATURE, false));

  t.whenTold('evaluation', told, ([{ testScores }, own]) => {
    const known = (values: Float32Array) => values.filter((value) => !Number.isNaN(value));
    const oracle = testScores.map((testScore, r) => oracleScore(testScore, rollout.ended[r] === 1));
    const given = scores ?? own ?? oracle;
    const passRate = (from: number, to: number) =>
      mean(known(testScores.subarray(from, to)).map((testScore) => (testScore === 1 ? 1 : 0)));
    const metrics: Metrics = {
      'eval/scores': mean(known(given)),
      'eval/kl': mean(kl),
      'eval/pass@1_train': passRate(0, train.length),
      'eval/pass@1_held_out': passRate(train.length, tasks.length),
    };
    emit({ type: 'evaluated', update, metrics });
    const { tokens, lengths } = rollout;
    const responses = { tokens, lengths, programs, ended: Array.from(rollout.ended, (e) => e === 1) };
    const taskIds = tasks.map((task) => task.id);
    const evaluation = { taskIds, ...responses, trainCount: train.length, testScores, scores: given, kl };
    emit({ type: 'evaluation', update, evaluation });
  });
}
