import { NONE } from './catalogue.ts';
import type { Arrays, Dims } from './reference.ts';

/** x (M, C): the sum of a row of each table. */
export function embedding(a: Arrays<'embedding'>, { M, C }: Dims<'embedding'>): void {
  for (let m = 0; m < M; m++)
    for (let c = 0; c < C; c++)
      a.x[m * C + c] = a.tokenTable[a.tokens[m] * C + c] + a.positionTable[a.positions[m] * C + c];
}

/** y (M, C): the named row of x (R, C), 0 where none is. */
export function gather(a: Arrays<'gather'>, { M, C }: Dims<'gather'>): void {
  for (let m = 0; m < M; m++)
    for (let c = 0; c < C; c++) a.y[m * C + c] = a.rows[m] === NONE ? 0 : a.x[a.rows[m] * C + c];
}

/** Both tables' rows gather their share of dx (M, C). */
export function embeddingBackward(
  a: Arrays<'embedding-backward'>,
  { M, V, T, C }: Dims<'embedding-backward'>,
): void {
  a.dTokenTable.fill(0, 0, V * C);
  a.dPositionTable.fill(0, 0, T * C);
  for (let m = 0; m < M; m++)
    for (let c = 0; c < C; c++) {
      a.dTokenTable[a.tokens[m] * C + c] += a.dx[m * C + c];
      a.dPositionTable[a.positions[m] * C + c] += a.dx[m * C + c];
    }
}
