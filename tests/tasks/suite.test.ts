import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/ppo/random.ts';
import type { Json, Task } from '../../src/protocol/task.ts';
import { answer, type Input } from '../../src/tasks/composition.ts';
import { fairAnswer } from '../../src/tasks/suite.ts';
import { compositionOf, evalTasks, taskById, tasks } from '../../src/tasks/tasks.ts';
import { call, compile, testScoreOf } from './execute.ts';
import { mutantsOf } from './mutants.ts';

const random = stream(1, 'corpus');
const between = (low: number, high: number) => low + random.integer(high - low + 1);

/** Inputs on which right programs agree, far more than a suite has. */
function manyInputs(task: Task): Input[] {
  const composition = compositionOf(task);
  const draw: Record<typeof composition.source, () => Input> = {
    array: () => Array.from({ length: between(0, 6) }, () => between(-12, 15)),
    range: () => between(0, 18),
    digits: () => between(1, 10 ** between(1, 5)),
  };
  return Array.from({ length: 400 }, draw[composition.source]).filter(
    (input) => fairAnswer(composition, input) !== undefined,
  );
}

/** Whether a program is right wherever we look, suite or not. */
function isEquivalent(task: Task, program: string, inputs: Input[]): boolean {
  const f = compile(program);
  return (
    f !== null &&
    inputs.every((input) => isDeepStrictEqual(call(f, [input as Json]), answer(compositionOf(task), input)))
  );
}

describe('hidden tests', () => {
  it('are 10 to 16 per task, all different', () => {
    for (const task of tasks) {
      expect(task.tests.length, task.id).toBeGreaterThanOrEqual(10);
      expect(task.tests.length, task.id).toBeLessThanOrEqual(16);
      expect(new Set(task.tests.map((test) => JSON.stringify(test.args))).size).toBe(task.tests.length);
    }
  });

  it('have more than one answer', () => {
    const constant = tasks.filter(
      ({ tests }) => new Set(tests.map((t) => JSON.stringify(t.expected))).size === 1,
    );
    expect(constant.map(({ id }) => id)).toEqual([]);
  });

  it('expect finite values, small and never −0', () => {
    for (const task of tasks)
      for (const { expected } of task.tests)
        for (const value of Array.isArray(expected) ? expected : [expected]) {
          if (typeof value !== 'number' || Object.is(value, -0) || Math.abs(value) > 1e12)
            expect.unreachable(`${task.id} expects ${JSON.stringify(value)}`);
        }
  });

  it('probe the edges: nothing, one item, negative odd numbers, zero, the boundary and its neighbours', () => {
    const inputs = (id: string) => taskById(id).tests.map((test) => test.args[0]);
    const arrays = inputs('array/at-least-4/doubled/list') as number[][];
    const items = arrays.flat();
    expect(arrays).toContainEqual([]);
    expect(arrays.some((array) => array.length === 1)).toBe(true);
    expect(items).toEqual(expect.arrayContaining([-3, 0, 3, 4, 5]));
    expect(inputs('range/at-least-4/plain/sum')).toEqual(expect.arrayContaining([0, 1, 3, 4, 5]));
    const numbers = inputs('digits/odd/plain/count') as number[];
    expect(numbers.some((n) => /(.).*\1/.test(String(n)))).toBe(true);
    expect(numbers.some((n) => String(n).includes('0'))).toBe(true);
    expect(numbers.some((n) => n < 10)).toBe(true);
  });

  it('never ask for the largest or smallest of nothing, nor for what idioms could disagree on by −0', () => {
    const fair = (id: string, input: number[]) => fairAnswer(compositionOf(taskById(id)), input);
    expect(fair('array/odd/plain/max', [2, 4])).toBeUndefined();
    expect(fair('array/odd/plain/max', [2, 3])).toBe(3);
    expect(fair('array/all/plain/product', [0, -2])).toBeUndefined();
    expect(fair('array/all/negated/list', [0])).toBeUndefined();
    expect(fair('array/all/negated/sum', [])).toBeUndefined();
    expect(fair('array/all/plain/sum', [])).toBe(0);
  });

  it('fail at least 99.9 % of the mutants that are not equivalent', { timeout: 120_000 }, () => {
    const missed: string[] = [];
    const counts = { exchanged: 0, shortened: 0, misconception: 0 };
    for (const task of [...evalTasks('train', 100), ...evalTasks('held-out', 60)]) {
      const inputs = manyInputs(task);
      for (const { kind, program } of mutantsOf(task)) {
        const passes = testScoreOf(task, program) === 1;
        if (passes && isEquivalent(task, program, inputs)) continue;
        counts[kind]++;
        if (passes) missed.push(`${task.id}\n${program}`);
      }
    }
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(200);
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(missed.length / total, missed.slice(0, 5).join('\n')).toBeLessThan(0.001);
  });
});
