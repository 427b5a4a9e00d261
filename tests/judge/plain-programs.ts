import type { Attack } from './attack.ts';

const body = 'let s = 0; for (let i = 0; i < a.length; i++) s += a[i]; return s;';
/** A right answer to the task, whose type a program then spoils. */
const sum = `function sum(a) { ${body} }`;

function passing(name: string, program: string): Attack {
  return { name, program, allowed: ['passed'] };
}

/** Odd, but right: the judge must not refuse them. */
export const honestPrograms: readonly Attack[] = [
  passing('arrow', 'const f = (a) => a.reduce((s, x) => s + x, 0)'),
  passing(
    'class static',
    `class Sum { static of(a) { ${body} } static { this.ready = true; } } const f = Sum.of;`,
  ),
  passing(
    'logs',
    `console.log('begun'); function f(a) { console.error(a, this); console.table([a]); ${body} }`,
  ),
  passing('exports', `function f(a) { ${body} }\nmodule.exports = { f }; exports.f = f;`),
  passing('strict', `'use strict'; function f(a) { ${body} }`),
  passing('byte order mark', `\ufefffunction f(a) { ${body} }`),
  passing('HTML-like comment', `<!-- a relic\nfunction f(a) { ${body} }\n--> another`),
  passing('hashbang', `#!/usr/bin/env node\nfunction f(a) { ${body} }`),
  passing('entry defined by eval', `eval(${JSON.stringify(`var f = function (a) { ${body} }`)})`),
  passing('entry made by Function', `var f = Function('a', ${JSON.stringify(body)})`),
  passing('slow but fine', `function f(a) { let n = 0; for (let i = 0; i < 1e5; i++) n += i % 3; ${body} }`),
  passing(
    'frozen intrinsics',
    `[Object, Array, String, Number, Function, Map, Set, Symbol, JSON, Reflect, Math].forEach((x) => { Object.freeze(x); if (x.prototype) Object.freeze(x.prototype); }); Object.freeze(globalThis); function f(a) { ${body} }`,
  ),
  passing(
    'deleted JSON, Reflect and Array',
    `delete globalThis.JSON; delete globalThis.Reflect; delete globalThis.Array; delete globalThis.Object; delete globalThis.Map; function f(a) { ${body} }`,
  ),
  passing('declares const x', `const x = 1; const f = (a) => a.reduce((s, y) => s + y * x, 0)`),
  passing('declares const x once more', `const x = 0; const f = (a) => a.reduce((s, y) => s + y, x)`),
  passing(
    'shadows names of ours',
    `const call = 1, describe = 2, realmLimits = 3, refusal = 4; function f(a) { ${body} }`,
  ),
  passing('catches its own error', `function f(a) { try { null.x; } catch { ${body} } }`),
  passing('recursion', `function f(a) { return a.length ? a[0] + f(a.slice(1)) : 0; }`),
  passing(
    'generator inside',
    `function* all(a) { yield* a; } function f(a) { let s = 0; for (const x of all(a)) s += x; return s; }`,
  ),
];

