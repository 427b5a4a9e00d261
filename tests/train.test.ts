import { describe, expect, it } from 'vitest';
import { createCpuEngine } from '../src/kernels/cpu-engine.ts';
import { defaultKnobs, knobNames, knobTable } from '../src/ppo/knobs.ts';
import { standardNoise } from '../src/ppo/noise.ts';
import type { FilterConfig, Knobs, NoiseConfig } from '../src/protocol/config.ts';
import type { RunEvent } from '../src/protocol/events.ts';
import { heldOutTasks } from '../src/tasks/tasks.ts';
import { batches, filter, run } from './tiny-run.ts';

it('an evaluation tells what the reward model says of its samples, whatever is true of them', async () => {
  const all = { updates: 1, truths: (truths: Float32Array) => truths.map(() => 1) };
  const [plain, right] = await Promise.all(
    [{ updates: 1 }, all].map(async (options) => {
      const { events } = await run(options);
      return events.find((event) => event.type === 'evaluated')!.metrics;
    }),
  );
  expect(right['eval/pass@1_held_out']).toBe(1);
  expect(plain['eval/pass@1_held_out']).toBeLessThan(1);
  // The teacher here likes short responses, and says of none that it is good.
  expect(plain['eval/scores']).toBeLessThan(0.13);
  expect(right['eval/scores']).toBe(plain['eval/scores']);
});

it('an evaluation tells its responses, from which its numbers follow', async () => {
  const { events } = await run({ updates: 1 });
  const { metrics } = events.find((event) => event.type === 'evaluated')!;
  const told = events.flatMap((event) => (event.type === 'evaluation' ? [event.evaluation] : []));
  const { taskIds, trainCount, programs, lengths, testScores, scores, kl } = told[0];
  expect([programs.length, lengths.length, testScores.length]).toEqual(Array(3).fill(taskIds.length));
  const rate = (of: Float32Array) => of.filter((testScore) => testScore === 1).length / of.length;
  expect(rate(testScores.subarray(0, trainCount))).toBe(metrics['eval/pass@1_train']);
  expect(rate(testScores.subarray(trainCount))).toBe(metrics['eval/pass@1_held_out']);
  const mean = (of: Float32Array) => of.reduce((sum, value) => sum + value, 0) / of.length;
  expect(mean(scores)).toBeCloseTo(metrics['eval/scores']!, 6);
  expect(mean(kl)).toBeCloseTo(metrics['eval/kl']!, 6);
  const splits = taskIds.map((id) => (heldOutTasks.some((task) => task.id === id) ? 'held-out' : 'train'));
  expect(splits.lastIndexOf('train')).toBe(trainCount - 1);
});

describe('an update', () => {
  it('goes through its stages in order, a phase event before each', async () => {
    const { events } = await run({ updates: 1, knobs: { stepsPerUpdate: 2 } });
    const stages = events
      .filter((e) => e.type === 'phase' && e.update === 1)
      .map((e) => e.type === 'phase' && e.phase);
    expect(stages).toEqual([
      'prompts',
      'rollouts',
      'score',
      'filter',
      'judge',
      'experience',
      'advantages',
      'update',
      'update',
    ]);
  });

  it('shows the untrained policy first, and never learns from that batch', async () => {
    const { events } = await run({ updates: 1 });
    expect(batches(events).map((batch) => batch.update)).toEqual([0, 1]);
    expect(events.some((e) => e.type === 'experience' && e.update === 0)).toBe(false);
  });

  it.each([0.7, 1, 1.4])('starts with a ratio of 1 to 1e-5 at temperature %d', async (temperature) => {
    const first: number[] = [];
    await run({
      updates: 1,
      knobs: { temperature },
      observe: (_update, name, { values }, step) => {
        if (step === 0 && name === 'ratio') first.push(...Array.from(values).filter((ratio) => ratio !== 0));
      },
    });
    expect(first.length).toBeGreaterThan(100);
    for (const ratio of first) expect(Math.abs(ratio - 1)).toBeLessThan(1e-5);
  });

  it('takes the Adam steps that it is asked for, whatever is kept, but none without a response', async () => {
    const steps = async (changes: Partial<FilterConfig>, knobs: Partial<Knobs> = {}) => {
      const { events } = await run({ updates: 1, knobs: { filter: filter(changes), ...knobs } });
      const updated = events.find((event) => event.type === 'updated');
      return updated?.type === 'updated' && updated.metrics['policy/adam_steps'];
    };
    expect(await steps({ name: 'none' })).toBe(4); // 32 kept, 2 epochs of 2 minibatches of 16
    expect(await steps({ name: 'best-worst', keep: 2 })).toBe(4);
    expect(await steps({ name: 'best-of-n' })).toBe(4);
    expect(await steps({ name: 'best-worst', mode: 'resample' })).toBe(4);
    expect(await steps({ name: 'none' }, { stepsPerUpdate: 1 })).toBe(4); // 16 are the most of a minibatch
    expect(await steps({ name: 'best-of-n' }, { stepsPerUpdate: 1 })).toBe(2); // one an epoch
    expect(await steps({ name: 'best-of-n' }, { stepsPerUpdate: 64 })).toBe(16); // 8 are kept
    expect(await steps({ name: 'none' }, { stepsPerUpdate: 6 })).toBe(6);
  });

  it('has at most two Adam steps under way, so that a GPU never waits for the next', async () => {
    const engine = await createCpuEngine();
    const runAndRead = engine.runAndRead.bind(engine);
    let [underWay, most] = [0, 0];
    engine.runAndRead = async (plans, ...slots) => {
      const read = runAndRead(plans, ...slots);
      if (plans[0].name !== 'training step') return read;
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 5));
      underWay -= 1;
      return read;
    };
    const { events } = await run({
      engine,
      knobs: { filter: filter({ name: 'none' }), stepsPerUpdate: 16 },
      updates: 1,
    });
    const [updated] = events.filter((event) => event.type === 'updated');
    expect(updated.metrics['policy/adam_steps']).toBe(16);
    expect([most, underWay]).toEqual([2, 0]);
  });

  it('of `single` answers P·N prompts once each', async () => {
    const { events } = await run({ updates: 1, knobs: { filter: filter({ name: 'single' }) } });
    expect(batches(events)[1]).toMatchObject({ promptCount: 32, groupSize: 1 });
    expect(batches(events)[1].kept).toHaveLength(32);
  });
});

