import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { limits } from '../../../src/judge/core/limits.ts';
import { JudgeScheduler } from '../../../src/judge/core/scheduler.ts';
import type { JudgeItem } from '../../../src/judge/core/scheduler.ts';
import { FakeRunner } from './fake-runner.ts';

let runners: FakeRunner[];
let scheduler: JudgeScheduler;
const runner = () => runners[runners.length - 1];

const tests = [
  { args: [1], expected: 1 },
  { args: [2], expected: 2 },
];
const item = (program: string): JudgeItem => ({ program, entryPoint: 'f', tests });
const turn = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  runners = [];
  scheduler = new JudgeScheduler((onReport) => {
    const fake = new FakeRunner(onReport);
    runners.push(fake);
    return fake;
  });
});
afterEach(() => {
  scheduler.close();
  vi.useRealTimers();
});

describe('a verdict', () => {
  test('compares every value and is named after the first test that did not pass', async () => {
    const verdicts = scheduler.judge([item('a')]);
    runner().report({ type: 'ready' });
    runner().answer('2');
    expect(await verdicts).toEqual([
      {
        name: 'failed',
        testScore: 0.5,
        tests: [
          { verdict: 'failed', got: '2', expected: '1' },
          { verdict: 'passed', got: '2', expected: '2' },
        ],
      },
    ]);
  });

  test('no expected value goes to the runner', () => {
    void scheduler.judge([{ program: 'a', entryPoint: 'f', tests: [{ args: ['in'], expected: 'secret' }] }]);
    runner().report({ type: 'ready' });
    expect(runner().jobs).toEqual([{ id: 0, program: 'a', entryPoint: 'f', args: ['["in"]'] }]);
    expect(JSON.stringify(runner().jobs)).not.toContain('secret');
  });

  test('is remembered per program, entry point and tests, and told as soon as it is known', async () => {
    const told: [number, string][] = [];
    const first = scheduler.judge([item('a'), item('b'), item('a')], {
      onVerdict: (index, { name }) => told.push([index, name]),
    });
    runner().report({ type: 'ready' });
    expect(runner().jobs.map((job) => job.program)).toEqual(['a', 'b']);
    runner().answer('1');
    await turn();
    expect(told).toEqual([
      [0, 'failed'],
      [2, 'failed'],
    ]);
    runner().answer('1');
    await first;
    await scheduler.judge([item('b')]);
    expect(scheduler.stats).toEqual({ ran: 2, cached: 2, lost: 0, ms: 2 });
    void scheduler.judge([
      { ...item('a'), tests: [tests[0]] },
      { ...item('a'), entryPoint: 'g' },
    ]);
    expect(runner().jobs).toHaveLength(2);
  });

  test('needs tests and a name', async () => {
    await expect(scheduler.judge([{ ...item('a'), tests: [] }])).rejects.toThrow('no tests');
    await expect(scheduler.judge([{ ...item('a'), entryPoint: 'f()' }])).rejects.toThrow('expected a name');
  });
});

test('programs are sent ahead, a few at a time', () => {
  void scheduler.judge(Array.from({ length: 40 }, (_, index) => item(`p${index}`)));
  expect(runner().jobs).toHaveLength(0);
  runner().report({ type: 'ready' });
  expect(runner().jobs).toHaveLength(16);
  for (let count = 0; count < 7; count++) runner().answer('1');
  expect(runner().jobs).toHaveLength(9);
  runner().answer('1');
  expect(runner().jobs).toHaveLength(16);
});

