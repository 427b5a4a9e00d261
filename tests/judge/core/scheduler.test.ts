import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { limits } from '../../../src/judge/core/limits.ts';
import type { NumberedJob, Report } from '../../../src/judge/core/reports.ts';
import { Scheduler } from '../../../src/judge/core/scheduler.ts';
import type { JudgeItem } from '../../../src/judge/core/scheduler.ts';

/** A runner in the test's own hands: nothing is answered but by the test. */
class FakeRunner {
  readonly jobs: NumberedJob[] = [];
  readonly onReport: (report: unknown) => void;
  isClosed = false;

  constructor(onReport: (report: unknown) => void) {
    this.onReport = onReport;
  }
  run(jobs: NumberedJob[]) {
    this.jobs.push(...jobs);
  }
  close() {
    this.isClosed = true;
  }
  report(report: Report) {
    this.onReport(report);
  }
  /** Answers the oldest job: every call returned `text`. */
  answer(text: string) {
    const job = this.jobs.shift();
    if (!job) throw new Error('there is no job to answer');
    this.report({
      type: 'outcomes',
      id: job.id,
      outcomes: job.args.map(() => ({ kind: 'value', text })),
      ms: 1,
    });
    return job.program;
  }
}

let runners: FakeRunner[];
let scheduler: Scheduler;
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
  scheduler = new Scheduler((onReport) => {
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
  test('costs only the program it was lost under a second run, alone and last', async () => {
    const verdicts = scheduler.judge(['a', 'bad', 'c'].map(item));
    runner().report({ type: 'ready' });
    runner().answer('1');
    runner().report({ type: 'lost', why: 'a test' });
    expect(runners.map((fake) => fake.isClosed)).toEqual([true, false]);
    runner().report({ type: 'ready' });
    expect(runner().jobs.map((job) => job.program)).toEqual(['c']);
    runner().answer('1');
    expect(runner().answer('1')).toBe('bad');
    expect((await verdicts).map(({ name }) => name)).toEqual(['failed', 'failed', 'failed']);
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

test('closed, it gives up what waits and takes no more', async () => {
  const verdicts = scheduler.judge([item('a'), item('b')]);
  runner().report({ type: 'ready' });
  scheduler.close();
  expect((await verdicts).map(({ name }) => name)).toEqual(['infra', 'infra']);
  expect(runner().isClosed).toBe(true);
  await expect(scheduler.judge([item('a')])).rejects.toThrow('closed');
});

describe('who is served first', () => {
  const many = (name: string, count: number) => Array.from({ length: count }, (_, i) => item(`${name}${i}`));
  /** Answers everything, in the order in which it was sent. */
  const order = () => {
    const programs: string[] = [];
    while (runner().jobs.length > 0) programs.push(runner().answer('1'));
    return programs;
  };

  test('a visitor, then the batch, then the evaluation', () => {
    void scheduler.judge(many('e', 40), { priority: 'evaluation' });
    runner().report({ type: 'ready' });
    const underWay = runner().jobs.length;
    void scheduler.judge(many('b', 3), { priority: 'batch' });
    void scheduler.judge([item('edit')], { priority: 'visitor' });
    const programs = order();
    expect(programs.slice(0, underWay)).toEqual(many('e', underWay).map(({ program }) => program));
    expect(programs[underWay]).toBe('edit');
    expect(programs.indexOf('b2')).toBeLessThan(programs.indexOf('e39'));
    expect(new Set(programs).size).toBe(44);
  });

  test('a program that a visitor asks for too is hurried, and judged once', async () => {
    void scheduler.judge(many('e', 40), { priority: 'evaluation' });
    runner().report({ type: 'ready' });
    const asked = scheduler.judge([item('e39')], { priority: 'visitor' });
    const programs = order();
    expect(programs.indexOf('e39')).toBeLessThan(programs.indexOf('e20'));
    expect(programs.filter((program) => program === 'e39')).toHaveLength(1);
    expect((await asked)[0].name).toBe('failed');
  });

  test('what is taken back is not run, unless somebody else waits for it', async () => {
    const run = new AbortController();
    const left = scheduler.judge(many('p', 40), { signal: run.signal });
    const shared = scheduler.judge([item('p39')]);
    runner().report({ type: 'ready' });
    const underWay = runner().jobs.length;
    run.abort(new Error('the run has ended'));
    await expect(left).rejects.toThrow('the run has ended');
    expect(order()).toEqual([...many('p', underWay).map(({ program }) => program), 'p39']);
    expect((await shared)[0].name).toBe('failed');
    await expect(scheduler.judge([item('q')], { signal: run.signal })).rejects.toThrow('the run has ended');
  });
});

describe('what is remembered', () => {
  test('is short: of a value of 60,000 characters, 200', async () => {
    const verdicts = scheduler.judge([
      { program: 'a', entryPoint: 'f', tests: [{ args: [], expected: 'x' }] },
    ]);
    runner().report({ type: 'ready' });
    runner().answer(`"${'y'.repeat(60_000)}"`);
    const [{ tests: results }] = await verdicts;
    expect(results[0].got).toHaveLength(201);
  });

  test('is bounded: the oldest of many long programs are run again, the newest are not', async () => {
    const long = (i: number) => item(`${'x'.repeat(1_000_000)}${i}`);
    for (let i = 0; i < 30; i++) {
      const judged = scheduler.judge([long(i)]);
      if (i === 0) runner().report({ type: 'ready' });
      runner().answer('1');
      await judged;
    }
    await scheduler.judge([long(29)]);
    expect(scheduler.stats).toMatchObject({ ran: 30, cached: 1 });
    void scheduler.judge([long(0)]);
    expect(runner().jobs).toHaveLength(1);
  });
});

describe('equal values', () => {
  test.each([
    [2 ** -24, '5.960464477539063e-8'],
    [2 ** -24, '5.9604644775390625e-8'],
    [[1e21, 1e-7, 0], '[1000000000000000000000,0.0000001,0]'],
  ])('%s is %s', async (expected, text) => {
    const judged = scheduler.judge([{ program: 'a', entryPoint: 'f', tests: [{ args: [], expected }] }]);
    runner().report({ type: 'ready' });
    runner().answer(text);
    expect((await judged)[0].name).toBe('passed');
  });
  test.each([
    [0, '-0'],
    [1, '1n'],
    ['1.0', '"1"'],
    [[1], '[1.5]'],
    [1, '"1"'],
    ['a 1.0', '"a 1"'],
  ])('%s is not %s', async (expected, text) => {
    const judged = scheduler.judge([{ program: 'a', entryPoint: 'f', tests: [{ args: [], expected }] }]);
    runner().report({ type: 'ready' });
    runner().answer(text);
    expect((await judged)[0].name).toBe('failed');
  });
});
