/** Where things stand in the rank matrix, in pixels. */
export interface MatrixLayout {
  width: number;
  /** Room for the statements; 0 where there is none (a phone). */
  label: number;
  /** Left edge of the first column. */
  left: number;
  columnWidth: number;
  columns: number;
  rows: number;
  rowHeight: number;
  /** Of a dot; a ring around it is `ring`. */
  dot: number;
  ring: number;
  /** Right edge of the pass counts. */
  countEnd: number;
}

/** Below this width there are no statements. */
export const LABEL_FROM = 500;
const COUNT_WIDTH = 46;
const MIN_ROW = 14;
/** Few prompts fill their height with taller rows. */
const MAX_ROW = 44;
const MAX_RING = 10;
/** Without statements: a phone, where rows are touched. */
const TOUCH_ROW = 22;
/** Responses per line where prompts have one response each, and ranks therefore mean nothing. */
const WRAP = 16;

/**
 * One row per prompt and one column per rank. With one response per prompt there are no ranks: prompts are then set in
 * lines of 16, best score first.
 * @param height pixels wished for all rows; they are 14 to 44 px each whatever it is
 */
export function matrixLayout(
  width: number,
  height: number,
  prompts: number,
  groupSize: number,
): MatrixLayout {
  const wrapped = groupSize === 1;
  const columns = wrapped ? Math.min(WRAP, prompts) : groupSize;
  const rows = wrapped ? Math.ceil(prompts / columns) : prompts;
  const wanted = !wrapped && width >= LABEL_FROM ? Math.min(400, width * 0.46) : 0;
  const room = width - wanted - (wrapped ? 0 : COUNT_WIDTH);
  const columnWidth = Math.min(wanted > 0 ? 58 : 64, room / columns);
  const spare = room - columnWidth * columns;
  const label = wanted > 0 ? wanted + spare : 0;
  const spaced = Math.max(MIN_ROW, Math.min(MAX_ROW, Math.floor(height / rows)));
  const rowHeight = label > 0 || wrapped ? spaced : TOUCH_ROW;
  const ring = Math.max(0.5, Math.min(rowHeight / 2 - 1.1, columnWidth / 2 - 1.5, MAX_RING));
  return {
    width,
    label,
    left: label,
    columnWidth,
    columns,
    rows,
    rowHeight,
    dot: Math.max(ring / 2, ring - 2.3),
    ring,
    countEnd: label + columnWidth * columns + COUNT_WIDTH - 4,
  };
}

/** The centre of a column. */
export function columnX(layout: MatrixLayout, column: number): number {
  return layout.left + (column + 0.5) * layout.columnWidth;
}

/** The centre of a row. */
export function rowY(layout: MatrixLayout, row: number): number {
  return (row + 0.5) * layout.rowHeight + 2;
}

/** A digit of the figures' smallest text, and a point or a slash, in pixels. */
const DIGIT = 6.8;
const POINT = 3.6;

/** A line of it. */
const LINE = 11;

/** A text above or below a column. */
export interface ColumnLabel {
  text: string;
  /** Read upwards, where columns are too narrow for it to lie. */
  isUpright: boolean;
  /** Pixels along its line. */
  length: number;
}

/** Texts that do not run together: shortened (".05" for "0.05"), turned upright where they are wider than a column, or left out. */
export function columnLabels(texts: readonly string[], columnWidth: number): ColumnLabel[] {
  const short = columnWidth < SPELT ? texts.map((text) => text.replace(/^0\./, '.')) : texts;
  return short.map((text) => {
    const points = text.replace(/\d/g, '').length;
    const length = (text.length - points) * DIGIT + points * POINT;
    return { text: columnWidth < LINE ? '' : text, isUpright: length > columnWidth, length };
  });
}

/** From this width of a column its texts are written out. */
export const SPELT = 28;

/** Every how many ranks one has room for its number. */
export function numberedEvery(columnWidth: number): number {
  return Math.ceil((2 * DIGIT + 2) / columnWidth);
}

/** Where an arrow key leads from a place in a grid; the same place at an edge. */
export function moveInGrid(
  key: string,
  at: { row: number; column: number },
  lengths: readonly number[],
): { row: number; column: number } | undefined {
  const last = lengths.length - 1;
  const within = (row: number, column: number) => {
    const line = Math.max(0, Math.min(last, row));
    return { row: line, column: Math.max(0, Math.min(lengths[line] - 1, column)) };
  };
  switch (key) {
    case 'ArrowUp':
      return within(at.row - 1, at.column);
    case 'ArrowDown':
      return within(at.row + 1, at.column);
    case 'ArrowLeft':
      return within(at.row, at.column - 1);
    case 'ArrowRight':
      return within(at.row, at.column + 1);
    case 'Home':
      return within(at.row, 0);
    case 'End':
      return within(at.row, lengths[at.row] - 1);
    case 'PageUp':
      return within(0, at.column);
    case 'PageDown':
      return within(last, at.column);
    default:
      return undefined;
  }
}