describe('a lost runner', () => {
  test('costs the programs in flight a second run, each alone', async () => {
    const verdicts = scheduler.judge(['a', 'bad', 'c'].map(item));
    runner().report({ type: 'ready' });
    runner().answer('1');
    runner().report({ type: 'lost', why: 'a test' });
    expect(runners.map((fake) => fake.isClosed)).toEqual([true, false]);
    const others = scheduler.judge([item('d')]);
    runner().report({ type: 'ready' });
    for (const program of ['d', 'bad', 'c']) {
      expect(runner().jobs.map((job) => job.program)).toEqual([program]);
      runner().answer('1');
    }
    expect((await verdicts).map(({ name }) => name)).toEqual(['failed', 'failed', 'failed']);
    expect((await others)[0].name).toBe('failed');
    expect(scheduler.stats.lost).toBe(1);
  });

  test('lost under it again, the program has crashed, and is not run a third time', async () => {
    const verdicts = scheduler.judge([item('bad')]);
    for (let loss = 0; loss < 2; loss++) {
      runner().report({ type: 'ready' });
      expect(runner().jobs).toHaveLength(1);
      runner().report({ type: 'lost', why: 'a test' });
    }
    const [verdict] = await verdicts;
    expect([verdict.name, verdict.testScore]).toEqual(['crash', 0]);
    expect(verdict.tests[0].message).toBe('the place where it ran was lost twice: a test');
    expect(await scheduler.judge([item('bad')])).toEqual([verdict]);
    expect(runners).toHaveLength(2);
  });

  test('one that never starts is nobody’s fault: infra, no score, and not remembered', async () => {
    const verdicts = scheduler.judge([item('a'), item('b')]);
    for (let start = 0; start < 3; start++) runner().report({ type: 'lost', why: 'no network' });
    expect((await verdicts).map(({ name, testScore }) => [name, testScore])).toEqual([
      ['infra', NaN],
      ['infra', NaN],
    ]);
    const again = scheduler.judge([item('a')]);
    runner().report({ type: 'ready' });
    runner().answer('1');
    expect((await again)[0].name).toBe('failed');
  });

  test('is one that does not start, or does not answer, in time', async () => {
    void scheduler.judge([item('a')]);
    await vi.advanceTimersByTimeAsync(21_000);
    expect(runners.map((fake) => fake.isClosed)).toEqual([true, false]);
    runner().report({ type: 'ready' });
    await vi.advanceTimersByTimeAsync(limits.frameMs - 1_000);
    runner().report({ type: 'alive' });
    await vi.advanceTimersByTimeAsync(limits.frameMs - 1_000);
    expect(runners).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(runners.map((fake) => fake.isClosed)).toEqual([true, true, false]);
  });

  test('an idle one is left alone', async () => {
    const verdicts = scheduler.judge([item('a')]);
    runner().report({ type: 'ready' });
    runner().answer('1');
    await verdicts;
    await vi.advanceTimersByTimeAsync(100_000);
    expect(runners.map((fake) => fake.isClosed)).toEqual([false]);
  });

  test('says nothing any more', async () => {
    const verdicts = scheduler.judge([item('a')]);
    const [first] = runners;
    first.report({ type: 'ready' });
    first.report({ type: 'lost', why: 'a test' });
    first.report({ type: 'ready' });
    first.answer('1');
    expect(runner().jobs).toHaveLength(0);
    runner().report({ type: 'ready' });
    runner().answer('2');
    expect((await verdicts)[0].tests[0].got).toBe('2');
  });
});

describe('what is no report costs the runner its place', () => {
  const value = { kind: 'value', text: '1' };
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'outcomes'],
    ['an unknown type', { type: 'passed' }],
    ['an unknown job', { type: 'outcomes', id: 7, outcomes: [value, value], ms: 1 }],
    ['too few outcomes', { type: 'outcomes', id: 0, outcomes: [value], ms: 1 }],
    [
      'a verdict of its own',
      { type: 'outcomes', id: 0, outcomes: [value, { kind: 'passed', text: '1' }], ms: 1 },
    ],
    [
      'a text that is too long',
      { type: 'outcomes', id: 0, outcomes: [value, { ...value, text: 'x'.repeat(65_537) }], ms: 1 },
    ],
    ['a text that is none', { type: 'outcomes', id: 0, outcomes: [value, { ...value, text: ['1'] }], ms: 1 }],
    ['no time', { type: 'outcomes', id: 0, outcomes: [value, value] }],
  ])('%s', (_, report) => {
    void scheduler.judge([item('a')]);
    runner().report({ type: 'ready' });
    runner().onReport(report);
    expect(runners.map((fake) => fake.isClosed)).toEqual([true, false]);
  });
});

