import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/protocol/task.ts';
import { answer, enumerate, idOfComposition, type Input } from '../../src/tasks/composition.ts';
import { compositionOf } from '../../src/tasks/tasks.ts';

/** Worked by hand from the English statement. */
const worked: [id: string, input: Input, expected: Json][] = [
  ['array/odd/doubled/sum', [-3, 4, 5], 4],
  ['array/all/squared/sum', [], 0],
  ['array/even/plain/product', [2, 3, -4], -8],
  ['array/even/plain/product', [], 1],
  ['array/positive/plain/count', [0, 1, -1, 2], 2],
  ['array/negative/absolute/list', [-2, 0, 3, -5], [2, 5]],
  ['array/at-least-3/halved/list', [2, 3, 4], [1.5, 2]],
  ['array/at-most-3/minus-2/list', [4, 3, -1], [1, -3]],
  ['array/above-3/plain/max', [3, 4, 9], 9],
  ['array/below-3/plain/max', [3, 4], null],
  ['array/not-multiples-3/cubed/min', [3, -2, 1], -8],
  ['range/all/plain/sum', 4, 10],
  ['range/all/plain/sum', 0, 0],
  ['range/multiples-3/tripled/list', 7, [9, 18]],
  ['range/odd/plus-1/max', 6, 6],
  ['range/even/plain/product', 6, 48],
  ['digits/all/plain/list', 3050, [3, 0, 5, 0]],
  ['digits/all/plain/count', 100, 3],
  ['digits/even/negated/min', 1284, -8],
  ['digits/multiples-5/plus-3/sum', 5017, 11],
];

describe('compositions', () => {
  it.each(worked)('%s of %j is %j', (id, input, expected) => {
    expect(answer(compositionOf({ id }), input)).toEqual(expected);
  });

  it('are thousands, each under a name of its own', () => {
    const ids = enumerate().map(idOfComposition);
    expect(ids.length).toBeGreaterThan(5000);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('leave out what would make a silly question', () => {
    const ids = new Set(enumerate().map(idOfComposition));
    expect(ids).toContain('array/all/plain/sum');
    for (const silly of [
      'array/all/plain/list', // the array itself
      'array/positive/absolute/sum', // a change that changes nothing
      'array/odd/doubled/count', // counting does not care about the change
      'range/all/plain/count', // n
      'range/odd/plain/min', // always 1
      'range/positive/plain/sum', // all of them
      'digits/negative/plain/sum', // none of them
    ])
      expect(ids).not.toContain(silly);
  });
});
