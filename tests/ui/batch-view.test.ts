import { describe, expect, test } from 'vitest';
import { viewBatch, withShare } from '../../src/ui/batch-view.ts';
import { defaultKnobs } from '../../src/ppo/knobs.ts';
import { batchOf, truths } from './batch.ts';

describe('viewBatch', () => {
  test('ranks the responses of each prompt, best score first', () => {
    const view = viewBatch(batchOf(), truths, batchOf().filter, 1);
    expect(view.cells.map((line) => line.map((cell) => cell.row))).toEqual([
      [2, 0, 3, 1],
      [5, 4, 6, 7],
      [8, 9, 10, 11],
    ]);
    expect(view.cells[0].map((cell) => cell.rank)).toEqual([0, 1, 2, 3]);
  });

  test('passes only what passes every test; what the judge could not judge is unknown', () => {
    const view = viewBatch(batchOf(), truths, batchOf().filter, 1);
    expect(view.cells.map((line) => line.map((cell) => cell.result))).toEqual([
      ['passed', 'failed', 'passed', 'failed'],
      ['passed', 'passed', 'unknown', 'failed'],
      ['passed', 'passed', 'failed', 'failed'],
    ]);
    expect(view.rates?.map(({ rate, n }) => [rate, n])).toEqual([
      [1, 3],
      [2 / 3, 3],
      [0.5, 2],
      [0, 3],
    ]);
    expect(view.passRate).toMatchObject({ rate: 6 / 11, n: 11 });
  });

  test('says nothing of the truth before it is known', () => {
    const view = viewBatch(batchOf(), undefined, batchOf().filter, 1);
    expect(view.cells.flat().every((cell) => cell.result === 'unjudged')).toBe(true);
    expect(view.rates).toBeUndefined();
    expect(view.passRate).toBeUndefined();
  });

  test('shows what was kept and the weights that kept it', () => {
    const view = viewBatch(batchOf(), truths, batchOf().filter, 1);
    expect(view.cells.map((line) => line.map((cell) => cell.kept))).toEqual([
      [1, 0, 0, 1],
      [1, 0, 0, 1],
      [1, 0, 0, 1],
    ]);
    expect(view.weights).toEqual([0.5, 0, 0, 0.5]);
    expect(view.kept).toHaveLength(6);
    expect(view.preview).toBe(false);
  });

  test('a preview shows what another filter would keep of the same responses', () => {
    const filter = { ...defaultKnobs.filter, name: 'best-of-n', profile: [1] };
    const view = viewBatch(batchOf(), truths, filter, 1);
    expect(view.cells.map((line) => line.map((cell) => cell.kept))).toEqual([
      [1, 0, 0, 0],
      [1, 0, 0, 0],
      [1, 0, 0, 0],
    ]);
    expect(view.weights).toEqual([1, 0, 0, 0]);
    expect(view.preview).toBe(true);
  });

  test('counts repeated rows of a resampled batch', () => {
    const view = viewBatch(batchOf({ mode: 'resample' }), truths, batchOf({ mode: 'resample' }).filter, 1);
    expect(view.cells.flat().reduce((sum, cell) => sum + cell.kept, 0)).toBe(12);
    expect(view.cells.flat().some((cell) => cell.kept > 1)).toBe(true);
  });
});

describe('withShare', () => {
  test('gives one rank its share and lets the others keep their proportions', () => {
    expect(withShare([0.5, 0, 0.25, 0.25], 0, 0.2)).toEqual([0.2, 0, 0.4, 0.4]);
  });
  test('shares alike where all others were 0', () => {
    expect(withShare([1, 0, 0, 0, 0], 0, 0.6)).toEqual([0.6, 0.1, 0.1, 0.1, 0.1]);
  });
  test('stays between 0 and 1', () => {
    expect(withShare([0.5, 0.5], 0, 1.7)).toEqual([1, 0]);
    expect(withShare([0.5, 0.5], 0, -0.3)).toEqual([0, 1]);
    expect(withShare([1], 0, 0.3)).toEqual([1]);
  });
});
