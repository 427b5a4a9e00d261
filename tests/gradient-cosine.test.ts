import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headless } from '../scripts/headless.ts';
import { root } from '../scripts/install.mjs';
import { cosinesWithIntervals, gradientCosines, type JudgedRollout } from '../src/gradient-cosine.ts';
import { createCpuEngine } from '../src/kernels/cpu-engine.ts';
import { loadCritic } from '../src/model/critic.ts';
import { loadCheckpoint, loadManifest, type FetchFile } from '../src/model/manifest.ts';
import { Policy } from '../src/model/policy.ts';
import { rolloutOf, selectRows } from '../src/model/rollout.ts';
import { defaultConfig, defaultKnobs } from '../src/ppo/knobs.ts';
import { stream } from '../src/ppo/random.ts';
import type { Knobs } from '../src/protocol/config.ts';
import { referenceSolutions } from '../src/tasks/corpus.ts';
import { trainTasks } from '../src/tasks/tasks.ts';

const readModel: FetchFile = (path) => readFile(join(root, 'public/models', path));
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
/** Of all rows, unless others are named. */
async function cosineOf(
  scores: Float32Array,
  {
    kept = row(tasks.length),
    truths: known = truths,
    ...others
  }: { kept?: number[]; truths?: Float32Array } & Partial<Knobs> = {},
): Promise<number | undefined> {
  const judged: JudgedRollout = { rollout, groupSize, truths: known, scores };
  return (await gradientCosines(policy, judged, [kept], { ...knobs, ...others }))[0];
}

let run: Awaited<ReturnType<typeof headless>>;
let policy: Policy;
beforeAll(async () => {
  run = await headless({ ...defaultConfig, engine: 'cpu', knobs }, () => undefined);
  ({ policy } = run.training.given);
});
afterAll(() => run.free());

describe('its interval', () => {
  const draw = () => stream(7, 'bootstrap', 1);
  const intervalsOf = (judged: JudgedRollout, kept: number[][], own = knobs) =>
    cosinesWithIntervals(policy, judged, kept, own, draw());

  it('is about the same value, and the same again by the same draws', async () => {
    const judged = { rollout, groupSize, truths, scores: verdicts };
    const all = row(tasks.length);
    const keeps = [all, [], all.filter((r) => r % groupSize === 0), [4, 4, 9, 150]];
    for (const whitening of ['kept', 'all'] as const) {
      const own = { ...knobs, whitening };
      const [found, values] = [await intervalsOf(judged, keeps, own), await gradientCosines(policy, judged, keeps, own)]; // prettier-ignore
      expect(found[1]).toBeUndefined();
      for (const i of [0, 2, 3]) {
        expect(found[i]!.value).toBeCloseTo(values[i]!, 5);
        expect(found[i]!.low).toBeLessThanOrEqual(found[i]!.value);
        expect(found[i]!.high).toBeGreaterThanOrEqual(found[i]!.value);
        expect(found[i]!.high).toBeLessThanOrEqual(1 + 1e-9);
      }
      expect(await intervalsOf(judged, keeps, own)).toEqual(found);
    }
  });

  it('is wider of noise than of the truth, and of fewer prompts', async () => {
    const noise = truths.map(() => (random.uniform() < 0.5 ? 5 : -5));
    const widthOf = async (scores: Float32Array, prompts: number) => {
      const rows = row(prompts);
      const judged = {
        ...{ rollout: selectRows(rollout, rows), groupSize },
        ...{ truths: truths.slice(0, rows.length), scores: scores.slice(0, rows.length) },
      };
      const [found] = await intervalsOf(judged, [rows]);
      return found!.high - found!.low;
    };
    expect(await widthOf(noise, 40)).toBeGreaterThan(await widthOf(verdicts, 40));
    expect(await widthOf(noise, 6)).toBeGreaterThan(await widthOf(noise, 40));
    expect(await widthOf(verdicts, 1)).toBe(0);
  });

  it('changes nothing that a run depends on', async () => {
    const before = await Promise.all([policy.learner.state(), policy.critic.learner.state()]);
    await intervalsOf({ rollout, groupSize, truths, scores: verdicts }, [row(tasks.length)]);
    const after = await Promise.all([policy.learner.state(), policy.critic.learner.state()]);
    expect(after).toEqual(before);
  });
});

