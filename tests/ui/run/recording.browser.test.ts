import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import type { RunConfig } from '../../../src/protocol/config.ts';
import { RunRecord } from '../../../src/record/run-record.ts';
import { loadRecording } from '../../../src/ui/run/load-recording.ts';
import { Playback } from '../../../src/ui/run/playback.ts';
import { Player } from '../../../src/ui/run/player.ts';

/** The bytes of the file that the site has. */
async function shipped(): Promise<Uint8Array<ArrayBuffer>> {
  const index = (await (await fetch('/recordings/index.json')).json()) as { file: string }[];
  return new Uint8Array(await (await fetch(`/recordings/${index[0].file}`)).arrayBuffer());
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('a recording is found', () => {
  const asked = (part: Partial<RunConfig>) => loadRecording({ ...defaultConfig, ...part });

  it('for the run that the page begins with', async () => {
    const playback = (await asked({}))!;
    const { config } = playback.model;
    expect(config).toMatchObject({ seed: 1, engine: 'cpu', preset: 'tiny', knobs: defaultKnobs });
    expect(playback.update).toBe(0);
    expect(playback.updates).toBeGreaterThan(0);
  });

  it.each<Partial<RunConfig>>([
    { seed: 2 },
    { knobs: { ...defaultKnobs, klCoef: 0.3 } },
    { engine: 'cpu' },
    { preset: 'tiny' },
  ])('not where the address asks for %o', async (part) => {
    expect(await asked(part)).toBeUndefined();
  });

  it.each<[string, () => Promise<Response>]>([
    ['no index', () => Promise.resolve(new Response('', { status: 404 }))],
    ['a page in its place', () => Promise.resolve(new Response('<!doctype html>'))],
    ['an index of nothing', () => Promise.resolve(Response.json(null))],
    ['no connection', () => Promise.reject(new TypeError('Failed to fetch'))],
  ])('not where there is %s', async (_what, answer) => {
    vi.spyOn(globalThis, 'fetch').mockImplementation(answer);
    expect(await asked({})).toBeUndefined();
  });

  it('not where its file is cut off', async () => {
    const bytes = await shipped();
    const real = fetch;
    vi.spyOn(globalThis, 'fetch').mockImplementation((where) =>
      (where as URL).href.endsWith('.run')
        ? Promise.resolve(new Response(bytes.slice(0, bytes.length / 2)))
        : real(where),
    );
    expect(await asked({})).toBeUndefined();
  });
});

describe('a recording is played', () => {
  let record: RunRecord;
  const seen = { isDue: true, changes: 0, broken: 0 };
  const play = () => {
    const player = new Player(new Playback(record), {
      isDue: () => seen.isDue,
      onChange: () => (seen.changes += 1),
      onBroken: () => (seen.broken += 1),
    });
    return { player, at: () => player.playback.update };
  };
  beforeEach(async () => {
    record = RunRecord.decode(await shipped());
    Object.assign(seen, { isDue: true, changes: 0, broken: 0 });
    vi.useFakeTimers();
  });

  it('some updates a second, to its end, and again when it is asked for', () => {
    const { player, at } = play();
    expect([at(), player.isPlaying]).toEqual([0, true]);
    vi.advanceTimersByTime(2000);
    expect(at()).toBeGreaterThanOrEqual(4);
    expect(at()).toBeLessThanOrEqual(8);
    expect(seen.changes).toBe(at());
    vi.advanceTimersByTime(60_000);
    expect([at(), player.isPlaying]).toEqual([record.lastUpdate, false]);
    player.toggle();
    expect([at(), player.isPlaying]).toEqual([0, true]);
    player.close();
  });

  it('not while it is paused, nor while nobody can see it, nor once it is closed', () => {
    const { player, at } = play();
    vi.advanceTimersByTime(1000);
    const before = at();
    player.toggle();
    vi.advanceTimersByTime(5000);
    expect(at()).toBe(before);
    player.toggle();
    seen.isDue = false;
    vi.advanceTimersByTime(5000);
    expect(at()).toBe(before);
    seen.isDue = true;
    vi.advanceTimersByTime(1000);
    expect(at()).toBeGreaterThan(before);
    const last = at();
    player.close();
    vi.advanceTimersByTime(5000);
    expect(at()).toBe(last);
  });

  it('at once to its end where motion is not wanted', () => {
    vi.spyOn(globalThis, 'matchMedia').mockImplementation(
      (query) => ({ matches: query.includes('reduced-motion') }) as MediaQueryList,
    );
    const { player, at } = play();
    expect([at(), player.isPlaying]).toEqual([record.lastUpdate, false]);
    player.close();
  });

  it('no further than it can be read', async () => {
    vi.useRealTimers();
    const bytes = await shipped();
    // A task of a later batch that there is not.
    const text = new TextDecoder('latin1').decode(bytes);
    const at = text.lastIndexOf('"taskIds\\":[\\"') + '"taskIds\\":[\\"'.length;
    bytes[at] = bytes[at] === 0x7e ? 0x7d : 0x7e;
    record = RunRecord.decode(bytes, 'head');
    vi.useFakeTimers();
    const { player } = play();
    vi.advanceTimersByTime(60_000);
    expect(seen.broken).toBeGreaterThan(0);
    player.close();
  });
});
