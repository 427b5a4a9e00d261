import { expect, test } from 'vitest';
import { op, view } from '../../src/kernels/engine.ts';
import { createReferenceEngine } from '../../src/kernels/reference-engine.ts';

test('a plan runs its ops in order over views that share memory', async () => {
  const engine = createReferenceEngine();
  const arena = engine.slot('arena', 'f32', 192);
  const first = view(arena, 0, 4);
  const second = view(arena, 64, 2);
  const third = view(arena, 128, 1);
  const plan = engine.plan('sums', [
    op('column-sum', { x: first, sums: second }, { M: 2, N: 2 }),
    op('column-sum', { x: second, sums: third }, { M: 2, N: 1 }),
  ]);
  engine.write(first, new Float32Array([1, 2, 30, 40]));
  engine.run(plan);
  const [sums, total, all] = await engine.read(second, third, arena);
  expect(sums).toEqual(new Float32Array([31, 42]));
  expect(total).toEqual(new Float32Array([73]));
  expect([all[3], all[64], all[128]]).toEqual([40, 31, 73]);
  expect(engine.memory(third)).toEqual(new Float64Array([73]));
  expect(engine.counters).toMatchObject({ dispatches: 2, submits: 1, readBacks: 1, buffers: 1 });
});

test('an op whose slot is too short, of the wrong type or missing is refused', () => {
  const engine = createReferenceEngine();
  const x = engine.slot('x', 'f32', 5);
  const sums = engine.slot('sums', 'f32', 2);
  const words = engine.slot('words', 'u32', 6);
  const plan = (slots: object, dims: object) => () =>
    engine.plan('bad', [{ kernel: 'column-sum', slots: { ...slots }, dims: { ...dims } }]);
  expect(plan({ x, sums }, { M: 3, N: 2 })).toThrow('x is slot x of 5 elements, expected 6 (M × N)');
  expect(plan({ x: words, sums }, { M: 3, N: 2 })).toThrow('x is u32, expected f32');
  expect(plan({ x }, { M: 2, N: 2 })).toThrow('binding sums is missing');
  expect(plan({ x, sums }, { M: 2.5, N: 2 })).toThrow('dimension M is 2.5');
});

test('freed memory is refused by name', () => {
  const engine = createReferenceEngine();
  const x = engine.slot('x', 'f32', 1);
  engine.free();
  expect(() => engine.write(x, new Float32Array(1))).toThrow('slot x is not of this engine, or it was freed');
});
