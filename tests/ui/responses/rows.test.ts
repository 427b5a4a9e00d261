import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { viewBatch } from '../../../src/ui/batch-view.ts';
import { orderAfter } from '../../../src/ui/responses/columns.ts';
import type { choices } from '../../../src/ui/responses/rows.ts';
import {
  chosenRows,
  highScore,
  rowsOf,
  sortable,
  sortedRows,
  type Row,
} from '../../../src/ui/responses/rows.ts';
import { batchOf, truths } from '../batch.ts';

const tasks = ['one', 'two', 'three'].map((id) => ({ id, statement: `the ${id} of a`, promptIds: [7] }));
/** Of the rows that best-worst keeps: 1, 2, 5, 7, 8 and 11. */
const experience = {
  kl: Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
  advantages: Float32Array.of(-1, 1, 2, -2, 3, -3),
};
const known = { batch: batchOf(), testScores: truths, experience };
const rowsBy = (testScores: Float32Array | undefined, filter = known.batch.filter) =>
  rowsOf({ ...known, testScores }, viewBatch(known.batch, testScores, filter, 1), tasks);
const rows = () => rowsBy(truths);
const numbers = (list: readonly Row[]) => list.map(({ row }) => row);

describe('rows', () => {
  test('are all responses, prompt by prompt, best-scored first, with all that is known of each', () => {
    expect(numbers(rows())).toEqual([2, 0, 3, 1, 5, 4, 6, 7, 8, 9, 10, 11]);
    expect(rows()[0]).toEqual({
      ...{ row: 2, taskId: 'one', prompt: 'the one of a', program: 'function f(a) {\n  return 2;\n}\n' },
      ...{ body: 'return 2;', score: 2, truth: 1, verdict: 'passed', rank: 1, kept: 1, weight: 0.5 },
      ...{ advantage: 1, kl: experience.kl[1], tokens: 2 },
    });
    expect(rows()[6]).toMatchObject({ row: 6, truth: undefined, verdict: 'unknown', kept: 0, weight: 0 });
    expect(rows()[6]).toMatchObject({ advantage: undefined, kl: undefined });
  });

  test('show what another filter would keep, and weigh', () => {
    const best = { ...known.batch.filter, name: 'best-of-n' };
    const [first, second] = rowsBy(truths, best);
    expect([first.kept, first.weight, second.kept, second.weight]).toEqual([1, 1, 0, 0]);
  });
});

describe('a choice', () => {
  const chosen = (choice: (typeof choices)[number], search = '', list = rows()) =>
    numbers(chosenRows(list, { choice, search }));
  test('is of what is kept, passes or fails', () => {
    expect(chosen('all')).toHaveLength(12);
    expect(chosen('kept')).toEqual([2, 1, 5, 7, 8, 11]);
    expect(chosen('passes')).toEqual([2, 3, 5, 4, 8, 9]);
    expect(chosen('fails')).toEqual([0, 1, 7, 10, 11]);
  });
  test('of a high score that is wrong is of the best quarter, ties included, and a known failure', () => {
    // Scores 3, 2.5, 2 and 2 are at least the third best.
    expect(highScore(rows())).toBe(2);
    expect(chosen('high-but-wrong')).toEqual([10]);
    expect(chosen('high-but-wrong', '', rowsBy(undefined))).toEqual([]);
    const unknown = truths.with(10, NaN);
    expect(chosen('high-but-wrong', '', rowsBy(unknown))).toEqual([]);
  });
  test('of scores has both ends in it, within what else is chosen', () => {
    const between = (choice: (typeof choices)[number]) =>
      numbers(chosenRows(rows(), { choice, search: '', scores: [2, 2.5] }));
    const all = rows().filter(({ score }) => score >= 2 && score <= 2.5);
    expect(new Set(all.map(({ score }) => score))).toEqual(new Set([2, 2.5]));
    expect(between('all')).toEqual(numbers(all));
    expect(between('passes')).toEqual(numbers(all.filter(({ verdict }) => verdict === 'passed')));
  });
  test('of a rank has one response to each prompt', () => {
    expect(numbers(chosenRows(rows(), { choice: 'all', search: '', rank: 2 }))).toEqual([0, 4, 9]);
    expect(numbers(chosenRows(rows(), { choice: 'passes', search: '', rank: 2 }))).toEqual([4, 9]);
  });
  test('and words are looked for in prompt and program, in any case and spacing', () => {
    expect(chosen('all', ' THE  two ')).toEqual([5, 4, 6, 7]);
    expect(chosen('passes', 'return 2;')).toEqual([2]);
    expect(chosen('all', 'function F(a) { return 11; }')).toEqual([11]);
    expect(chosen('all', 'nowhere')).toEqual([]);
  });
  test('of the best quarter is at least a quarter, whatever the scores', () => {
    const score = fc.float({ min: -5, max: 5, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.oneof(score, fc.constant(5)), { minLength: 1, maxLength: 50 }), (scores) => {
        const list = scores.map((s) => ({ ...rows()[0], score: s, truth: 0 }));
        const high = chosenRows(list, { choice: 'high-but-wrong', search: '' });
        expect(high.length).toBeGreaterThanOrEqual(scores.length / 4);
        const others = list.filter((row) => !high.includes(row));
        expect(others.length).toBeLessThanOrEqual((scores.length * 3) / 4);
        for (const { score: s } of others) expect(s).toBeLessThan(highScore(list));
      }),
    );
  });
});

describe('an order', () => {
  test('is by any column, both ways; what is unknown stands last, and equals stay', () => {
    const by = (name: (typeof sortable)[number], descending: boolean) =>
      numbers(sortedRows(rows(), { by: name, descending }));
    expect(by('score', true).slice(0, 4)).toEqual([8, 9, 2, 10]);
    expect(by('score', false).slice(0, 3)).toEqual([7, 1, 11]);
    expect(by('truth', false).at(-1)).toBe(6);
    expect(by('truth', true).at(-1)).toBe(6);
    expect(by('verdict', false).slice(0, 5)).toEqual([0, 1, 7, 10, 11]);
    expect(by('verdict', false).at(-1)).toBe(6);
    expect(by('advantage', true).slice(0, 3)).toEqual([8, 5, 2]);
    expect(by('kl', false).slice(0, 3)).toEqual([1, 2, 5]);
    expect(by('prompt', false).slice(0, 4)).toEqual([2, 0, 3, 1]);
    expect(by('rank', false).slice(0, 3)).toEqual([2, 5, 8]);
    expect(by('kept', true).slice(0, 6)).toEqual([2, 1, 5, 7, 8, 11]);
    for (const name of sortable) expect(by(name, true).toSorted()).toEqual(numbers(rows()).toSorted());
  });
  test('begins at the end that is looked for, and turns round', () => {
    expect(orderAfter(undefined, 'score')).toEqual({ by: 'score', descending: true });
    expect(orderAfter({ by: 'score', descending: true }, 'score')).toEqual({
      by: 'score',
      descending: false,
    });
    expect(orderAfter({ by: 'score', descending: true }, 'rank')).toEqual({ by: 'rank', descending: false });
  });
});
