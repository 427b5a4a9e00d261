import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileName } from '../../../src/ui/download.ts';
import { nameOf, orders, sorted, type Order } from '../../../src/ui/runs/order.ts';
import { MOST_RUNS, sizeOf, tooMany } from '../../../src/ui/runs/room.ts';
import type { KeptRun } from '../../../src/ui/runs/store.ts';

const runOf = (savedAt: number, part: Partial<KeptRun> = {}): KeptRun => ({
  ...{ id: `run ${savedAt}`, savedAt, label: `seed ${savedAt}`, updates: 1, passAt1: undefined },
  ...{ engine: 'cpu', preset: 'tiny', bytes: 1e6 },
  ...part,
});
const many = (count: number, part: Partial<KeptRun> = {}) =>
  Array.from({ length: count }, (_, i) => runOf(i, part));
const none = new Set<string>();
const ids = (runs: readonly KeptRun[]) => runs.map(({ id }) => id);

describe('where there are too many runs', () => {
  it('none goes before there are', () => {
    expect(tooMany(many(MOST_RUNS), none)).toEqual([]);
  });
  it('the oldest go first, and no more than have to', () => {
    expect(ids(tooMany(many(MOST_RUNS + 2).reverse(), none))).toEqual(['run 0', 'run 1']);
  });
  it('large ones go before there are many', () => {
    expect(ids(tooMany(many(4, { bytes: 200e6 }), none))).toEqual(['run 0', 'run 1']);
  });
  it('a pinned run never goes, and takes nobody’s room', () => {
    const pinned = many(100, { isPinned: true, bytes: 1e9 });
    expect(tooMany(pinned, none)).toEqual([]);
    expect(tooMany([...pinned, ...many(MOST_RUNS)], none)).toEqual([]);
  });
  it('a run that is open in some tab stays, the next one goes in its place', () => {
    expect(ids(tooMany(many(MOST_RUNS + 1), new Set(['run 0'])))).toEqual(['run 1']);
  });
  it('one that learned nothing goes at once, unless it is open, and counts for nothing', () => {
    const untrained = many(3, { updates: 0, bytes: 1e9 });
    const learned = Array.from({ length: MOST_RUNS }, (_, i) => runOf(100 + i));
    expect(ids(tooMany([...untrained, ...learned], new Set(['run 1'])))).toEqual(['run 0', 'run 2']);
  });
  it('whatever they are, those that stay fit, unless all that are left are open or pinned', () => {
    const anyRun = fc.record({ bytes: fc.nat(120e6), isPinned: fc.boolean(), isOpen: fc.boolean() });
    fc.assert(
      fc.property(fc.array(anyRun, { maxLength: 120 }), (all) => {
        const runs = all.map(({ bytes, isPinned }, i) => runOf(i, { bytes, isPinned }));
        const open = new Set(ids(runs.filter((_, i) => all[i].isOpen)));
        const gone = tooMany(runs, open);
        expect(gone.some(({ id, isPinned }) => isPinned || open.has(id))).toBe(false);
        const left = runs.filter((run) => !run.isPinned && !gone.includes(run));
        const fits = left.length <= MOST_RUNS && sizeOf(left) <= 512e6;
        expect(fits || left.every(({ id }) => open.has(id))).toBe(true);
        // The last one to go had to.
        if (gone.length > 0) {
          const before = [...left, gone.at(-1)!];
          expect(before.length > MOST_RUNS || sizeOf(before) > 512e6).toBe(true);
        }
      }),
    );
  });
});

describe('the list', () => {
  const runs = [
    runOf(1, { name: 'run 10', passAt1: 0.5, updates: 7 }),
    runOf(2, { name: 'run 9', passAt1: 0.7, updates: 7 }),
    runOf(3, { label: 'Best', updates: 40 }),
  ];
  it.each<[Order, string[]]>([
    ['newest', ['Best', 'run 9', 'run 10']],
    ['name', ['Best', 'run 9', 'run 10']],
    ['passAt1', ['run 9', 'run 10', 'Best']],
    ['updates', ['Best', 'run 9', 'run 10']],
  ])('by %s', (order, names) => {
    expect(sorted(runs, order).map(nameOf)).toEqual(names);
    expect(Object.keys(orders)).toContain(order);
  });
});

it('a file has a name that is one everywhere', () => {
  expect(fileName('unsure middle, learning rate 1e−4, seed 7')).toBe(
    'unsure-middle-learning-rate-1e-4-seed-7',
  );
  expect(fileName('../../etc')).toBe('etc');
  expect(fileName('Über 100 %')).toBe('über-100');
  expect(fileName('?')).toBe('run');
});
