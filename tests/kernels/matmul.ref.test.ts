import { expect, test } from 'vitest';
import {
  gelu,
  geluSlope,
  matmul,
  matmulBackward,
  matmulBackwardGelu,
  matmulGelu,
  matmulResidual,
} from '../../src/kernels/matmul.ref.ts';
import { expectGradient, inner } from './central-difference.ts';
import { seeded } from '../../src/kernels/cases/seeded.ts';

const literal = {
  x: new Float64Array([1, 2, -1, 0]),
  w: new Float64Array([3, 4, 5, 6, 7, 8]),
  bias: new Float64Array([10, 20, 30]),
};
const literalDims = { M: 2, K: 2, N: 3 };

test('rows times columns plus bias', () => {
  const y = new Float64Array(6);
  matmul({ ...literal, y }, literalDims);
  expect([...y]).toEqual([25, 38, 51, 7, 16, 25]);
});

test('the residual is added', () => {
  const y = new Float64Array(6);
  matmulResidual({ ...literal, residual: new Float64Array([1, 2, 3, 4, 5, 6]), y }, literalDims);
  expect([...y]).toEqual([26, 40, 54, 11, 21, 31]);
});

test('gelu, tanh form, at known points', () => {
  expect(gelu(0)).toBe(0);
  expect(gelu(1)).toBeCloseTo(0.8411919906, 9);
  expect(gelu(-1)).toBeCloseTo(-0.1588080094, 9);
  expect(gelu(3)).toBeCloseTo(2.9963626, 6);
  expect(gelu(1000)).toBe(1000);
  expect(gelu(-1000)).toBeCloseTo(0, 12);
  expect(geluSlope(0)).toBe(0.5);
  const y = new Float64Array(6);
  const pre = new Float64Array(6);
  matmulGelu({ ...literal, bias: new Float64Array([-10, -16, -21.5]), pre, y }, literalDims);
  expect([...pre]).toEqual([5, 2, -0.5, -13, -20, -26.5]);
  expect(y[2]).toBeCloseTo(-0.1542859, 6);
});

test('dx = dy·wᵀ and dw = xᵀ·dy on literals', () => {
  const dy = new Float64Array([1, 0, -1, 2, 1, 0]);
  const [dx, dw, dBias] = [new Float64Array(4), new Float64Array(6), new Float64Array(3)];
  matmulBackward({ x: literal.x, w: literal.w, dy, dx, dw, dBias }, literalDims);
  expect([...dx]).toEqual([-2, -2, 10, 19]);
  expect([...dw]).toEqual([-1, -1, -1, 2, 0, -2]);
  expect([...dBias]).toEqual([3, 1, -1]);
});

test('the backward is the slope of the forward', () => {
  const random = seeded(3);
  const dims = { M: 4, K: 3, N: 5 };
  const doubles = (length: number) => Float64Array.from(random.normals(length));
  const [x, w, bias, dy] = [doubles(12), doubles(15), doubles(5), doubles(20)];
  const y = new Float64Array(20);
  const loss = () => {
    matmul({ x, w, bias, y }, dims);
    return inner(y, dy);
  };
  const [dx, dw, dBias] = [new Float64Array(12), new Float64Array(15), new Float64Array(5)];
  matmulBackward({ x, w, dy, dx, dw, dBias }, dims);
  expectGradient(loss, x, dx);
  expectGradient(loss, w, dw);
  expectGradient(loss, bias, dBias);
});

test('matmul-backward-gelu is the slope through the gelu before the product', () => {
  const random = seeded(4);
  const dims = { M: 4, K: 3, N: 5 };
  const doubles = (length: number) => Float64Array.from(random.normals(length));
  const [pre, w, dy] = [doubles(12), doubles(15), doubles(20)];
  const y = new Float64Array(20);
  const loss = () => {
    matmul({ x: pre.map(gelu), w, bias: new Float64Array(5), y }, dims);
    return inner(y, dy);
  };
  const [dx, dw, dBias] = [new Float64Array(12), new Float64Array(15), new Float64Array(5)];
  matmulBackwardGelu({ x: pre.map(gelu), w, dy, pre, dx, dw, dBias }, dims);
  expectGradient(loss, pre, dx);
  expectGradient(loss, w, dw);
});
