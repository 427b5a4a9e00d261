import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fitted, main, recordRun } from '../../scripts/record.ts';
import { defaultConfig, defaultKnobs } from '../../src/ppo/knobs.ts';
import type { RunConfig } from '../../src/protocol/config.ts';
import type { RunEvent } from '../../src/protocol/events.ts';
import { configOf, isOf, type Recording } from '../../src/record/recordings.ts';
import { RunRecord } from '../../src/record/run-record.ts';

const tiny: RunConfig = {
  ...defaultConfig,
  preset: 'tiny',
  knobs: { ...defaultKnobs, promptsPerUpdate: 4, groupSize: 4, evalEvery: 2, evalPrompts: 4 },
};
const eventsOf = (record: RunRecord) => [...record.events()];
const updatesOf = (record: RunRecord, type: RunEvent['type']) =>
  eventsOf(record).flatMap((event) => (event.type === type ? [event.update] : []));
const readIndex = async (folder: string) =>
  JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as Recording[];

describe('a run that is recorded', () => {
  let record: RunRecord;
  beforeAll(async () => {
    record = await recordRun(tiny, 5);
  });

  it('gives the same bytes every time', async () => {
    expect(Buffer.from((await recordRun(tiny, 5)).encode())).toEqual(Buffer.from(record.encode()));
  });

  it('is whole, in the order of updates, each truth behind its own', () => {
    const updates = [0, 1, 2, 3, 4, 5];
    expect(updatesOf(record, 'batch')).toEqual(updates);
    expect(updatesOf(record, 'judged')).toEqual(updates);
    expect(updatesOf(record, 'updated')).toEqual(updates.slice(1));
    expect(updatesOf(record, 'evaluated')).toEqual([0, 2, 4]);
    const all = eventsOf(record).map(({ update }) => update);
    expect(all).toEqual([...all].sort((a, b) => a - b));
  });

  it('is thinned to what may be spent, its metrics never', async () => {
    const size = gzipSync(record.encode(), { level: 9 }).length;
    expect(Buffer.from(await fitted(record, size))).toEqual(Buffer.from(record.encode()));
    const copy = RunRecord.decode(record.encode());
    const thin = RunRecord.decode(await fitted(copy, size - 1));
    expect(updatesOf(thin, 'batch')).toEqual([0, 2, 4, 5]);
    const metrics = (from: RunRecord) =>
      eventsOf(from).flatMap((event) => ('metrics' in event ? [event.metrics] : []));
    expect(metrics(thin)).toEqual(metrics(record));
  });
});

describe('the command', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pf-ppo-record-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('writes a recording and lists it beside those that are there and can be read', async () => {
    const make = (filter: string) =>
      main([
        '--scenario',
        'hacked top',
        '--filter',
        filter,
        '--seed',
        '7',
        '--updates',
        '1',
        '--out',
        folder,
      ]);
    await writeFile(join(folder, 'of-another-time.run'), 'PFPPORUN, or what was one');
    expect([await make('none'), await make('best-of-n')]).toEqual([0, 0]);
    const index = await readIndex(folder);
    expect(index).toMatchObject([
      { file: 'hacked-top-best-of-n-seed-7.run', filter: 'best-of-n' },
      { file: 'hacked-top-none-seed-7.run', filter: 'none' },
    ]);
    for (const entry of index) expect(entry).toMatchObject({ scenario: 'hacked top', seed: 7, updates: 1 });
    const bytes = new Uint8Array(await readFile(join(folder, index[0].file)));
    expect(index[0].bytes).toBe(bytes.length);
    expect(RunRecord.decode(bytes).config).toEqual(configOf(index[0]));
  });
});

describe('what is shipped', () => {
  const folder = 'public/recordings';
  let index: Recording[];
  beforeAll(async () => {
    index = await readIndex(folder);
  });
  const bytesOf = async ({ file }: Recording) => new Uint8Array(await readFile(join(folder, file)));

  it('is listed, is what the list says, and costs a visitor 150 kB at most', async () => {
    const others = (await readdir(folder)).filter((name) => name !== 'index.json');
    expect(index.map(({ file }) => file).sort()).toEqual(others.sort());
    for (const entry of index) {
      const bytes = await bytesOf(entry);
      const record = RunRecord.decode(bytes);
      expect(gzipSync(bytes, { level: 9 }).length).toBeLessThanOrEqual(150_000);
      expect(record.config).toEqual(configOf(entry));
      expect(record.lastUpdate).toBe(entry.updates);
      expect(updatesOf(record, 'failed')).toEqual([]);
    }
  });

  it('has the run that the page begins with', () => {
    expect(index.filter((entry) => isOf(configOf(entry), defaultConfig))).toHaveLength(1);
  });

  it('is what the models of today do: made again it is the same', async () => {
    for (const entry of index) {
      const record = RunRecord.decode(await bytesOf(entry));
      const again = await recordRun(configOf(entry), 1);
      expect(eventsOf(again)).toEqual(eventsOf(record.upTo(1)));
    }
  });
});
