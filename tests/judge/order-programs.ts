import type { Attack } from './attack.ts';

/** Holds 27 MB after two calls and 40 MB after three: near the limit, so that what was left before would show. */
const nearTheLimit = (name: string): Attack => ({
  name,
  program: `globalThis.kept = []; function f() { kept.push(new Uint8Array(13 << 20).fill(1)); return 1; } // ${name}`,
  allowed: ['failed', 'memory'],
});

/** Programs whose own verdict, or the next one's, is the first to change where anything is left from one to the next. */
export const orderPrograms: readonly Attack[] = [
  nearTheLimit('first'),
  {
    name: 'string too long to be made',
    program: 'function f() { return "6".padStart(2 ** 30 - 1, "ab").length; }',
    allowed: ['memory'],
  },
  nearTheLimit('after a string'),
  {
    name: 'sets that change while they are compared',
    program: `function f() {
      const set = new Set(Array.from({ length: 500 }, (_, i) => i));
      const other = { size: 1000, has() { set.clear(); for (let i = 0; i < 50; i++) set.add({}); return true; },
        keys() { let n = 0; return { next() { set.clear(); set.add(n); return { done: n++ > 9, value: n }; } }; } };
      for (const name of ['union', 'intersection', 'difference', 'symmetricDifference', 'isSubsetOf', 'isSupersetOf'])
        try { set[name](other); } catch {}
      return 'x';
    }`,
    allowed: ['failed'],
  },
  nearTheLimit('after sets'),
  {
    name: 'leaves cycles, jobs and symbols',
    program: `function f() {
      const all = []; for (let i = 0; i < 2000; i++) { const o = { i }; o.o = o; all.push(o); Symbol.for('s' + i); }
      for (let i = 0; i < 200; i++) Promise.resolve(all).then(() => f());
      return all.length;
    }`,
    allowed: ['failed'],
  },
  {
    name: 'asks how much has been named',
    program:
      'let n = 0; function f() { for (let i = 0; i < 99; i++) n += Object.keys({ ["k" + i + n]: 1 }).length; return n; }',
    allowed: ['failed'],
  },
  nearTheLimit('last'),
];
