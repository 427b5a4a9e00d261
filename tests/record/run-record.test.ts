import { beforeAll, describe, expect, it } from 'vitest';
import { ownName } from '../../src/ppo/filter.ts';
import { defaultConfig, defaultKnobs } from '../../src/ppo/knobs.ts';
import { standardNoise } from '../../src/ppo/noise.ts';
import { stream } from '../../src/ppo/random.ts';
import type { NoiseConfig } from '../../src/protocol/config.ts';
import { phases } from '../../src/protocol/batch.ts';
import { isLight, type RunEvent } from '../../src/protocol/events.ts';
import { metricNames } from '../../src/protocol/metrics.ts';
import { RunRecord } from '../../src/record/run-record.ts';
import { filter, run } from '../tiny-run.ts';

const opened: RunEvent = {
  type: 'opened',
  update: 0,
  config: defaultConfig,
  engine: 'cpu',
  why: 'CPU.',
  preset: 'tiny',
  parameterCount: 35_000,
};
const failed: RunEvent = {
  ...{ type: 'failed', update: 3, kind: 'numbers', stage: 'update' },
  ...{ name: 'RunError', message: 'policyLoss is NaN', stack: 'here' },
};

function recorded(events: readonly RunEvent[]): RunRecord {
  const record = new RunRecord(defaultConfig);
  for (const event of events) record.push(event);
  return record;
}

/** A run of real batches, with a change of knobs on the way, from which one verdict is missing. */
let real: RunEvent[];
beforeAll(async () => {
  let now = {};
  const { events } = await run({
    updates: 3,
    knobs: { evalEvery: 2 },
    live: () => now,
    truths: (truths) => truths.fill(NaN, 1, 2),
    onEvent: (event) => {
      if (event.type === 'updated')
        now = { filter: filter({ name: 'none', mode: 'resample' }), groupSize: 6 };
    },
  });
  real = [opened, ...events, failed];
});

it('keeps the code of a filter that somebody wrote, in knobs and batches, and refuses what is none', async () => {
  const code = 'const filter = (group) => group.responses.map(() => 1);\n';
  const knobs = { ...defaultKnobs, filter: filter({ name: ownName, code }) };
  const batch = real.find((event) => event.type === 'batch')!;
  const events: RunEvent[] = [
    { type: 'knobs', update: 0, phase: 'filter', knobs: { filter: knobs.filter } },
    { ...batch, batch: { ...batch.batch, filter: knobs.filter } },
  ];
  const record = new RunRecord({ ...defaultConfig, knobs });
  for (const event of events) record.push(event);
  const again = RunRecord.decode(record.encode());
  expect([again.config.knobs, ...again.events()]).toEqual([knobs, ...events]);
  const bad = new RunRecord({
    ...defaultConfig,
    knobs: { ...knobs, filter: { ...knobs.filter, code: 'x'.repeat(1e4) } },
  });
  expect(() => RunRecord.decode(bad.encode())).toThrow('up to 4000 characters');
});

/** Any event, of numbers that mean nothing. */
function anyEvent(random: ReturnType<typeof stream>): RunEvent {
  const update = random.integer(2 ** 31);
  const numbers = () => Float32Array.from({ length: random.integer(9) }, () => random.uniform() - 0.5);
  const metrics = Object.fromEntries(
    metricNames
      .filter(() => random.uniform() < 0.5)
      .map((name) => [name, [NaN, Infinity, random.uniform()][random.integer(3)]]),
  );
  const phase = phases[random.integer(phases.length)];
  const kl = numbers();
  const events: RunEvent[] = [
    { ...opened, update },
    { ...failed, update },
    { type: 'state', update, state: random.integer(2) ? 'running' : 'paused' },
    { type: 'knobs', update, phase, knobs: { klCoef: random.uniform(), filter: defaultKnobs.filter } },
    { type: 'phase', update, phase },
    { type: 'phase', update, phase, minibatch: { index: random.integer(100), count: 100 } },
    { type: 'experience', update, kl, advantages: kl.map((x) => -x) },
    { type: 'judged', update, testScores: numbers(), metrics },
    { type: 'updated', update, metrics },
    { type: 'evaluated', update, metrics },
  ];
  return events[random.integer(events.length)];
}

