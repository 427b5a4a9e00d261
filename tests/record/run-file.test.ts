import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/protocol/events.ts';
import {
  branchOf,
  decodeRunFile,
  encodeRunFile,
  RunFileError,
  type RunFile,
} from '../../src/record/run-file.ts';
import { RunRecord } from '../../src/record/run-record.ts';
import { recordedRun } from '../recorded-run.ts';

let file: RunFile;
let events: RunEvent[];
let bytes: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  const { record, state } = await recordedRun(3);
  events = [...record.events()];
  file = { name: 'Trust no middle', record: record.encode(), state, knobs: state.knobs };
  bytes = await encodeRunFile(file);
});

const header = (of: Uint8Array) => {
  const length = Number(new DataView(of.buffer, of.byteOffset).getBigUint64(0, true));
  return { length, json: new TextDecoder().decode(of.subarray(8, 8 + length)) };
};
/** The same file with another header of the same length. */
function withHeader(change: (json: string) => string): Uint8Array {
  const { length, json } = header(bytes);
  const changed = change(json).padEnd(length);
  expect(changed).toHaveLength(length);
  expect(changed).not.toBe(json);
  const copy = bytes.slice();
  copy.set(new TextEncoder().encode(changed), 8);
  return copy;
}
/** A file that was written so, its hash and all. */
const written = (part: Partial<RunFile>) => encodeRunFile({ ...file, ...part });
function recordWith(change: (event: RunEvent) => RunEvent): Uint8Array<ArrayBuffer> {
  const record = new RunRecord(RunRecord.decode(file.record).config);
  for (const event of events) record.push(change(event));
  return record.encode();
}
const problem = async (broken: Uint8Array) => {
  const error = await decodeRunFile(broken).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RunFileError);
  return (error as Error).message;
};

describe('a whole run as a file', () => {
  it('gives back every part of it, bit for bit', async () => {
    const back = await decodeRunFile(bytes);
    expect(back).toEqual(file);
    expect([...RunRecord.decode(back.record).events()]).toEqual(events);
    expect((await decodeRunFile(await written({ name: undefined }))).name).toBeUndefined();
  });

  it('has the answers to the lessons, where there are any', async () => {
    const grade = { said: ['a', 'b'], at: [{ cost: 'x', agreement: -1, measured: ['b', 'a'] }], seeds: [1] };
    const trust = { predicted: 1, numbers: [{ high: 0.5 }], changed: ['one', ''], note: 'so\nthen' };
    const answers = { lessons: { trust, loss: { numbers: [], note: '' } }, grade: { ...grade, updates: 20 } };
    expect((await decodeRunFile(await written({ answers }))).answers).toEqual(answers);
    expect('answers' in (await decodeRunFile(bytes))).toBe(false);
  });

  it.each([
    ['no answers at all', 'x', /answers: /],
    ['a note that is none', { lessons: { a: { numbers: [], note: 4 } } }, /answers\.lessons\.a\.note: /],
    ['a long note', { lessons: { a: { numbers: [], note: 'x'.repeat(2001) } } }, /note: .*2000/],
    ['words for numbers', { lessons: { a: { numbers: [{ b: 'c' }], note: '' } } }, /numbers\.0\.b: /],
    ['numbers without end', { lessons: { a: { numbers: Array(17).fill({}), note: '' } } }, /numbers: .*16/],
    [
      'more lessons than any course',
      { lessons: Object.fromEntries(Array.from({ length: 41 }, (_, i) => [i, { numbers: [], note: '' }])) },
      /lessons: it has more lessons/,
    ],
    [
      'a grade that cannot be',
      { lessons: {}, grade: { said: [], at: [{ cost: '', agreement: 2, measured: [] }] } },
      /agreement: /,
    ],
  ])('says what is wrong with answers: %s', async (_, answers, says) => {
    const message = await problem(await written({ answers: answers as unknown as RunFile['answers'] }));
    expect(message).toMatch(/^What the file says of the run cannot be: /);
    expect(message).toMatch(says);
  });

  it('knows what it branched off, whatever that was called', async () => {
    const bell = '\u0007';
    for (const [said, kept] of [
      ['👨‍👩‍👧 and “I”', '👨‍👩‍👧 and “I”'],
      [`a${bell}b\u202ec\nd`, 'a b c d'],
      ['x'.repeat(200), 'x'.repeat(200)],
      ['x'.repeat(201), `${'x'.repeat(199)}…`],
      [`${'x'.repeat(198)}👩‍👧`, `${'x'.repeat(198)}…`],
    ]) {
      const branch = branchOf({ name: said, label: said }, 2);
      expect(branch).toEqual({ update: 2, name: kept, label: kept });
      expect((await decodeRunFile(await written({ branch }))).branch).toEqual(branch);
    }
    const branch = branchOf({ label: 'seed 1' }, 3);
    expect(await decodeRunFile(await written({ branch }))).toEqual({ ...file, branch });
  });

  it('is a safetensors file: contiguous tensors, aligned, to the last byte', () => {
    const { length, json } = header(bytes);
    const { __metadata__, ...tensors } = JSON.parse(json) as Record<string, { data_offsets: number[] }>;
    expect(Object.values(__metadata__).every((value) => typeof value === 'string')).toBe(true);
    let at = 0;
    for (const { data_offsets, ...rest } of Object.values(tensors)) {
      expect(data_offsets[0]).toBe(at);
      if ('dtype' in rest && rest.dtype === 'F32') expect(at % 4).toBe(0);
      at = data_offsets[1];
    }
    expect(8 + length + at).toBe(bytes.length);
    expect(length % 8).toBe(0);
  });
});

