import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveModels } from '../../workers/models-site.ts';
import { ownName } from '../../../src/ppo/filter.ts';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import type { RunConfig } from '../../../src/protocol/config.ts';
import type { Notice } from '../../../src/protocol/messages.ts';
import { metricNames } from '../../../src/protocol/metrics.ts';
import { RunRecord } from '../../../src/record/run-record.ts';
import { LiveRun, replay, restore } from '../../../src/ui/run/live-run.ts';
import { RunModel } from '../../../src/ui/run/run-model.ts';
import type { OpenThreads } from '../../../src/ui/run/threads.ts';
import { sessionThreads, type Neighbours } from '../../workers/threads.ts';

let site: Awaited<ReturnType<typeof serveModels>>;
beforeAll(async () => {
  site = await serveModels();
});
afterAll(() => site.close());

const config: RunConfig = {
  ...defaultConfig,
  engine: 'cpu',
  knobs: { ...defaultKnobs, promptsPerUpdate: 4, groupSize: 4, evalEvery: 2, evalPrompts: 4 },
};

/** What the page would show of a model. */
function facts(model: RunModel) {
  const { config, inForce, changes, engine, failure, phase, running, ready, finished, batches } = model;
  const columns = metricNames.map((name) => model.history.known(name));
  return {
    ...{ config, inForce, changes, engine, failure, phase, running, ready, finished, batches, columns },
    ...{ shown: model.shown, status: model.status() },
  };
}

/** What a run has done, without when: how far the judge was behind, and how long it took, are no part of it. */
function done({ record }: LiveRun, update: number) {
  return [...record.upTo(update).events()]
    .filter(({ type }) => !['state', 'phase', 'opened'].includes(type))
    .map((event) => {
      if (event.type !== 'updated') return event;
      const { 'cost/seconds': seconds, ...metrics } = event.metrics;
      expect(seconds).toBeGreaterThan(0);
      return { ...event, metrics };
    })
    .sort((a, b) => a.update - b.update || (a.type < b.type ? -1 : a.type > b.type ? 1 : 0));
}

/** Real sessions whose threads the test can take away. */
function fragile(neighbours: Partial<Neighbours> = {}) {
  const open = sessionThreads({ baseUrl: site.url, ...neighbours });
  const control = {
    opened: 0,
    lose: (_why: string) => undefined as void,
    say: (_: Notice) => undefined as void,
  };
  const openThreads: OpenThreads = (beginning, onNotice, onLost) => {
    control.opened++;
    control.lose = onLost;
    control.say = onNotice;
    return open(beginning, onNotice, onLost);
  };
  return { control, openThreads };
}

/** A run that calls `onChange` at every event; `until` waits for something to be so. */
function start(
  openThreads: OpenThreads,
  begin: ConstructorParameters<typeof LiveRun>[0],
  onChange = () => undefined as void,
) {
  const waiting: { wanted: () => boolean; settle: () => void; fail: (why: unknown) => void }[] = [];
  const run: LiveRun = new LiveRun(begin, openThreads, () => {
    onChange();
    for (const entry of waiting.filter(({ wanted }) => wanted())) {
      waiting.splice(waiting.indexOf(entry), 1);
      entry.settle();
    }
    // Nothing comes after it.
    for (const { fail } of waiting) if (run.model.failure) fail(new Error(run.model.failure.message));
  });
  const until = (wanted: () => boolean) =>
    wanted()
      ? Promise.resolve()
      : new Promise<void>((settle, fail) => waiting.push({ wanted, settle, fail }));
  return { run, until };
}

const begin = { id: 'one', config, knobs: config.knobs };

/** The run that nothing happens to. */
async function whole(updates: number): Promise<LiveRun> {
  const { run, until } = start(fragile().openThreads, begin);
  await until(() => run.model.ready);
  run.client.play();
  await until(() => (run.state?.update ?? 0) >= updates);
  run.client.close();
  return run;
}