describe('a record', () => {
  it('gives back every event of a real run, also through its bytes', () => {
    expect(new Set(real.map(({ type }) => type)).size).toBe(10); // all kinds but the page's own `state`
    const record = recorded(real);
    expect([...record.events()]).toEqual(real);
    expect([...RunRecord.decode(record.encode()).events()]).toEqual(real);
    expect(RunRecord.decode(record.encode()).config).toEqual(defaultConfig);
  });

  it('gives back any sequence of events, whole and cut', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = stream(seed, 'what-if');
      const events = Array.from({ length: random.integer(80) }, () => anyEvent(random));
      const record = RunRecord.decode(recorded(events).encode());
      expect([...record.events()]).toEqual(events);
      const cut = random.integer(2 ** 31);
      const stays = events.filter((event) => event.update <= cut && event.type !== 'failed');
      expect([...record.upTo(cut).events()]).toEqual(stays);
    }
  });

  it('thins any sequence of events: what is heavy goes, the order stays', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = stream(seed, 'what-if');
      const events = Array.from({ length: random.integer(80) }, (_, i) => ({
        ...anyEvent(random),
        update: i >> 2,
      }));
      const record = recorded(events);
      record.thin(3, 4);
      const last = events.at(-1)?.update ?? 0;
      const left = events.flatMap((event): RunEvent[] => {
        if (event.update % 3 === 0 || event.update > last - 4) return [event];
        if (event.type === 'judged') return [{ ...event, testScores: new Float32Array(0) }];
        return event.type === 'experience' ? [] : [event];
      });
      expect([...record.events()]).toEqual(left);
      expect([...RunRecord.decode(record.encode()).events()]).toEqual(left);
    }
  });

  it('of an older page, which knew nothing of what an evaluation was measured by, is read', () => {
    const before = real.filter(({ type }) => type !== 'evaluation');
    const bytes = recorded(before).encode();
    const older = replaced(bytes, ',"evaluation"]', ']'.padEnd(14));
    expect([...RunRecord.decode(older).events()]).toEqual(before);
  });

  it('thins evaluations as batches: their programs go, their numbers stay', () => {
    const one = real.find((event) => event.type === 'evaluation')!;
    const metrics = { 'eval/kl': 0.5 };
    const record = recorded(
      [0, 1, 2, 3, 4, 5].flatMap((update): RunEvent[] => [
        { type: 'evaluated', update, metrics },
        { ...one, update },
      ]),
    );
    const before = record.heavyBytes;
    record.thin(2, 1);
    expect(record.updatesOf('evaluation')).toEqual([0, 2, 4, 5]);
    expect(record.updatesOf('evaluated')).toEqual([0, 1, 2, 3, 4, 5]);
    expect(record.heavyBytes).toBeLessThan(before);
    expect([...RunRecord.decode(record.encode()).events()]).toEqual([...record.events()]);
  });

  it('can go on after it was read', () => {
    const record = RunRecord.decode(recorded(real.slice(0, 20)).encode());
    for (const event of real.slice(20)) record.push(event);
    expect([...record.events()]).toEqual(real);
  });

  it.each([
    ['nothing', () => new Uint8Array()],
    ['another file', () => new TextEncoder().encode('{"seed":1,"knobs":{}} and more of this')],
    ['half a file', (bytes: Uint8Array) => bytes.slice(0, bytes.length / 2)],
    ['a header that is cut', (bytes: Uint8Array) => bytes.slice(0, 40)],
    ['a version to come', (bytes: Uint8Array) => replaced(bytes, '"version":2', '"version":7')],
    ['columns of another type', (bytes: Uint8Array) => replaced(bytes, '"type":"u16"', '"type":"f64"')],
    ['an impossible knob', (bytes: Uint8Array) => replaced(bytes, '"groupSize":8', '"groupSize":0')],
    ['a metric of another page', (bytes: Uint8Array) => replaced(bytes, '"cost/drawn"', '"cost/drown"')],
    ['an unknown kind of event', (bytes: Uint8Array) => replaced(bytes, '"evaluated"', '"evaporate"')],
  ])('refuses %s in a sentence', (_what, broken) => {
    const bytes = broken(recorded(real).encode());
    expect(() => RunRecord.decode(bytes)).toThrow(/^The recorded run cannot be read: [^\n]+[^.]\.$/);
  });

  it('reads metrics by their names, whatever their places were', () => {
    const metrics = { 'cost/drawn': 256, 'cost/flops': 7e9, 'eval/kl': 0.5 };
    const bytes = recorded([{ type: 'updated', update: 1, metrics }]).encode();
    const older = replaced(bytes, '"cost/drawn","cost/flops"', '"cost/flops","cost/drawn"');
    const swapped = { ...metrics, 'cost/drawn': 7e9, 'cost/flops': 256 };
    expect([...RunRecord.decode(older).events()]).toEqual([{ type: 'updated', update: 1, metrics: swapped }]);
  });

  it('refuses what a visitor cannot have set on the way', () => {
    const set = (knobs: object) => [{ type: 'knobs', update: 1, phase: 'update', knobs } as RunEvent];
    const read = (knobs: object) => RunRecord.decode(recorded(set(knobs)).encode());
    expect([...read({ learningRate: 1e-3 }).events()]).toEqual(set({ learningRate: 1e-3 }));
    expect(() => read({ learningRate: -1 })).toThrow(/^The recorded run cannot be read: .*learning rate/i);
  });

  it('keeps the noise of a batch, and refuses one that there is not', () => {
    const read = (part: Partial<NoiseConfig>) => {
      const noise = { ...standardNoise('profile'), ...part };
      const noisy = real.map((event) =>
        event.type === 'batch' ? { ...event, batch: { ...event.batch, noise } } : event,
      );
      expect([...RunRecord.decode(recorded(noisy).encode()).events()]).toEqual(noisy);
    };
    read({ profile: [0.1, 0.9], share: 0.3 });
    expect(() => read({ name: 'loud' })).toThrow(
      /^The recorded run cannot be read: No noise is named 'loud'/,
    );
  });

  it('that can be passed over can be read, whatever byte of its programs is damaged', () => {
    const random = stream(6, 'what-if');
    const whole = recorded(real).encode();
    let refused = 0;
    for (let i = 0; i < 1000; i++) {
      const bytes = whole.slice();
      bytes[random.integer(bytes.length)] = random.integer(256);
      let record: RunRecord;
      try {
        record = RunRecord.decode(bytes, 'head');
        for (const _ of record.events((type) => isLight(type))); // reads what is light, passes over the rest
      } catch {
        refused++;
        continue;
      }
      expect(() => [...record.events()]).not.toThrow();
    }
    expect(refused).toBeGreaterThan(50);
    expect(refused).toBeLessThan(950);
  });

  it('survives any damaged byte: it is read, or refused in a sentence', () => {
    const random = stream(5, 'what-if');
    const whole = recorded(real.slice(0, 60)).encode();
    for (let i = 0; i < 300; i++) {
      const bytes = whole.slice();
      bytes[random.integer(bytes.length)] = random.integer(256);
      try {
        for (const event of RunRecord.decode(bytes).events()) expect(event.update).toBeGreaterThanOrEqual(0);
      } catch (error) {
        expect((error as Error).message).toMatch(/^The recorded run cannot be read: /);
      }
    }
  });
});

/** The same number of bytes, one word of the header another. */
function replaced(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = new TextDecoder('latin1').decode(bytes);
  expect(text).toContain(from);
  expect(to).toHaveLength(from.length);
  return Uint8Array.from(text.replace(from, to), (character) => character.charCodeAt(0) & 0xff);
}