describe('what is no such file, or is broken, is refused with a sentence', () => {
  it.each<[string, () => Uint8Array | Promise<Uint8Array>, RegExp]>([
    ['nothing', () => new Uint8Array(), /no run of this page/],
    ['a text', () => new TextEncoder().encode('update,objective/scores\n0,0.1\n'), /no run of this page/],
    ['a record alone', () => file.record, /no run of this page/],
    ['a header that is cut', () => bytes.slice(0, 300), /cut off, in its header/],
    ['a file that is cut', () => bytes.slice(0, -100), /cut off, in record/],
    [
      'a version to come',
      () => withHeader((json) => json.replace('"version":"1"', '"version":"2"')),
      /of version 2, and this page reads version 1/,
    ],
    [
      'another vocabulary',
      () => withHeader((json) => json.replace(/"vocabulary":"[0-9a-f]{8}"/, '"vocabulary":"00000000"')),
      /made with the vocabulary 00000000/,
    ],
    [
      'a number that was changed',
      () => {
        const copy = bytes.slice();
        copy[copy.length - file.record.length - 5] ^= 1;
        return copy;
      },
      /not what was written/,
    ],
    [
      'a setting that was changed',
      () => withHeader((json) => json.replace('\\"klCoef\\":0.1', '\\"klCoef\\":0.2')),
      /not what was written/,
    ],
    [
      'a weight that is not finite',
      () => {
        const { learner } = file.state;
        const parameters = learner.parameters.map((x, i) => (i === 7 ? NaN : x));
        return written({ state: { ...file.state, learner: { ...learner, parameters } } });
      },
      /NaN in policy.parameters/,
    ],
    [
      'a second moment below zero',
      () => {
        const { critic } = file.state;
        const secondMoment = critic.secondMoment.map((x, i) => (i === 3 ? -1 : x));
        return written({ state: { ...file.state, critic: { ...critic, secondMoment } } });
      },
      /-1 in critic.second_moment/,
    ],
    [
      'moments of another number',
      () => {
        const { learner } = file.state;
        const firstMoment = learner.firstMoment.slice(1);
        return written({ state: { ...file.state, learner: { ...learner, firstMoment } } });
      },
      /differ in number/,
    ],
    ['half an Adam step', () => withSteps(1.5), /steps\.learner/],
    [
      'a branch from later than it is',
      () => withBranch({ update: 4 }),
      /branched off at update 4, and ends with update 3/,
    ],
    ['a branch from no update', () => withBranch({ update: 0 }), /branch\.update/],
    ['a branch off what is no text', () => withBranch({ label: 1 }), /branch\.label/],
    ['a branch off a name without end', () => withBranch({ name: 'x'.repeat(201) }), /branch\.name/],
    [
      'a branch off a name that rings',
      () => withBranch({ name: 'x\u0007' }),
      /branch\.name: it has characters/,
    ],
    [
      'a branch off a name that turns the line',
      () => withBranch({ label: '\u202ex' }),
      /branch\.label: it has/,
    ],
    [
      'a setting that cannot be',
      () => written({ knobs: { ...file.knobs, learningRate: -1 } }),
      /learning rate/i,
    ],
    ['more updates than it tells of', () => written({ state: { ...file.state, update: 4 } }), /tells of 3/],
    [
      'fewer updates than it tells of',
      () => written({ state: { ...file.state, update: 2 } }),
      /tells of update 3/,
    ],
    [
      'an update without end',
      () =>
        written({
          record: recordWith((event) => (event.type === 'updated' ? { ...event, update: 2 ** 31 } : event)),
        }),
      /tells of update 2147483648/,
    ],
    [
      'models of a place of its own',
      () =>
        written({
          record: recordWith((event) => (event.type === 'opened' ? { ...event, preset: '../other' } : event)),
        }),
      /preset/,
    ],
    [
      'a record that is cut',
      () => written({ record: file.record.slice(0, -40) }),
      /cannot be read: it is cut off/,
    ],
  ])('%s', async (_what, broken, says) => {
    const message = await problem(await broken());
    expect(message).toMatch(says);
    expect(message).toMatch(/^[A-Z].*[^.]\.$/);
  });

  const withBranch = (part: object) => written({ branch: { update: 2, label: 'seed 1', ...part } });
  const withSteps = (steps: number) =>
    written({ state: { ...file.state, learner: { ...file.state.learner, steps } } });

  it('whatever the bytes are, by this error and no other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (noise) => {
        await problem(noise);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('wherever it is damaged: every byte that is another one is noticed', async () => {
    const { length } = header(bytes);
    await fc.assert(
      fc.asyncProperty(
        // Half of them in the header, where there is more to go wrong.
        fc.oneof(fc.integer({ min: 0, max: 8 + length }), fc.integer({ min: 0, max: bytes.length - 1 })),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const copy = bytes.slice();
          copy[at] ^= change;
          // White space at the header's end is no part of what it says.
          const back = await decodeRunFile(copy).catch((error: unknown) => error);
          if (!(back instanceof RunFileError)) expect(back).toEqual(file);
        },
      ),
      { seed: 2, numRuns: 300 },
    );
  });

  it('where it was written so, by somebody who knows how: it is read, or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(file.record.length - 1), fc.nat(255), async (at, value) => {
        const record = file.record.slice();
        record[at] = value;
        const back = await decodeRunFile(await written({ record })).catch((error: unknown) => error);
        if (back instanceof RunFileError) return;
        // What is read can be replayed.
        for (const event of RunRecord.decode((back as RunFile).record).events())
          expect(event.update).toBeLessThanOrEqual(3);
      }),
      { seed: 3, numRuns: 150 },
    );
  });
});
