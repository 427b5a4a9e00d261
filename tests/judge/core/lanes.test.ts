import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JudgeLanes, lanesOn } from '../../../src/judge/core/lanes.ts';
import type { JudgeItem } from '../../../src/judge/core/scheduler.ts';
import { FakeRunner } from './fake-runner.ts';

const unitTest = { args: [1], expected: 1 };
const tests = [unitTest];
const item = (program: string): JudgeItem => ({ program, entryPoint: 'f', tests });
const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(97 + i));

let runners: FakeRunner[];
let judge: JudgeLanes;
beforeEach(() => {
  runners = [];
  judge = new JudgeLanes((onReport) => {
    const fake = new FakeRunner(onReport);
    runners.push(fake);
    return fake;
  }, 3);
});
afterEach(() => judge.close());

/** Every runner answers all that it has been given: 1 where the program is a vowel. */
function answerAll() {
  for (const runner of runners) {
    runner.report({ type: 'ready' });
    while (runner.jobs.length > 0) runner.answer(/[aeiou]/.test(runner.jobs[0].program) ? '1' : '0');
  }
}

describe('a judge of several lanes', () => {
  test('gives each program to one of them, all of them work, and verdicts stand in their order', async () => {
    const told: number[] = [];
    const verdicts = judge.judge(letters.map(item), { onVerdict: (index) => void told.push(index) });
    expect(runners).toHaveLength(3);
    const given = runners.map((runner) => {
      runner.report({ type: 'ready' });
      return runner.jobs.map(({ program }) => program);
    });
    for (const programs of given) expect(programs.length).toBeGreaterThan(3);
    answerAll();
    expect((await verdicts).map(({ testScore }) => testScore)).toEqual(
      letters.map((letter) => (/[aeiou]/.test(letter) ? 1 : 0)),
    );
    expect(told.sort((a, b) => a - b)).toEqual(letters.map((_, index) => index));
  });

  test('remembers a verdict whoever asks, and counts over all', async () => {
    const first = judge.judge(letters.map(item));
    answerAll();
    await first;
    await judge.judge([...letters, ...letters].reverse().map(item));
    expect(judge.stats).toMatchObject({ ran: 26, cached: 52, lost: 0 });
  });

  test('takes back from all of them what nobody waits for any more', async () => {
    const stop = new AbortController();
    const verdicts = judge.judge(letters.map(item), { signal: stop.signal });
    stop.abort(new Error('left'));
    await expect(verdicts).rejects.toThrow('left');
    for (const runner of runners) runner.report({ type: 'ready' });
    expect(runners.flatMap(({ jobs }) => jobs)).toEqual([]);
  });

  test('one that is lost takes none of the others with it', async () => {
    const verdicts = judge.judge(letters.map(item));
    for (const runner of runners) runner.report({ type: 'ready' });
    const others = runners.slice(1);
    runners[0].report({ type: 'lost', why: 'it broke' });
    for (const runner of others) while (runner.jobs.length > 0) runner.answer('1');
    // Each of its programs runs again, alone, in a new one.
    const again = runners[3];
    again.report({ type: 'ready' });
    while (again.jobs.length > 0) again.answer('1');
    expect((await verdicts).every(({ name }) => name === 'passed')).toBe(true);
    expect(judge.stats.lost).toBe(1);
  });
});

test('a machine has as many lanes as it has cores to spare, and four at most', () => {
  expect([1, 2, 3, 4, 8, 16, 128].map(lanesOn)).toEqual([1, 1, 1, 2, 4, 4, 4]);
});
