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
  const dTable = new Float64Array(6).fill(9);
  embeddingBackward(
    { ids: new Uint32Array([2, 0, 2]), dx: new Float64Array([1, 2, 30, 40, 500, 600]), dTable },
    { M: 3, R: 3, C: 2 },
  );
  expect([...dTable]).toEqual([30, 40, 0, 0, 501, 602]);
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
  const dTokens = new Float64Array(V * C);
  const dPositions = new Float64Array(T * C);
  embeddingBackward({ ids: tokens, dx, dTable: dTokens }, { M, R: V, C });
  embeddingBackward({ ids: positions, dx, dTable: dPositions }, { M, R: T, C });
  expectGradient(loss, tokenTable, dTokens);
  expectGradient(loss, positionTable, dPositions);
});