describe('the gradient cosine', () => {
  it('is high where the scores are the truth, as low where they are its opposite, and in between for noise', async () => {
    const right = await cosineOf(verdicts);
    const wrong = await cosineOf(truths.map((s) => 1 - 2 * s));
    let noise = 0;
    for (let draw = 0; draw < 8; draw++) {
      const scores = truths.map(() => (random.uniform() < 0.5 ? 5 : -5));
      noise += (await cosineOf(scores))! / 8;
    }
    expect(right).toBeGreaterThan(0.5);
    expect(right).toBeLessThanOrEqual(1);
    expect(wrong).toBeLessThan(-0.5);
    expect(Math.abs(noise)).toBeLessThan(0.3);
  });

  it('is of what is kept: of a truthful half high, whatever the other half says', async () => {
    const half = row(tasks.length / 2);
    const scores = truths.map((s, r) => (r < half.length ? 2 * s - 1 : 1 - 2 * s));
    const kept = await cosineOf(scores, { kept: half });
    const all = await cosineOf(scores);
    expect(kept).toBeGreaterThan(0.5);
    expect(all).toBeLessThan(kept! - 0.3);
  });

  it('leaves out what has no known truth, and is undefined where all are alike', async () => {
    const unknown = truths.map((s, r) => (r < 8 ? NaN : s));
    expect(await cosineOf(verdicts, { truths: unknown })).toBeGreaterThan(0.5);
    const alike = truths.map(() => 1);
    expect(await cosineOf(verdicts, { truths: alike })).toBeUndefined();
  });

  it('is of several filters what it is of each, and undefined where one keeps nothing', async () => {
    const judged = { rollout, groupSize, truths, scores: verdicts };
    const keeps = [row(tasks.length), [], row(10)];
    const together = await gradientCosines(policy, judged, keeps, knobs);
    expect(together).toEqual([
      await cosineOf(verdicts),
      undefined,
      await cosineOf(verdicts, { kept: row(10) }),
    ]);
  });

  it('is of advantages whitened over what is kept, or over all: the same where all is kept, and there alone', async () => {
    const under = (whitening: 'kept' | 'all', kept: number[]) => cosineOf(verdicts, { kept, whitening });
    const all = row(tasks.length);
    const right = all.filter((r) => truths[r] === 1);
    expect(await under('all', all)).toBeCloseTo((await under('kept', all))!, 6);
    expect(await under('all', right)).not.toBeCloseTo((await under('kept', right))!, 3);
  });

  it('does not depend on how many rows a step takes', async () => {
    const manifest = await loadManifest(readModel, 'tiny');
    const tensors = await loadCheckpoint(readModel, 'tiny', manifest.policy);
    const critic = await loadCritic(readModel, manifest, defaultKnobs.teacher);
    const judged = { rollout, groupSize, truths, scores: verdicts };
    const kept = row(tasks.length).slice(3);
    const bySize: (number | undefined)[] = [];
    for (const size of [160, 48]) {
      const engine = await createCpuEngine();
      const own = new Policy(engine, manifest.policy.network, tensors, size, critic);
      bySize.push(...(await gradientCosines(own, judged, [kept], knobs)));
      engine.free();
    }
    expect(bySize[1]).toBeCloseTo(bySize[0]!, 5);
    expect(bySize[0]).toBeCloseTo((await cosineOf(verdicts, { kept }))!, 5);
  });

  it.each(['kept', 'all'] as const)(
    'does not depend on the order of the prompts: whitened over %s',
    async (whitening) => {
      const all = row(tasks.length);
      const turned = all.map(
        (r) => all.length - groupSize * (1 + Math.floor(r / groupSize)) + (r % groupSize),
      );
      const own = { ...knobs, whitening };
      const judged = { rollout, groupSize, truths, scores: verdicts };
      const other = {
        ...{ rollout: selectRows(rollout, turned), groupSize },
        truths: Float32Array.from(turned, (r) => truths[r]),
        scores: Float32Array.from(turned, (r) => verdicts[r]),
      };
      const kept = all.slice(0, 40);
      const [first] = await gradientCosines(policy, judged, [kept], own);
      const [second] = await gradientCosines(policy, other, [kept.map((r) => turned.indexOf(r))], own);
      expect(second).toBeCloseTo(first!, 5);
    },
  );

  it('changes nothing that a run depends on', async () => {
    const before = await Promise.all([policy.learner.state(), policy.critic.learner.state()]);
    await cosineOf(truths);
    const after = await Promise.all([policy.learner.state(), policy.critic.learner.state()]);
    expect(after).toEqual(before);
  });
});
