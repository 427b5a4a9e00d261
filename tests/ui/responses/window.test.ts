import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { moveInTable, ROW, rowsInSight, scrollTo } from '../../../src/ui/responses/window.ts';

const size = fc.nat(3000);

describe('rows in sight', () => {
  test('are all made, and few besides', () => {
    fc.assert(
      fc.property(size, size, fc.nat(5000), (row, height, count) => {
        const top = row * ROW + 5;
        const { first, end } = rowsInSight(top, height, count);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(count);
        expect(end - first).toBeLessThanOrEqual(height / ROW + 11);
        for (const y of [top, top + height / 2, top + height - 1]) {
          const at = Math.floor(y / ROW);
          if (at < count && height > 0) expect(at >= first && at < end).toBe(true);
        }
      }),
    );
  });
  test('are none of none, whatever was scrolled to', () => {
    expect(rowsInSight(9000, 400, 0)).toEqual({ first: 0, end: 0 });
    expect(rowsInSight(-30, 400, 2)).toEqual({ first: 0, end: 2 });
  });
});

test('a row is scrolled to as little as shows all of it', () => {
  fc.assert(
    fc.property(size, size, fc.integer({ min: ROW, max: 900 }), (row, top, height) => {
      const to = scrollTo(row, top, height);
      expect(row * ROW).toBeGreaterThanOrEqual(to);
      expect((row + 1) * ROW).toBeLessThanOrEqual(to + height);
      if (row * ROW >= top && (row + 1) * ROW <= top + height) expect(to).toBe(top);
    }),
  );
});

describe('a key', () => {
  const move = (key: string, ctrlKey = false) =>
    moveInTable({ key, ctrlKey }, { row: 5, column: 3 }, 40, 11, 10);
  test('leads to where it says', () => {
    expect(move('ArrowUp')).toEqual({ row: 4, column: 3 });
    expect(move('ArrowRight')).toEqual({ row: 5, column: 4 });
    expect(move('PageDown')).toEqual({ row: 15, column: 3 });
    expect(move('PageUp')).toEqual({ row: 0, column: 3 });
    expect(move('Home')).toEqual({ row: 5, column: 0 });
    expect(move('End', true)).toEqual({ row: 39, column: 10 });
    expect(move('Home', true)).toEqual({ row: 0, column: 0 });
    expect(move('a')).toBeUndefined();
  });
  test('never leads out of the table', () => {
    const keys = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...keys)), fc.integer({ min: 1, max: 30 }), (pressed, rows) => {
        let place = { row: 0, column: 0 };
        for (const key of pressed) {
          place = moveInTable({ key, ctrlKey: false }, place, rows, 11, 7)!;
          expect(place.row >= 0 && place.row < rows && place.column >= 0 && place.column < 11).toBe(true);
        }
      }),
    );
  });
});