describe('the true score is a sink', () => {
  it('permuting it leaves the weights bit-identical, and changes what is reported', async () => {
    const honest = await run();
    const permuted = await run({ truths: (truths) => truths.toReversed() });
    expect(permuted.weights).toEqual(honest.weights);
    const reported = ({ events }: typeof honest) => events.filter((event) => event.type === 'judged');
    expect(reported(permuted)).not.toEqual(reported(honest));
  });

  it('with the tests as the source of scores it does teach', async () => {
    const knobs = { teacher: 'tests' as const };
    const honest = await run({ knobs });
    const permuted = await run({ knobs, truths: (truths) => truths.toReversed() });
    expect(permuted.weights).not.toEqual(honest.weights);
  });
});

describe('seeds and knobs', () => {
  it('the same seed gives the same run bit for bit, another seed another', async () => {
    const [a, b, c] = [await run({ seed: 5 }), await run({ seed: 5 }), await run({ seed: 6 })];
    expect(b.weights).toEqual(a.weights);
    expect(b.events).toEqual(a.events);
    expect(c.weights).not.toEqual(a.weights);
  });

  it('a learning rate set between minibatches counts from the next one', async () => {
    let steps = 0;
    const still = { learningRate: 0 };
    const counting = (event: RunEvent) => {
      if (event.type === 'phase' && event.phase === 'update') steps++;
    };
    const frozen = await run({ updates: 1, knobs: still });
    const started = await run({
      updates: 1,
      knobs: { ...still, epochs: 4 },
      onEvent: counting,
      live: () => (steps > 2 ? { learningRate: 1e-3 } : {}),
    });
    expect(started.weights).not.toEqual(frozen.weights);
    expect(steps).toBe(4);
    expect(started.events.filter((event) => event.type === 'knobs')).toEqual([
      { type: 'knobs', update: 1, phase: 'update', knobs: { learningRate: 1e-3 } },
    ]);
  });

  it('a filter for another group size waits for the update that samples such groups', async () => {
    let sampled = false;
    const { events } = await run({
      updates: 2,
      live: () => {
        const now = sampled ? { groupSize: 8, filter: filter({ name: 'random-k', keep: 7 }) } : {};
        sampled = true;
        return now;
      },
    });
    const [first, second] = batches(events);
    expect(first).toMatchObject({ groupSize: 4, filter: { name: 'best-worst' } });
    expect(second).toMatchObject({ groupSize: 8, filter: { name: 'random-k', keep: 7 } });
  });

  it('an impossible number stops the run and names the stage', async () => {
    await expect(run({ knobs: { learningRate: Infinity } })).rejects.toThrow(
      /Update \d+, Adam step \d+: \w+ is NaN. Lower the learning rate/,
    );
  });

  it('whitening over all responses learns from the kept ones only', async () => {
    const learned = new Set<number>();
    const { events } = await run({
      updates: 1,
      knobs: { whitening: 'all' },
      observe: (_update, name, { values }, step) => {
        if (step !== undefined && name === 'rows') Array.from(values).forEach((row) => learned.add(row));
      },
    });
    const experience = events.find((event) => event.type === 'experience');
    expect(experience?.type === 'experience' && experience.advantages).toHaveLength(16);
    expect([...learned].sort((a, b) => a - b)).toEqual(batches(events)[1].kept);
  });

  it('a truth that is not known cannot teach', async () => {
    const unknown = run({ knobs: { teacher: 'tests' }, truths: (truths) => truths.fill(NaN, 3, 4) });
    await expect(unknown).rejects.toThrow('the tests cannot teach');
  });
});

