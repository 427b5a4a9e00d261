import { describe, expect, it } from 'vitest';
import { catalogue, type KernelName, type Signature } from '../../src/kernels/catalogue.ts';
import { programs, tunings, type Program, type Tuning } from '../../src/kernels/programs.ts';
import { declaredBindings, unrolled, workgroups } from '../../src/kernels/wgsl-module.ts';

const dims = {
  M: 9,
  K: 8,
  N: 8,
  V: 7,
  T: 4,
  C: 8,
  H: 2,
  B: 2,
  R: 5,
  P: 3,
  L: 10,
  G: 3,
  accumulate: 0,
  end: 1,
  ROWS: 3,
  layers: 2,
};

describe.each(Object.keys(catalogue) as KernelName[])('%s', (kernel) => {
  const { bindings }: Signature = catalogue[kernel];
  const { passes, scratch, sums } = (programs[kernel] as (sizes: object, tuning: Tuning) => Program)(
    dims,
    tunings.hardware,
  );
  const declared = passes.map((pass) => declaredBindings(pass.code[0]));
  /** What the engine adds up. */
  const added = sums?.outputs.map(([name]) => name) ?? [];

  it('declares what the catalogue lists, in its order', () => {
    const order = bindings.map(([name]) => name);
    const places = declared.map((pass) =>
      pass.filter(({ name }) => name !== 'scratch').map(({ name }) => order.indexOf(name)),
    );
    for (const pass of places) expect(pass).toEqual([...pass].sort((a, b) => a - b));
    const all = [...places.flat(), ...added.map((name) => order.indexOf(name))];
    expect([...new Set(all)].sort((a, b) => a - b)).toEqual(order.map((_, i) => i));
  });

  it('writes what the catalogue says is written, and nothing else', () => {
    for (const [name, type, access] of bindings) {
      const all = declared.flat().filter((binding) => binding.name === name);
      const isWritten = added.includes(name) || all.some((binding) => binding.access === 'read_write');
      expect(isWritten).toBe(access !== 'r');
      for (const { element } of all) expect(element === 'u32').toBe(type === 'u32');
    }
  });

  it('has scratch exactly where a pass uses it, within what every device binds', () => {
    const uses = declared.flat().filter(({ name }) => name === 'scratch');
    expect(scratch > 0).toBe(uses.length > 0);
    // One more may be the number of rows.
    for (const pass of declared) expect(pass.length).toBeLessThanOrEqual(7);
  });
});

it('spreads workgroups over two dimensions where one would be too many', () => {
  expect(workgroups(1)).toEqual({ x: 1, y: 1 });
  expect(workgroups(64 * 65_535)).toEqual({ x: 65_535, y: 1 });
  expect(workgroups(64 * 65_535 + 1)).toEqual({ x: 65_535, y: 2 });
});

it('refuses text whose bindings are out of order', () => {
  const text = '@group(0) @binding(1) var<storage, read> x: array<f32>;';
  expect(() => declaredBindings(text)).toThrow('binding x is number 1, expected 0');
});

it('writes short loops out, nested ones and their neighbours too', () => {
  const loop = (rounds: string, body: string) => `for (var j = 0u; j < ${rounds}; j++) {${body}}`;
  expect(unrolled(`a ${loop('CELLS', ' x[j] ')} b ${loop('CELLS', 'y')} c`, { CELLS: 2 })).toBe(
    'a { const j = 0u; x[j] }\n{ const j = 1u; x[j] } b { const j = 0u;y}\n{ const j = 1u;y} c',
  );
  expect(unrolled(loop('4u', loop('CELLS', 'if (z) {}')), { CELLS: 3 }).match(/if \(z\)/g)).toHaveLength(12);
  expect(unrolled(loop('S', 'x'), { CELLS: 2 })).toBe(loop('S', 'x'));
  expect(() => unrolled('for (var j = 0u; j < 4u; j++) { if (x) {}', {})).toThrow('has no end');
});
