import { beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../src/ppo/knobs.ts';
import { metricNames } from '../../../src/protocol/metrics.ts';
import { RunRecord } from '../../../src/record/run-record.ts';
import { replay } from '../../../src/ui/run/live-run.ts';
import { Playback } from '../../../src/ui/run/playback.ts';
import type { RunModel } from '../../../src/ui/run/run-model.ts';
import { recordedRun } from '../../recorded-run.ts';
import { run } from '../../tiny-run.ts';

const facts = ({ history, batches, evaluation, finished, inForce, changes, shown }: RunModel) => ({
  ...{ batches, evaluation, finished, inForce, changes, shown },
  columns: metricNames.map((name) => history.known(name)),
});
const waiting = { kind: 'starting' } as const;

let record: RunRecord;
beforeAll(async () => {
  const { events } = await run({ updates: 4, knobs: { evalEvery: 2 } });
  record = new RunRecord(defaultConfig);
  const known = new Set(['judged', 'evaluated', 'evaluation']);
  const place = (event: (typeof events)[number]) => 2 * event.update + (known.has(event.type) ? 1 : 0);
  for (const event of events.sort((a, b) => place(a) - place(b))) record.push(event);
});

describe('a playback', () => {
  it('shows at every update what the run knew at its end, and nothing later', () => {
    const playback = new Playback(record);
    expect(playback.updates).toBe(4);
    for (let update = 0; update <= 4; update++) {
      playback.goTo(update);
      expect(playback.update).toBe(update);
      expect(playback.isOver).toBe(update === 4);
      expect(facts(playback.model)).toEqual(facts(replay(record.upTo(update))));
      expect(playback.model.shown?.batch.update).toBe(update);
      expect(playback.model.evaluation?.update).toBe(update - (update % 2));
    }
  });

  it('ends where the record ends, however far it is told to go, and begins again', () => {
    const playback = new Playback(record);
    const first = facts(playback.model);
    playback.goTo(100);
    expect(playback.update).toBe(4);
    expect(facts(playback.model)).toEqual(facts(replay(record)));
    playback.rewind();
    expect(playback.update).toBe(0);
    expect(facts(playback.model)).toEqual(first);
  });

  it('tells of the update that it is at, and of no other one where a batch was thinned', () => {
    const thinned = RunRecord.decode(record.encode(), 'head');
    thinned.thin(2, 1);
    const playback = new Playback(thinned);
    const told = [0, 1, 2, 3, 4].map((update) => {
      playback.goTo(update);
      const status = playback.status(true, waiting);
      return status.kind === 'recording' ? [status.update, status.last?.update] : undefined;
    });
    expect(told).toEqual([
      [0, 0],
      [1, undefined],
      [2, 2],
      [3, undefined],
      [4, 4],
    ]);
    expect(facts(playback.model).columns).toEqual(facts(replay(record)).columns);
  });

  it('goes to any update, on and back, from any other, and on from there', async () => {
    const playback = new Playback(record);
    for (const update of [3, 1, 4, 0, 2]) {
      expect(
        await playback.seek(
          update,
          () => undefined,
          () => true,
        ),
      ).toBe(true);
      expect(playback.update).toBe(update);
      expect(facts(playback.model)).toEqual(facts(replay(record.upTo(update))));
    }
    playback.goTo(4);
    expect(facts(playback.model)).toEqual(facts(replay(record)));
  });

  it('knows of an update all truths, however late they came, and looks at the last batches alone', async () => {
    const { record: live } = await recordedRun(9, { knobs: { evalEvery: 2 } });
    const playback = new Playback(live);
    await playback.seek(
      8,
      () => undefined,
      () => true,
    );
    const whole = facts(replay(live.upTo(8)));
    expect(facts(playback.model)).toEqual(whole);
    expect(whole.batches.map(({ batch }) => batch.update)).toEqual([5, 6, 7, 8]);
  });

  it('stays where it is if another update was asked for meanwhile', async () => {
    const playback = new Playback(record);
    const before = playback.model;
    let asked = 0;
    const pause = () => (asked++ === 5 ? Promise.resolve() : undefined);
    expect(await playback.seek(4, pause, () => false)).toBe(false);
    expect(playback.model).toBe(before);
    expect(playback.update).toBe(0);
  });

  it('of the run of this page tells how far it has come, and where it waits', async () => {
    const playback = new Playback(record);
    await playback.seek(
      2,
      () => undefined,
      () => true,
    );
    expect(playback.lookedAt(4, waiting)).toMatchObject({
      ...{ kind: 'looking', update: 2, updates: 4, live: waiting },
      last: { update: 2 },
    });
  });

  it('tells from which update another run can branch off: the last one that is not after what is shown', async () => {
    const playback = new Playback(record, [2, 4]);
    const seen: (number | undefined)[] = [];
    for (const update of [1, 2, 3, 4, 5]) {
      await playback.seek(
        update,
        () => undefined,
        () => true,
      );
      const looking = playback.lookedAt(8, waiting);
      seen.push(looking.kind === 'looking' ? looking.branchFrom : NaN);
    }
    expect(seen).toEqual([undefined, 2, 2, 4, 4]);
  });
});