/** Not a program that answers anything. */
export const brokenPrograms: readonly Attack[] = [
  { name: 'empty', program: '', allowed: ['no-entry'] },
  { name: 'prose', program: 'Sure! Here is a function that sums the array.', allowed: ['syntax'] },
  {
    name: 'markdown fence',
    program: `\`\`\`js\nfunction f(a) { ${body} }\n\`\`\``,
    allowed: ['load-error'],
  },
  { name: 'truncated', program: 'function f(a) { let s = 0; for (const x of a) s +=', allowed: ['syntax'] },
  { name: 'wrong name', program: `function g(a) { ${body} }`, allowed: ['no-entry'] },
  { name: 'entry is a value', program: 'const f = 6', allowed: ['no-entry'] },
  { name: 'entry is an object', program: 'const f = { call() { return 6; } }', allowed: ['no-entry'] },
  { name: 'entry is hidden in a block', program: `{ let f = (a) => { ${body} }; }`, allowed: ['no-entry'] },
  { name: 'export', program: `export function f(a) { ${body} }`, allowed: ['syntax'] },
  { name: 'import', program: `import fs from 'fs'; function f(a) { ${body} }`, allowed: ['syntax'] },
  {
    name: 'require',
    program: `const fs = require('fs'); function f(a) { ${body} }`,
    allowed: ['load-error'],
  },
  { name: 'process.exit', program: `process.exit(0); function f(a) { ${body} }`, allowed: ['load-error'] },
  { name: 'process.exit in the call', program: 'function f(a) { process.exit(0); }', allowed: ['threw'] },
  {
    name: 'throws while loading',
    program: `throw new Error('no'); function f(a) { ${body} }`,
    allowed: ['load-error'],
  },
  {
    name: 'throws a syntax error while loading',
    program: `eval('}'); function f(a) { ${body} }`,
    allowed: ['load-error'],
  },
  { name: 'closes a wrapper', program: `})(); var passed = true; (function () {`, allowed: ['syntax'] },
  { name: 'closes a call', program: `0) } finally { return 6; } (`, allowed: ['syntax'] },
  { name: 'top-level return', program: 'return 6', allowed: ['syntax'] },
  { name: 'top-level await', program: `await 1; function f(a) { ${body} }`, allowed: ['syntax'] },
];

/** A value that a lenient comparison would take for the right one, or that cannot be compared. */
function wrong(name: string, expression: string, ...allowed: Attack['allowed']): Attack {
  return { name, program: `${sum} function f(a) { return ${expression}; }`, allowed };
}

export const wrongTypePrograms: readonly Attack[] = [
  wrong('string for number', 'String(sum(a))', 'failed'),
  wrong('boxed number', 'new Number(sum(a))', 'bad-value'),
  wrong('boxed, then disguised', 'Object.setPrototypeOf(new Number(sum(a)), Object.prototype)', 'failed'),
  wrong('wrapped in an array', '[sum(a)]', 'failed'),
  wrong('undefined', 'void sum(a)', 'failed'),
  wrong('null', 'null', 'failed'),
  wrong('true', 'true', 'failed'),
  wrong('NaN', 'NaN', 'failed'),
  wrong('−0 for 0', 'sum(a) || -0', 'failed'),
  wrong('nearly right', 'sum(a) + 1e-12', 'failed'),
  wrong('BigInt', 'BigInt(sum(a))', 'failed'),
  wrong('promise', 'Promise.resolve(sum(a))', 'bad-value'),
  wrong('async function', '(async () => sum(a))()', 'bad-value'),
  wrong('thenable', '({ then(resolve) { resolve(sum(a)); } })', 'bad-value'),
  wrong('generator', '(function* () { yield sum(a); })()', 'bad-value'),
  wrong('function', '() => sum(a)', 'bad-value'),
  wrong('symbol', 'Symbol(sum(a))', 'bad-value'),
  wrong('date', 'new Date(sum(a))', 'bad-value'),
  wrong('regular expression', '/6/', 'bad-value'),
  wrong('typed array', 'new Uint8Array([sum(a)])', 'bad-value'),
  wrong('map', 'new Map([["value", sum(a)]])', 'failed'),
  wrong('cyclic', '(() => { const o = { value: sum(a) }; o.self = o; return o; })()', 'bad-value'),
  wrong(
    '10^5 deep',
    '(() => { let o = sum(a); for (let i = 0; i < 1e5; i++) o = [o]; return o; })()',
    'bad-value',
  ),
  wrong('5·10^6 wide', 'new Array(5e6).fill(sum(a))', 'memory'),
  wrong('5·10^6 holes', 'new Array(5e6)', 'bad-value'),
  wrong('2^28 characters', '"6".repeat(2 ** 28)', 'memory'),
  wrong('2^22 characters', '"6".repeat(2 ** 22)', 'bad-value'),
  wrong(
    'shared-reference bomb',
    '(() => { let o = [sum(a)]; for (let i = 0; i < 40; i++) o = [o, o]; return o; })()',
    'bad-value',
  ),
  wrong(
    'array with a getter',
    'Object.defineProperty([], "0", { get: () => sum(a), enumerable: true })',
    'bad-value',
  ),
];
