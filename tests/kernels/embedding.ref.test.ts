import { expect, test } from 'vitest';
import { embedding, embeddingBackward } from '../../src/kernels/embedding.ref.ts';
import { expectGradient, inner } from './central-difference.ts';
import { seeded } from '../../src/kernels/cases/seeded.ts';

test('each position is its token row plus its position row', () => {
  const x = new Float64Array(4);
  embedding(
    {
      tokens: new Uint32Array([2, 0]),
      positions: new Uint32Array([0, 1]),
      tokenTable: new Float64Array([1, 2, 3, 4, 5, 6]),
      positionTable: new Float64Array([10, 20, 30, 40]),
      x,
    },
    { M: 2, V: 3, T: 2, C: 2 },
  );
  expect([...x]).toEqual([15, 26, 31, 42]);
});

test('a table row gathers the gradient of every position that used it', () => {
  const dTokenTable = new Float64Array(6).fill(9);
  const dPositionTable = new Float64Array(4).fill(9);
  const tokens = new Uint32Array([2, 0, 2]);
  const positions = new Uint32Array([0, 0, 1]);
  const dx = new Float64Array([1, 2, 30, 40, 500, 600]);
  embeddingBackward({ tokens, positions, dx, dTokenTable, dPositionTable }, { M: 3, V: 3, T: 2, C: 2 });
  expect([...dTokenTable]).toEqual([30, 40, 0, 0, 501, 602]);
  expect([...dPositionTable]).toEqual([31, 42, 500, 600]);
});

test('the backward is the slope of the forward', () => {
  const random = seeded(1);
  const [M, V, T, C] = [7, 4, 3, 2];
  const tokens = random.integers(M, V);
  const positions = random.integers(M, T);
  const tokenTable = Float64Array.from(random.normals(V * C));
  const positionTable = Float64Array.from(random.normals(T * C));
  const dx = Float64Array.from(random.normals(M * C));
  const x = new Float64Array(M * C);
  const loss = () => {
    embedding({ tokens, positions, tokenTable, positionTable, x }, { M, V, T, C });
    return inner(x, dx);
  };
  const dTokenTable = new Float64Array(V * C);
  const dPositionTable = new Float64Array(T * C);
  embeddingBackward({ tokens, positions, dx, dTokenTable, dPositionTable }, { M, V, T, C });
  expectGradient(loss, tokenTable, dTokenTable);
  expectGradient(loss, positionTable, dPositionTable);
});