describe('a run', () => {
  it('is its events: a replay gives, at every event, the model that the live run had', async () => {
    const live: ReturnType<typeof facts>[] = [];
    let seen = 0;
    const { run, until } = start(fragile().openThreads, begin, () => {
      if (run.record.length === seen) return;
      seen = run.record.length;
      live.push(facts(run.model));
    });
    await until(() => run.model.ready);
    run.client.play();
    await until(() => run.model.finished >= 1);
    run.setKnobs({ ...config.knobs, groupSize: 6, teacher: 'weak' });
    await until(() => (run.state?.update ?? 0) >= 4);
    run.client.close();
    const model = new RunModel(config);
    const events = [...RunRecord.decode(run.record.encode()).events()];
    expect(events).toHaveLength(live.length);
    events.forEach((event, i) => {
      model.apply(event);
      expect(facts(model)).toEqual(live[i]);
    });
    expect(model.changes).toHaveLength(1);
  });

  it('that lost its worker in mid-update does what it would have done, bit for bit', async () => {
    const straight = await whole(5);
    const { control, openThreads } = fragile();
    const { run, until } = start(openThreads, begin);
    await until(() => run.model.ready);
    run.client.play();
    for (const update of [2, 4]) {
      await until(() => run.model.phase?.update === update && run.model.phase.phase === 'update');
      control.lose('it was ended');
    }
    await until(() => (run.state?.update ?? 0) >= 5);
    run.client.close();
    expect(control.opened).toBe(3);
    expect(done(run, 5)).toEqual(done(straight, 5));
    expect(run.state!.learner).toEqual(straight.state!.learner);
    expect(run.notices).toHaveLength(2);
    expect(facts(replay(run.record))).toEqual(facts(run.model));
  });

  it('that was kept and taken up again does what it would have done, bit for bit', async () => {
    const straight = await whole(5);
    const { run: left, until: untilLeft } = start(fragile().openThreads, begin);
    await untilLeft(() => left.model.ready);
    left.client.play();
    // Left in the middle of an update, of which the record knows already.
    await untilLeft(
      () => left.model.newest!.batch.update > (left.state?.update ?? 0) && left.model.finished > 1,
    );
    const saved = structuredClone(left.saved(0)!);
    left.client.close();

    // As if it had been branched off another.
    const branch = { update: 1, name: 'The first', label: 'seed 1' };
    const { run, until } = start(fragile().openThreads, await restore({ ...saved, branch }));
    expect(run.model.status()).toMatchObject({ kind: 'paused', update: saved.state.update, finished: true });
    expect(run.model.history.at('objective/pass_rate', 1)).toBe(
      straight.model.history.at('objective/pass_rate', 1),
    );
    run.client.play();
    await until(() => (run.state?.update ?? 0) >= 5);
    run.client.close();
    expect(done(run, 5)).toEqual(done(straight, 5));
    expect(run.state!.learner).toEqual(straight.state!.learner);
    expect(run.saved(0)!.branch).toEqual(branch);
    expect(straight.saved(0)).not.toHaveProperty('branch');
    expect(run.past!.label).toBe(`${straight.past!.label}, from update 1 of “The first”`);
  });

  it('whose own filter fails is back at its last good state, and goes on with another', async () => {
    const { run, until } = start(
      fragile({ call: async ({ args }) => args.map(() => ({ kind: 'threw', text: 'no', line: 3 })) })
        .openThreads,
      begin,
    );
    await until(() => run.model.ready);
    run.client.step('update');
    await until(() => run.state?.update === 1);
    run.setKnobs({ ...config.knobs, filter: { ...config.knobs.filter, name: ownName, code: 'x' } });
    run.client.play();
    await until(() => run.notices.length > 0);
    expect(run.notices).toEqual([
      'Update 2: your own filter failed at prompt 1, line 2. No. ' +
        'The run is back at the end of update 1: mend the filter or choose another, then press Train.',
    ]);
    expect([run.model.running, run.model.failure, run.model.finished]).toEqual([false, undefined, 1]);
    run.setKnobs(config.knobs);
    run.client.play();
    await until(() => run.model.finished > 1);
    run.client.close();
  });

  it('whose numbers are lost is back at its last good state, and can go on with a smaller step', async () => {
    const { run, until } = start(fragile().openThreads, begin);
    await until(() => run.model.ready);
    run.client.step('update');
    await until(() => run.state?.update === 1);
    run.setKnobs({ ...config.knobs, learningRate: 1e38 });
    run.client.play();
    await until(() => run.notices.length > 0);
    expect(run.notices[0]).toMatch(/is (NaN|Infinity).*The run is back at the end of update \d+: lower it/);
    expect(run.model.running).toBe(false);
    expect(run.model.failure).toBeUndefined();
    const { finished } = run.model;
    run.setKnobs(config.knobs);
    run.client.play();
    await until(() => run.model.finished > finished);
    run.client.close();
  });
});
