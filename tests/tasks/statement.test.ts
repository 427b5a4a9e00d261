import { describe, expect, it } from 'vitest';
import { promptOf, statementOf } from '../../src/tasks/statement.ts';
import { compositionOf, tasks } from '../../src/tasks/tasks.ts';
import { decode } from '../../src/tasks/vocabulary.ts';

describe('statements', () => {
  it.each([
    ['array/odd/doubled/sum', 'the sum of the odd items of a, each doubled'],
    ['array/all/plain/count', 'how many items a has'],
    ['array/negative/absolute/max', 'the largest of the negative items of a, each in absolute value'],
    ['array/at-least-3/halved/list', 'the list of the items of a that are at least 3, each halved'],
    [
      'range/not-multiples-3/plus-2/sum',
      'the sum of the numbers from 1 to n that are not multiples of 3, each plus 2',
    ],
    ['range/all/plain/product', 'the product of the numbers from 1 to n'],
    ['digits/even/plain/count', 'how many digits of n are even'],
    ['digits/at-most-4/plain/count', 'how many digits of n are at most 4'],
    ['digits/above-6/minus-1/min', 'the smallest of the digits of n that are above 6, each minus 1'],
  ])('%s reads "%s"', (id, statement) => {
    expect(statementOf(compositionOf({ id }))).toBe(statement);
  });

  it('are plain words and all different, and stay different as the policy reads them', () => {
    for (const { statement } of tasks) expect(statement).toMatch(/^(the|how many)( [a-z0-9]+,?)+$/);
    expect(new Set(tasks.map((task) => task.statement)).size).toBe(tasks.length);
    expect(new Set(tasks.map((task) => task.promptIds.join())).size).toBe(tasks.length);
  });

  it('are read without their smallest words, up to the separator', () => {
    expect(promptOf('the sum of the items of a that are not multiples of 3, each doubled').join(' ')).toBe(
      'sum of items of a not multiples of 3 , each doubled ⇒',
    );
    for (const task of tasks) expect(decode(task.promptIds)).toEqual(promptOf(task.statement));
  });
});