describe('noise on the tests', () => {
  const options = { updates: 1, knobs: { teacher: 'tests', filter: filter({ name: 'none' }) } } as const;
  const noisy = (noise: Partial<NoiseConfig>, more: Partial<Knobs> = {}) =>
    run({ ...options, knobs: { ...options.knobs, ...more, noise: { ...standardNoise('even'), ...noise } } });

  it('is in the scores that are ranked and learned from, each response by itself, and in nothing else', async () => {
    const [plain, even, again, wider] = await Promise.all([
      run(options),
      noisy({}),
      noisy({}),
      noisy({ spread: 3 }),
    ]);
    const of = (one: typeof plain) => batches(one.events)[1];
    expect(of(even).tokens).toEqual(of(plain).tokens);
    expect(of(even).noise.name).toBe('even');
    expect(even.weights).toEqual(again.weights);
    expect(even.weights).not.toEqual(plain.weights);
    of(plain).ended.forEach((ended, r) => {
      const [exact, noise, twice] = [plain, even, wider].map((one) => of(one).scores[r]);
      if (!ended) expect([exact, noise, twice]).toEqual([-2, -2, -2]);
      else if (Math.abs(twice) < 5) expect(twice - exact).toBeCloseTo(2 * (noise - exact), 4);
    });
  });

  it('is not in what an evaluation measures, which is told by the tests as they are', async () => {
    const evaluated = async (one: ReturnType<typeof run>) =>
      (await one).events.find((event) => event.type === 'evaluated');
    const plain = await evaluated(run(options));
    expect(plain?.update).toBe(0);
    // Some ended: the others score −2 with noise or without.
    expect(plain?.type === 'evaluated' && plain.metrics['eval/scores']).toBeGreaterThan(-2);
    expect(await evaluated(noisy({}))).toEqual(plain);
  });

  it('is not there under a reward model', async () => {
    const [plain, even] = [
      await run({ updates: 1 }),
      await noisy({}, { teacher: 'strong', filter: defaultKnobs.filter }),
    ];
    expect(even.weights).toEqual(plain.weights);
  });
});

describe('the table of knobs says where each is read', () => {
  const base = {
    ...defaultKnobs,
    promptsPerUpdate: 8,
    groupSize: 4,
    evalPrompts: 8,
    evalEvery: 1,
  };
  /** Another value of a knob that can be trained with. */
  function other(name: keyof Knobs): Partial<Knobs> {
    const knob = knobTable[name];
    if (knob.kind === 'filter') return { filter: filter({ name: 'random-k' }) };
    if (knob.kind === 'noise') return { noise: standardNoise('even') };
    if (knob.kind === 'code') return { [name]: 'const score = 1;' };
    const values: readonly (string | number)[] = knob.kind === 'choice' ? knob.options : knob.steps;
    return { [name]: values.find((value) => value !== base[name]) };
  }
  const readings = (events: RunEvent[]) => events.filter((event) => event.type === 'knobs');

  it.each(knobNames)(
    '%s counts in the update under way when it is changed before its stage',
    async (name) => {
      const { readAt } = knobTable[name];
      let now: Partial<Knobs> = {};
      const { events } = await run({
        updates: 1,
        knobs: base,
        live: () => now,
        onEvent: (event) => {
          if (event.type === 'phase' && event.update === 1 && event.phase === readAt) now = other(name);
        },
      });
      expect(readings(events)).toEqual([{ type: 'knobs', update: 1, phase: readAt, knobs: other(name) }]);
    },
  );

  it.each(knobNames)('%s waits for the next update when it is changed after its stage', async (name) => {
    const { readAt } = knobTable[name];
    let now: Partial<Knobs> = {};
    let isPast = false;
    const { events } = await run({
      updates: 2,
      knobs: base,
      live: () => now,
      onEvent: (event) => {
        if (event.update !== 1) return;
        // Minibatches read theirs again and again, until the update is done.
        if (readAt === 'update' ? event.type === 'updated' : isPast) now = other(name);
        isPast ||= event.type === 'phase' && event.phase === readAt;
      },
    });
    expect(readings(events)).toEqual([{ type: 'knobs', update: 2, phase: readAt, knobs: other(name) }]);
  });

  it('a run looks at no knob before Train but those of its opening batch', async () => {
    const { events } = await run({ updates: 0, knobs: base, live: () => ({ learningRate: 1, klCoef: 9 }) });
    expect(readings(events)).toEqual([]);
  });
});

