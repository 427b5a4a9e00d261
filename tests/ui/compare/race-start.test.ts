import { afterAll, beforeAll, expect, it } from 'vitest';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import type { Knobs, RunConfig } from '../../../src/protocol/config.ts';
import { branchOf } from '../../../src/record/run-file.ts';
import { RunRecord } from '../../../src/record/run-record.ts';
import { armOf, EVAL_EVERY } from '../../../src/ui/compare/setup.ts';
import { RaceRun } from '../../../src/ui/compare/race-run.ts';
import { factsOfSaved } from '../../../src/ui/runs/facts.ts';
import { begunAt, startOf, unfit, type StartState } from '../../../src/ui/runs/start.ts';
import type { KeptRun, SavedRun } from '../../../src/ui/runs/store.ts';
import { sessionThreads } from '../../workers/threads.ts';
import { serveModels } from '../../workers/models-site.ts';

let site: Awaited<ReturnType<typeof serveModels>>;
beforeAll(async () => {
  site = await serveModels();
});
afterAll(() => site.close());

const knobs: Knobs = { ...defaultKnobs, promptsPerUpdate: 4, groupSize: 4, evalEvery: 2, evalPrompts: 4 };
const config: RunConfig = { ...defaultConfig, engine: 'cpu', seed: 3, knobs };
const parent = { id: 'parent', label: 'the parent' } as KeptRun;

interface Way {
  updates: number;
  own?: RunConfig;
  start?: { update: number; state: StartState };
  /** Goes on from there. */
  left?: RaceRun;
  /** Where it is left; else it goes on until it is done. */
  until?: number;
}
/** A run to which turns are given. */
function trained({ updates, own = config, start, left, until }: Way): Promise<RaceRun> {
  const isLeft = (run: RaceRun) => until !== undefined && !run.isBusy && run.saved()?.state.update === until;
  return new Promise((settle, fail) => {
    const next = () => {
      if (run.state.problem !== undefined) fail(new Error(run.state.problem));
      if (run.state.isDone === true || isLeft(run)) return settle(run);
      if (!run.isBusy && !run.isThrough) run.advance();
    };
    const state = left?.state ?? { arm: 0, seed: own.seed, seconds: [], predictors: [] };
    const threads = sessionThreads({ baseUrl: site.url });
    const run = new RaceRun(
      ...([own, structuredClone(state), updates, threads, () => setImmediate(next)] as const),
      ...[structuredClone(left?.saved()), start],
    );
    next();
  });
}

async function startFrom(saved: SavedRun) {
  const { update } = saved.state;
  const start = await startOf({ ...saved, branch: branchOf(parent, update) }, parent);
  // As storage gives it back.
  return { facts: start.facts, update, state: structuredClone(start.state) };
}
const numbers = ({ state: { outcome } }: RaceRun) =>
  outcome!.evaluations.map(({ update, passAt1Train, passAt1HeldOut, score, kl }) => ({
    ...{ update, passAt1Train, passAt1HeldOut, score, kl },
  }));

it('with the run’s own knobs and seed comes to the very numbers to which the run itself went on', async () => {
  const half = await trained({ updates: 6, until: 2 });
  const start = await startFrom(structuredClone(half.saved()!));
  half.close();
  const whole = await trained({ updates: 6 });
  const again = await trained({ updates: 4, start });
  expect(again.saved()!.state).toEqual(whole.saved()!.state);
  // Updates and costs are counted from where it began.
  expect(numbers(again)).toEqual(
    numbers(whole).slice(1).map((one) => ({ ...one, update: one.update - 2 })), // prettier-ignore
  );
  expect(
    again.state.outcome!.evaluations.map(({ drawn, trained: learned, steps }) => [drawn, learned, steps]),
  ).toEqual(
    [[0, 0, 0], [32, 16, 8], [64, 32, 16]], // prettier-ignore
  );
  const flops = ({ state }: RaceRun) => state.outcome!.evaluations.map((one) => one.flops);
  expect(flops(again)[2]).toBe(flops(whole)[3] - flops(whole)[1]);
  expect(Object.keys(again.state.seconds)).toEqual(['1', '2', '3', '4']);
  expect(again.state.outcome!.predictors).toMatchObject([{ update: 0 }]);

  // Another seed is measured there with responses of its own, not as the run was.
  const other = await trained({ updates: 2, start, own: { ...config, seed: 4 } });
  expect(numbers(other).map(({ update }) => update)).toEqual([0, 2]);
  expect(numbers(other)[0].kl).not.toBe(numbers(again)[0].kl);
  const measured = await trained({ updates: 2, start, own: { ...config, seed: 4 }, until: 2 });
  measured.close();
  expect(numbers(measured)).toEqual(numbers(other).slice(0, 1));

  // Kept, it says what it is of, and has the common history.
  const kept = again.saved()!;
  expect(factsOfSaved(kept)).toMatchObject({
    label: expect.stringMatching(/seed 3, branched off at update 2$/) as string,
    ...{ updates: 6, branch: { update: 2, label: 'the parent' } },
  });
  const updated = [...RunRecord.decode(kept.record).events((type) => type === 'updated')];
  expect(updated.map(({ update }) => update)).toEqual([1, 2, 3, 4, 5, 6]);
});