describe('who goes first', () => {
  const programs = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => item(`${name}${index}`));
  const sent = () => runner().jobs.map((job) => job.program);

  test('a visitor, then a batch, then an evaluation', () => {
    void scheduler.judge(programs('e', 400), { priority: 'evaluation' });
    void scheduler.judge(programs('b', 3));
    void scheduler.judge([item('v')], { priority: 'visitor' });
    runner().report({ type: 'ready' });
    expect(sent().slice(0, 5)).toEqual(['v', 'b0', 'b1', 'b2', 'e0']);
  });

  test('a visitor does not wait for room, and goes before what the runner has not begun', () => {
    void scheduler.judge(programs('e', 400), { priority: 'evaluation' });
    runner().report({ type: 'ready' });
    expect(runner().jobs).toHaveLength(16);
    expect(runner().urgent).toEqual([]);
    void scheduler.judge([item('v')], { priority: 'visitor' });
    expect(runner().urgent).toEqual(['v']);
  });

  test('a program that two ask for runs once, as urgent as the more urgent of them', async () => {
    const evaluated = scheduler.judge(programs('e', 400), { priority: 'evaluation' });
    const asked = scheduler.judge([item('e399')], { priority: 'visitor' });
    runner().report({ type: 'ready' });
    expect(runner().urgent).toEqual(['e399']);
    runner().answer('2');
    expect((await asked)[0].tests[0].got).toBe('2');
    while (runner().jobs.length > 0) runner().answer('1');
    expect((await evaluated)[399].tests[0].got).toBe('2');
    expect(scheduler.stats.ran).toBe(400);
  });

  test('a lower priority changes nothing', () => {
    void scheduler.judge(programs('b', 20));
    void scheduler.judge([item('b0')], { priority: 'evaluation' });
    runner().report({ type: 'ready' });
    expect(sent()[0]).toBe('b0');
  });
});

describe('an abort', () => {
  test('takes back what waits and nobody else asked for', async () => {
    const controller = new AbortController();
    const told: number[] = [];
    const aborted = scheduler.judge(['a', 'b', 'c'].map(item), {
      signal: controller.signal,
      onVerdict: (index) => told.push(index),
    });
    const others = scheduler.judge([item('b')]);
    controller.abort(new Error('the run is over'));
    await expect(aborted).rejects.toThrow('the run is over');
    runner().report({ type: 'ready' });
    expect(runner().jobs.map((job) => job.program)).toEqual(['b']);
    runner().answer('1');
    expect((await others)[0].name).toBe('failed');
    expect(told).toEqual([]);
  });

  test('lets what is in flight end, and remembers its verdict', async () => {
    const controller = new AbortController();
    const aborted = scheduler.judge([item('a')], { signal: controller.signal });
    runner().report({ type: 'ready' });
    controller.abort();
    await expect(aborted).rejects.toThrow('abort');
    runner().answer('2');
    expect((await scheduler.judge([item('a')]))[0].tests[0].got).toBe('2');
    expect(scheduler.stats).toMatchObject({ ran: 1, cached: 1 });
  });

  test('of what is in flight when the runner is lost, nothing is run again', async () => {
    const controller = new AbortController();
    const aborted = scheduler.judge([item('a')], { signal: controller.signal });
    runner().report({ type: 'ready' });
    controller.abort();
    await expect(aborted).rejects.toThrow('abort');
    runner().report({ type: 'lost', why: 'a test' });
    expect(runners).toHaveLength(1);
    void scheduler.judge([item('a')]);
    runner().report({ type: 'ready' });
    expect(runner().jobs).toHaveLength(1);
  });

  test('before or after changes nothing', async () => {
    await expect(scheduler.judge([item('a')], { signal: AbortSignal.abort() })).rejects.toThrow('abort');
    expect(runners).toHaveLength(0);
    const controller = new AbortController();
    const verdicts = scheduler.judge([item('a')], { signal: controller.signal });
    runner().report({ type: 'ready' });
    runner().answer('1');
    await verdicts;
    controller.abort();
    expect((await verdicts)[0].name).toBe('failed');
  });
});

