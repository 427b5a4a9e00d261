import { expect, it } from 'vitest';
import { op, view, type Slot } from '../../src/kernels/engine.ts';
import { tunings } from '../../src/kernels/programs.ts';
import { createReferenceEngine } from '../../src/kernels/reference-engine.ts';
import { schedule } from '../../src/kernels/schedule.ts';

const engine = createReferenceEngine();
const f32 = (name: string, length: number) => engine.slot(name, 'f32', length);
const M = 100;

/** The backward of a product of 2 × 3 weights, whose gradient goes to `dw` and `dBias`. */
function backward(dw: Slot, dBias: Slot) {
  const slots = { x: f32('x', 2 * M), w: f32('w', 6), dy: f32('dy', 3 * M), dx: f32('dx', 2 * M) };
  return op('matmul-backward', { ...slots, dw, dBias }, { M, K: 2, N: 3 });
}

const arena = f32('arena', 256);
const at = (place: number, length: number) => view(arena, 64 * place, length);
const first = backward(at(0, 6), at(1, 3));
const second = backward(at(2, 6), at(3, 3));
const names = (ops: Parameters<typeof schedule>[0]) =>
  schedule(ops, tunings.hardware).dispatches.map(({ about }) => about);

it('adds up the sums of all ops into one arena by one dispatch, at the end', () => {
  const product = 'matmul-backward (M 100, K 2, N 3)';
  expect(names([first, second])).toEqual([product, product, 'sums into arena']);
});

it('adds up before an op that touches the arena', () => {
  const partials = f32('partials', 4);
  const square = op('square-partials', { x: arena, partials }, { L: 256, G: 4 });
  expect(names([first, square, second]).map((name) => name.split(' ')[0])).toEqual([
    ...['matmul-backward', 'sums', 'square-partials'],
    ...['matmul-backward', 'sums'],
  ]);
  expect(names([first, backward(at(0, 6), at(3, 3))])).toHaveLength(4);
  const elsewhere = op('square-partials', { x: f32('other', 256), partials }, { L: 256, G: 4 });
  expect(names([first, elsewhere, second])).toHaveLength(4);
});

it('gives each op scratch of its own until it has been added up, and says where everything lies', () => {
  const { dispatches, scratch } = schedule([first, second], tunings.hardware);
  const stretches = 10; // √M
  const [a, b] = dispatches.map(({ bound }) => bound.scratch as { start: number; length: number });
  expect(a).toEqual({ start: 0, length: stretches * 9 });
  expect(b).toEqual({ start: 128, length: stretches * 9 });
  expect(scratch).toBe(256);
  const blocks = dispatches[2].bound.blocks as Uint32Array;
  expect(Array.from({ length: 4 }, (_, i) => [...blocks.subarray(5 * i, 5 * i + 5)])).toEqual([
    [0, 9, stretches, 0, 6],
    [6, 9, stretches, 64, 3],
    [128, 9, stretches, 128, 6],
    [134, 9, stretches, 192, 3],
  ]);
});

it('splits what is long into blocks of a workgroup', () => {
  const long = f32('long', 256);
  const slots = { x: f32('x', M), w: f32('w', 100), dy: f32('dy', 100 * M), dx: f32('dx', M) };
  const gradients = { dw: view(long, 0, 100), dBias: view(long, 128, 100) };
  const backwardOp = op('matmul-backward', { ...slots, ...gradients }, { M, K: 1, N: 100 });
  const { dispatches } = schedule([backwardOp], tunings.hardware);
  const blocks = dispatches[1].bound.blocks as Uint32Array;
  expect(blocks.filter((_, i) => i % 5 === 4)).toEqual(Uint32Array.of(64, 36, 64, 36));
  expect(blocks.filter((_, i) => i % 5 === 3)).toEqual(Uint32Array.of(0, 64, 128, 192));
});
