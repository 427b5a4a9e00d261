/** Pixels of a row, whatever is in it. */
export const ROW = 28;
/** Rows above and below those in sight that are made too, so that scrolling a little shows no gap. */
const BEYOND = 4;

/** Which of `count` rows to make where `height` pixels are in sight from `top` on: from `first` to before `end`. */
export function rowsInSight(top: number, height: number, count: number): { first: number; end: number } {
  const end = Math.min(count, Math.ceil((Math.max(0, top) + height) / ROW) + BEYOND);
  return { first: Math.max(0, Math.min(Math.floor(top / ROW) - BEYOND, end)), end };
}

/** The scroll position from which row `index` is in sight: the one there is, or the nearest. */
export function scrollTo(index: number, top: number, height: number): number {
  const start = index * ROW;
  if (start < top) return start;
  return Math.max(top, start + ROW - height);
}

export interface Place {
  row: number;
  column: number;
}

/** Where a key leads from a place in a table; the same place at an edge, undefined where the key means nothing. */
export function moveInTable(
  { key, ctrlKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey'>,
  { row, column }: Place,
  rows: number,
  columns: number,
  /** Rows of a page. */
  page: number,
): Place | undefined {
  const [lastRow, lastColumn] = [rows - 1, columns - 1];
  const to = (nextRow: number, nextColumn: number): Place => ({
    row: Math.max(0, Math.min(lastRow, nextRow)),
    column: Math.max(0, Math.min(lastColumn, nextColumn)),
  });
  switch (key) {
    case 'ArrowUp':
      return to(row - 1, column);
    case 'ArrowDown':
      return to(row + 1, column);
    case 'ArrowLeft':
      return to(row, column - 1);
    case 'ArrowRight':
      return to(row, column + 1);
    case 'PageUp':
      return to(row - page, column);
    case 'PageDown':
      return to(row + page, column);
    case 'Home':
      return ctrlKey ? to(0, 0) : to(row, 0);
    case 'End':
      return ctrlKey ? to(lastRow, lastColumn) : to(row, lastColumn);
    default:
      return undefined;
  }
}