it('from an update that was not evaluated is measured there first; another seed goes another way', async () => {
  const half = await trained({ updates: 6, until: 3 });
  const start = await startFrom(structuredClone(half.saved()!));
  half.close();
  const filter = { ...knobs.filter, name: 'none' };
  const other: RunConfig = { ...config, seed: 4, knobs: { ...knobs, filter } };
  const one = await trained({ updates: 4, start, own: other });
  expect(numbers(one).map(({ update }) => update)).toEqual([0, 2, 4]);
  // All of the batch is learned from, and the update itself was none of its own.
  expect(one.state.outcome!.evaluations.map(({ trained: learned }) => learned)).toEqual([0, 32, 64]);
  const label = /best-worst → none at 4, seed 4, branched off at update 3$/;
  expect(factsOfSaved(one.saved()!).label).toMatch(label);
  // Left in the midst and gone on with it comes to the same.
  const midst = await trained({ updates: 4, start, own: other, until: 5 });
  const rest = await trained({ updates: 4, start, own: other, left: midst });
  midst.close();
  expect(numbers(rest)).toEqual(numbers(one));
  expect(rest.saved()!.state).toEqual(one.saved()!.state);
  // Another seed with the same knobs draws other prompts.
  const same = await trained({ updates: 4, start, own: { ...other, seed: 5 } });
  expect(same.saved()!.state.learner).not.toEqual(one.saved()!.state.learner);
});

it('once kept gives its settings to others without where it began', () => {
  const arm = armOf({ ...config, evalFrom: 3 }, knobs);
  expect(arm).toEqual({ ...config, knobs: { ...knobs, evalEvery: EVAL_EVERY } });
});

it('is given up, with a sentence, where the update is here no longer', async () => {
  const start = { update: 3 } as { update: number; state: StartState };
  await expect(trained({ updates: 4, start })).rejects.toThrow('is not here any more.');
});

it('cannot be a damaged state, code that nobody has read, or models that are not here', async () => {
  const half = await trained({ updates: 6, until: 1 });
  const saved = { ...structuredClone(half.saved()!), branch: branchOf(parent, 1) };
  half.close();
  const broken = structuredClone(saved);
  broken.state.learner.secondMoment[5] = NaN;
  await expect(startOf(broken, parent)).rejects.toThrow(
    'The state of “the parent” after update 1 is damaged. Choose another update.',
  );
  const short = structuredClone(saved);
  short.state.critic.firstMoment = short.state.critic.firstMoment.slice(1);
  await expect(startOf(short, parent)).rejects.toThrow('is damaged');
  const own = { ...saved.knobs.filter, name: 'own', code: 'return group.responses.map(() => 1);' };
  const unread = { ...saved, isUnread: true, knobs: { ...saved.knobs, filter: own } };
  await expect(startOf(unread, parent)).rejects.toThrow('look at it first');
  const { facts, state } = await startOf({ ...unread, knobs: saved.knobs }, parent);
  expect(begunAt(state, config).isUnread).toBeUndefined();
  // Models for other words cannot score what it writes.
  expect(unfit(facts, knobs)).toBeUndefined();
  const small = 'own_0123456789abcdef_small_samples_all_p400_f0.3_l0_g0.15_n600_s1' as const;
  expect(unfit(facts, { ...knobs, teacher: small })).toMatch(/made for the models “small”.*of “tiny”/);
  const elsewhere = new RunRecord(config);
  for (const event of RunRecord.decode(saved.record).events())
    elsewhere.push(event.type === 'opened' ? { ...event, preset: 'huge' } : event);
  await expect(startOf({ ...saved, record: elsewhere.encode() }, parent)).rejects.toThrow('“huge”');
});