test('of long values only the beginning is kept', async () => {
  const verdicts = scheduler.judge([item('a')]);
  runner().report({ type: 'ready' });
  runner().answer(`"${'x'.repeat(60_000)}"`);
  expect((await verdicts)[0].tests[0].got).toHaveLength(200);
});

test('closed, it gives up what waits and takes no more', async () => {
  const verdicts = scheduler.judge([item('a'), item('b')]);
  runner().report({ type: 'ready' });
  scheduler.close();
  expect((await verdicts).map(({ name }) => name)).toEqual(['infra', 'infra']);
  expect(runner().isClosed).toBe(true);
  await expect(scheduler.judge([item('a')])).rejects.toThrow('closed');
});

describe('a call', () => {
  const request = { program: 'f', entryPoint: 'f', args: ['[1]', '[2]'] };

  test('goes first, is compared with nothing, and is never remembered', async () => {
    void scheduler.judge([item('a')]);
    const called = scheduler.call(request);
    runner().report({ type: 'ready' });
    expect(runner().urgent).toEqual(['f']);
    expect(runner().jobs[0]).toMatchObject({ program: 'f', args: ['[1]', '[2]'] });
    runner().answer('[1]');
    expect(await called).toEqual([
      { kind: 'value', text: '[1]' },
      { kind: 'value', text: '[1]' },
    ]);
    scheduler.call(request).catch(() => undefined);
    expect(runner().jobs.map((job) => job.program)).toEqual(['f', 'a']);
  });

  test('may say in which line of the program it went wrong, and no nonsense', async () => {
    const called = scheduler.call({ ...request, args: ['[1]'] });
    runner().report({ type: 'ready' });
    runner().report({ type: 'outcomes', id: 0, outcomes: [{ kind: 'threw', text: 'x', line: 3 }], ms: 1 });
    expect(await called).toEqual([{ kind: 'threw', text: 'x', line: 3 }]);
    const before = scheduler.stats.lost;
    scheduler.call({ ...request, args: ['[1]'] }).catch(() => undefined);
    runner().report({ type: 'outcomes', id: 1, outcomes: [{ kind: 'threw', text: 'x', line: -1 }], ms: 1 });
    expect(scheduler.stats.lost).toBe(before + 1);
  });

  test('that loses its runner twice has the outcome crash; where no runner begins it is rejected', async () => {
    const called = scheduler.call(request);
    for (let time = 0; time < 2; time++) {
      runner().report({ type: 'ready' });
      runner().report({ type: 'lost', why: 'gone' });
    }
    expect((await called).map(({ kind }) => kind)).toEqual(['crash', 'crash']);
    const none = scheduler.call(request);
    for (let time = 0; time < 3; time++) runner().report({ type: 'lost', why: 'no frame' });
    await expect(none).rejects.toThrow('the judge could not run it: no frame');
  });

  test('is taken back where its asker goes', async () => {
    const gone = new AbortController();
    const called = scheduler.call(request, gone.signal);
    gone.abort(new Error('the run has ended'));
    await expect(called).rejects.toThrow('the run has ended');
    runner().report({ type: 'ready' });
    expect(runner().jobs).toEqual([]);
    expect(() => scheduler.call(request, gone.signal)).toThrow('the run has ended');
    expect(() => scheduler.call({ ...request, entryPoint: 'f()' })).toThrow('expected a name');
  });
});
