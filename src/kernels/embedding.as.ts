import { add } from './rows.as.ts';

export function embedding(
  tokens: usize,
  positions: usize,
  tokenTable: usize,
  positionTable: usize,
  x: usize,
  M: i32,
  V: i32,
  T: i32,
  C: i32,
): void {
  const row = C << 2;
  for (let m = 0; m < M; m++) {
    const token = load<u32>(tokens + (m << 2));
    const position = load<u32>(positions + (m << 2));
    add(tokenTable + token * row, positionTable + position * row, x + m * row, C);
  }
}

const NONE: u32 = 0xffffffff;

export function gather(x: usize, rows: usize, y: usize, M: i32, R: i32, C: i32): void {
  const row = C << 2;
  for (let m = 0; m < M; m++) {
    const from = load<u32>(rows + (m << 2));
    if (from == NONE) memory.fill(y + m * row, 0, row);
    else memory.copy(y + m * row, x + from * row, row);
  }
}

export function embeddingBackward(
  tokens: usize,
  positions: usize,
  dx: usize,
  dTokenTable: usize,
  dPositionTable: usize,
  M: i32,
  V: i32,
  T: i32,
  C: i32,
): void {
  scatter(tokens, dx, dTokenTable, M, V, C);
  scatter(positions, dx, dPositionTable, M, T, C);
}

/** table (R, C): row r is the sum of the rows of dx whose id is r. */
function scatter(ids: usize, dx: usize, table: usize, M: i32, R: i32, C: i32): void {
  const row = C << 2;
  memory.fill(table, 0, R * row);
  for (let m = 0; m < M; m++) {
    const to = table + load<u32>(ids + (m << 2)) * row;
    add(to, dx + m * row, to, C);
  }
}
