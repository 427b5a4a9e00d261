import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headless } from '../scripts/headless.ts';
import { gradientCosine, type JudgedRollout } from '../src/gradient-cosine.ts';
import type { Policy } from '../src/model/policy.ts';
import { rolloutOf } from '../src/model/rollout.ts';
import { defaultConfig, defaultKnobs } from '../src/ppo/knobs.ts';
import { stream } from '../src/ppo/random.ts';
import { referenceSolutions } from '../src/tasks/corpus.ts';
import { trainTasks } from '../src/tasks/tasks.ts';

const groupSize = 4;
const knobs = { ...defaultKnobs, klCoef: 0, gaeLambda: 1 };
const random = stream(5, 'corpus');
const row = (tasks: number) => Array.from({ length: tasks * groupSize }, (_, r) => r);

/** Two right programs to each task, and two with their lexemes in another order. */
const tasks = trainTasks.slice(0, 40);
const rollout = rolloutOf(
  tasks.flatMap((task) => {
    const right = referenceSolutions(task).slice(0, 2);
    return [...right, ...right.map((ids) => ids.toReversed())].map((response) => ({
      prompt: task.promptIds,
      response,
    }));
  }),
);
const truths = Float32Array.from(row(tasks.length), (r) => (r % groupSize < 2 ? 1 : 0));
const verdicts = truths.map((s) => 2 * s - 1);
const batchOf = (scores: Float32Array, part: Partial<JudgedRollout> = {}): JudgedRollout => ({
  ...{ rollout, groupSize, truths, scores, kept: row(tasks.length) },
  ...part,
});

let run: Awaited<ReturnType<typeof headless>>;
let policy: Policy;
beforeAll(async () => {
  run = await headless({ ...defaultConfig, engine: 'cpu', knobs }, () => undefined);
  ({ policy } = run.training.given);
});
afterAll(() => run.free());

describe('the gradient cosine', () => {
  it('is high where the scores are the truth, as low where they are its opposite, and in between for noise', async () => {
    const right = await gradientCosine(policy, batchOf(verdicts), knobs);
    const wrong = await gradientCosine(policy, batchOf(truths.map((s) => 1 - 2 * s)), knobs);
    let noise = 0;
    for (let draw = 0; draw < 8; draw++) {
      const scores = truths.map(() => (random.uniform() < 0.5 ? 5 : -5));
      noise += (await gradientCosine(policy, batchOf(scores), knobs))! / 8;
    }
    expect(right).toBeGreaterThan(0.5);
    expect(right).toBeLessThanOrEqual(1);
    expect(wrong).toBeLessThan(-0.5);
    expect(Math.abs(noise)).toBeLessThan(0.3);
  });

  it('is of what is kept: of a truthful half high, whatever the other half says', async () => {
    const half = row(tasks.length / 2);
    const scores = truths.map((s, r) => (r < half.length ? 2 * s - 1 : 1 - 2 * s));
    const kept = await gradientCosine(policy, batchOf(scores, { kept: half }), knobs);
    const all = await gradientCosine(policy, batchOf(scores), knobs);
    expect(kept).toBeGreaterThan(0.5);
    expect(all).toBeLessThan(kept! - 0.3);
  });

  it('leaves out what has no known truth, and is undefined where all are alike', async () => {
    const unknown = truths.map((s, r) => (r < 8 ? NaN : s));
    expect(await gradientCosine(policy, batchOf(verdicts, { truths: unknown }), knobs)).toBeGreaterThan(0.5);
    const alike = truths.map(() => 1);
    expect(await gradientCosine(policy, batchOf(verdicts, { truths: alike }), knobs)).toBeUndefined();
  });

  it('changes nothing that a run depends on', async () => {
    const before = await Promise.all([policy.learner.state(), policy.critic.learner.state()]);
    await gradientCosine(policy, batchOf(truths), knobs);
    const after = await Promise.all([policy.learner.state(), policy.critic.learner.state()]);
    expect(after).toEqual(before);
  });
});