describe('a filter of the whole batch', () => {
  const under = (name: string, more: Partial<Knobs> = {}) => ({
    updates: 1,
    knobs: { filter: filter({ name }), ...more },
  });
  const learned = (events: RunEvent[]) => {
    const experience = events.find((event) => event.type === 'experience');
    const updated = events.find((event) => event.type === 'updated');
    return { experience: experience!, metrics: updated!.metrics };
  };

  it('learns from as many as it keeps, in the steps that were asked for', async () => {
    const { events } = await run(under('top'));
    const [, { kept, promptCount, groupSize }] = batches(events);
    const perPrompt = Array.from(
      { length: promptCount },
      (_, p) => kept.filter((row) => Math.floor(row / groupSize) === p).length,
    );
    expect(new Set(perPrompt).size).toBeGreaterThan(1);
    const { experience, metrics } = learned(events);
    expect(experience.kl).toHaveLength(kept.length);
    expect(metrics).toMatchObject({ 'filter/kept': kept.length, 'policy/adam_steps': 4 });
  });

  it('that draws does so from all prompts alike, a row as often as it comes', async () => {
    const { events } = await run(under('pow-2'));
    const [, { kept }] = batches(events);
    expect(kept).toHaveLength(32);
    expect(new Set(kept).size).toBeLessThan(32);
    expect(learned(events).experience.kl).toHaveLength(32);
  });

  it.each(['kept', 'all', 'scale', 'off'] as const)(
    'that keeps nothing takes no step and changes nothing, with whitening %s; the run goes on',
    async (whitening) => {
      // As many prompts as responses: every score is equal to itself.
      const nothing = under('dynamic-sampling', { whitening, groupSize: 1 });
      const [before, after] = [await run({ ...nothing, updates: 0 }), await run({ ...nothing, updates: 2 })];
      expect(after.weights).toEqual(before.weights);
      expect(batches(after.events).map(({ kept }) => kept)).toEqual([[], [], []]);
      const { experience, metrics } = learned(after.events);
      expect(experience).toMatchObject({ kl: new Float32Array(), advantages: new Float32Array() });
      expect(metrics).toMatchObject({ 'filter/kept': 0, 'policy/adam_steps': 0 });
      expect(metrics['policy/loss']).toBeNaN();
      const judged = after.events.filter((event) => event.type === 'judged');
      expect(judged.map(({ update }) => update)).toEqual([0, 1, 2]);
      expect(judged[2].metrics['objective/pass_rate']).toBeGreaterThan(0);
      expect(after.events.filter((event) => event.type === 'evaluated')).not.toEqual([]);
    },
  );

  it('that reads the truth waits for it, and learns from it; what is unknown is dropped', async () => {
    const honest = await run(under('agreement'));
    const { scores, kept, groupSize } = batches(honest.events)[1];
    const judged = honest.events.find((event) => event.type === 'judged' && event.update === 1);
    const truths = judged?.type === 'judged' ? judged.testScores : expect.unreachable();
    expect(kept.length).toBeGreaterThan(0);
    for (const row of kept) {
      const group = scores.subarray(row - (row % groupSize), row - (row % groupSize) + groupSize);
      const mean = group.reduce((sum, score) => sum + score, 0) / groupSize;
      expect(scores[row] > mean).toBe(truths[row] === 1);
    }
    const permuted = await run({ ...under('agreement'), truths: (known) => known.toReversed() });
    expect(permuted.weights).not.toEqual(honest.weights);
    const unknown = await run({ ...under('agreement'), truths: (known) => known.fill(NaN) });
    expect(batches(unknown.events)[1].kept).toEqual([]);
  });

  it('gives the same run again, and going on is the run that never stopped', async () => {
    const options = { ...under('top-random'), updates: 3 };
    const whole = await run(options);
    expect((await run(options)).weights).toEqual(whole.weights);
    const half = await run({ ...options, updates: 1 });
    expect((await run({ ...options, from: half.state })).weights).toEqual(whole.weights);
  });
});
