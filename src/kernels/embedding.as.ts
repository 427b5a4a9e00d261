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

export function embeddingBackward(ids: usize, dx: usize, dTable: usize, M: i32, R: i32, C: i32): void {
  const row = C << 2;
  memory.fill(dTable, 0, R * row);
  for (let m = 0; m < M; m++) {
    const to = dTable + load<u32>(ids + (m << 2)) * row;
    add(to, dx + m * row, to, C);
  }
}
