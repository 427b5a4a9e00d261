import { describe, expect, it } from 'vitest';
import { referenceSolutions } from '../../src/tasks/corpus.ts';
import { programText } from '../../src/tasks/program-text.ts';
import { taskById, tasks } from '../../src/tasks/tasks.ts';
import { testScoreOf } from './execute.ts';

describe('tasks', () => {
  it('there are thousands of them, each with a statement of its own', () => {
    expect(tasks.length).toBeGreaterThan(5000);
    expect(new Set(tasks.map((task) => task.statement)).size).toBe(tasks.length);
    expect(taskById('array/odd/doubled/sum').statement).toBe('the sum of the odd items of a, each doubled');
  });

  it('every reference solution of every task passes its tests', { timeout: 120_000 }, () => {
    const failures = tasks.flatMap((task) =>
      referenceSolutions(task)
        .map((ids) => programText(task, ids))
        .filter((program) => testScoreOf(task, program) !== 1),
    );
    expect(failures).toEqual([]);
  });
});
