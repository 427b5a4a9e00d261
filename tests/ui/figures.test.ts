import { describe, expect, test } from 'vitest';
import {
  columnLabels,
  columnX,
  LABEL_FROM,
  matrixLayout,
  moveInGrid,
  numberedEvery,
} from '../../src/ui/figures/matrix-layout.ts';
import { axisTicks } from '../../src/ui/figures/ticks.ts';

describe('matrixLayout', () => {
  test.each([
    [334, 32, 8],
    [700, 32, 8],
    [700, 64, 16],
    [1200, 8, 2],
    [334, 64, 16],
  ])(
    'at %i pixels, %i prompts × %i: columns and counts lie inside, dots do not touch',
    (width, prompts, n) => {
      const layout = matrixLayout(width, 448, prompts, n);
      expect(layout.countEnd).toBeLessThanOrEqual(width);
      expect(columnX(layout, n - 1) + layout.ring).toBeLessThan(layout.countEnd - 20);
      expect(2 * layout.ring).toBeLessThan(Math.min(layout.rowHeight, layout.columnWidth));
      expect(layout.dot).toBeGreaterThanOrEqual(3);
    },
  );
  test('statements stand beside it where there is room', () => {
    expect(matrixLayout(LABEL_FROM - 1, 448, 32, 8).label).toBe(0);
    expect(matrixLayout(LABEL_FROM, 448, 32, 8).label).toBeGreaterThan(200);
  });
  test('32 prompts fill the height wished for; 64 are not squeezed', () => {
    expect(matrixLayout(700, 448, 32, 8).rowHeight).toBe(14);
    expect(matrixLayout(700, 448, 64, 8).rowHeight).toBe(14);
  });
  test.each([2, 8, 12, 24])(
    '%i prompts fill it as far as rows can grow, and their dots with them',
    (prompts) => {
      const { rowHeight, ring } = matrixLayout(700, 448, prompts, 4);
      expect(rowHeight).toBe(Math.min(44, Math.floor(448 / prompts)));
      expect(ring).toBeCloseTo(Math.min(10, rowHeight / 2 - 1.1), 6);
    },
  );
  test('64 ranks on a phone still have dots', () => {
    const { dot, ring } = matrixLayout(334, 448, 8, 64);
    expect(dot).toBeGreaterThan(0);
    expect(ring).toBeGreaterThan(dot);
  });
  test('one response per prompt is set in lines of 16', () => {
    expect(matrixLayout(700, 448, 250, 1)).toMatchObject({ rows: 16, columns: 16, label: 0 });
  });
});

describe('columnLabels', () => {
  const texts = (columnWidth: number) =>
    columnLabels(['1/16', '0.05', '1', ''], columnWidth).map(({ text, isUpright }) =>
      isUpright ? `↑${text}` : text,
    );
  test('lie where there is room, stand where there is little, are left out where there is none', () => {
    expect(texts(58)).toEqual(['1/16', '0.05', '1', '']);
    expect(texts(26)).toEqual(['1/16', '.05', '1', '']);
    expect(texts(18)).toEqual(['↑1/16', '.05', '1', '']);
    expect(texts(5)).toEqual(['↑', '↑', '↑', '']);
  });
  test('of ranks are fewer where columns are narrow', () => {
    expect([58, 18, 10, 4].map(numberedEvery)).toEqual([1, 1, 2, 4]);
  });
});

describe('moveInGrid', () => {
  const lengths = [3, 3, 2];
  test.each([
    ['ArrowDown', { row: 0, column: 1 }, { row: 1, column: 1 }],
    ['ArrowDown', { row: 1, column: 2 }, { row: 2, column: 1 }],
    ['ArrowDown', { row: 2, column: 0 }, { row: 2, column: 0 }],
    ['ArrowUp', { row: 0, column: 1 }, { row: 0, column: 1 }],
    ['ArrowLeft', { row: 1, column: 0 }, { row: 1, column: 0 }],
    ['ArrowRight', { row: 1, column: 1 }, { row: 1, column: 2 }],
    ['Home', { row: 1, column: 2 }, { row: 1, column: 0 }],
    ['End', { row: 2, column: 0 }, { row: 2, column: 1 }],
    ['PageDown', { row: 0, column: 2 }, { row: 2, column: 1 }],
    ['PageUp', { row: 2, column: 1 }, { row: 0, column: 1 }],
  ])('%s', (key, from, to) => {
    expect(moveInGrid(key, from, lengths)).toEqual(to);
  });
  test('other keys lead nowhere', () => {
    expect(moveInGrid('a', { row: 0, column: 0 }, lengths)).toBeUndefined();
  });
});

test('axisTicks are round, inside, and not too many', () => {
  expect(axisTicks(0, 1, 4)).toEqual([0, 0.5, 1]);
  expect(axisTicks(-2.2, 2.4, 5)).toEqual([-2, -1, 0, 1, 2]);
  expect(axisTicks(0, 0.3, 3)).toEqual([0, 0.1, 0.2, 0.3]);
  expect(axisTicks(0, 137, 5)).toEqual([0, 50, 100]);
  expect(axisTicks(1, 1, 5)).toEqual([]);
});
