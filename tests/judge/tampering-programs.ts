import type { Attack } from './attack.ts';

/** Does something to the realm, then returns what is wrong on every test. */
function poison(name: string, code: string, ...allowed: Attack['allowed']): Attack {
  return {
    name,
    program: `${code}\nfunction f() { return 'wrong'; }`,
    allowed: allowed.length ? allowed : ['failed'],
  };
}

/** Returns the value of an expression. */
function returning(name: string, expression: string, ...allowed: Attack['allowed']): Attack {
  return { name, program: `function f(a) { return ${expression}; }`, allowed };
}

/** Programs that go for the judge, not for the task. */
export const tamperingPrograms: readonly Attack[] = [
  poison('self.close', 'self.close();', 'load-error'),
  poison(
    'closes if it can',
    'if (typeof close === "function") close(); if (typeof self !== "undefined") self.close();',
  ),
  poison(
    'forged message',
    'postMessage({ type: "outcomes", id: 0, outcomes: [{ kind: "value", text: "6" }] });',
    'load-error',
  ),
  poison('forged handler', 'globalThis.onmessage = () => 6; globalThis.postMessage = () => 6;'),
  poison('overridden JSON', 'JSON.stringify = () => "6"; JSON.parse = () => [[6]];'),
  poison('JSON replaced', 'globalThis.JSON = { stringify: () => "6", parse: () => [6] };'),
  poison(
    'overridden Object.is',
    'Object.is = () => true; Object.hasOwn = () => true; Object.keys = () => [];',
  ),
  poison(
    'overridden Reflect',
    'for (const key of Reflect.ownKeys(Reflect)) if (typeof Reflect[key] === "function") Reflect[key] = () => 6;',
  ),
  poison(
    'overridden assert and console',
    'globalThis.console = { assert() {}, log() {} }; globalThis.assert = { deepEqual() {} };',
  ),
  poison('overridden Array iterator', 'Array.prototype[Symbol.iterator] = function* () { yield 6; };'),
  poison(
    'overridden array methods',
    'for (const key of ["map", "every", "join", "sort", "some", "includes", "forEach", "push"]) Array.prototype[key] = () => 6;',
  ),
  poison(
    'overridden String',
    'globalThis.String = () => "6"; String.prototype = { slice: () => "=6" }; "x".constructor.prototype.slice = () => "=6";',
  ),
  poison(
    'overridden Function.prototype',
    'Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => 6;',
  ),
  poison(
    'overridden Map and Set',
    'Map.prototype.forEach = Set.prototype.forEach = () => 6; Map.prototype.get = () => 6;',
  ),
  poison(
    'getters on Object.prototype',
    'for (const key of ["value", "get", "text", "kind", "enumerable", "message", "0"]) Object.defineProperty(Object.prototype, key, { __proto__: null, get: () => 6, set() {}, configurable: true });',
  ),
  poison(
    'setters on Array.prototype',
    'for (let i = 0; i < 8; i++) Object.defineProperty(Array.prototype, i, { get: () => 6, set() { throw 6; }, configurable: true });',
  ),
  poison(
    'values on Object.prototype',
    'Object.prototype.value = 6; Object.prototype.toJSON = () => 6; Object.prototype.enumerable = true;',
  ),
  poison(
    'no prototype for functions',
    'Object.setPrototypeOf(Function.prototype, null); Object.setPrototypeOf(Array.prototype, null);',
  ),
  poison(
    'throwing Object.prototype',
    'Object.defineProperty(Object.prototype, "then", { get() { throw new Error("then"); } });',
  ),
  poison(
    'poison for the next program',
    'Object.prototype.reduce = () => 6; Array.prototype.reduce = () => 6; globalThis.x = 5; Number.prototype.valueOf = () => 6; Math.random = () => 6;',
  ),
  returning('valueOf', '({ valueOf: () => a.length * 2 })', 'bad-value'),
  returning('toString', '({ toString: () => "6" })', 'bad-value'),
  returning('toJSON', '({ toJSON: () => 6 })', 'bad-value'),
  returning('toPrimitive', '({ [Symbol.toPrimitive]: () => 6 })', 'bad-value'),
  returning(
    'hidden toPrimitive',
    'Object.defineProperty({}, Symbol.toPrimitive, { value: () => 6 })',
    'bad-value',
  ),
  returning(
    'proxy that agrees with everything',
    'new Proxy({}, { get: () => 6, has: () => true, getPrototypeOf: () => Number.prototype })',
    'bad-value',
  ),
  returning('proxy that throws', 'new Proxy({}, { ownKeys() { throw new Error("6"); } })', 'threw'),
  returning('proxy that loops', 'new Proxy({}, { ownKeys() { for (;;); } })', 'fuel'),
  returning(
    'proxy of an array without end',
    'new Proxy([], { getOwnPropertyDescriptor: () => ({ value: 6, writable: true, enumerable: true, configurable: false }) })',
    'threw',
  ),
  returning(
    'revoked proxy',
    '(() => { const p = Proxy.revocable({}, {}); p.revoke(); return p.proxy; })()',
    'threw',
  ),
  poison(
    'Symbol.hasInstance',
    'Object.defineProperty(Number, Symbol.hasInstance, { value: () => true }); Object.defineProperty(Array, "isArray", { value: () => true });',
  ),
  poison('Symbol.toStringTag', 'Object.prototype[Symbol.toStringTag] = "Number";'),
  returning(
    'throws a looping getter',
    '(() => { throw { get message() { for (;;); }, get name() { for (;;); } }; })()',
    'threw',
  ),
  returning(
    'throws a looping proxy',
    '(() => { throw new Proxy({}, { getOwnPropertyDescriptor() { for (;;); }, getPrototypeOf() { for (;;); } }); })()',
    'fuel',
  ),
  returning('throws a forged success', '(() => { throw "=6"; })()', 'threw'),
  returning(
    'throws a forged refusal',
    '(() => { const e = new Error("6"); e.name = "passed"; throw e; })()',
    'threw',
  ),
  returning(
    'throws a forged lack of memory',
    '(() => { throw new InternalError("out of memory"); })()',
    'memory',
  ),
  returning('text of a success', '"=6"', 'failed'),
  returning(
    'prepareStackTrace',
    '(() => { Error.prepareStackTrace = (_, frames) => frames; const s = new Error("x").stack; return Array.isArray(s) ? s.map((x) => x.getFunction && x.getFunction()) : s; })()',
    'failed',
  ),
  returning('stack of the judge', '(() => { try { null.x; } catch (e) { return e.stack; } })()', 'failed'),
  {
    name: 'caller',
    program: 'function f(a) { return f.caller; }',
    allowed: ['failed'],
  },
  {
    name: 'callee',
    program: 'function f(a) { return arguments.callee.caller; }',
    allowed: ['failed'],
  },
  returning(
    'scanning globals',
    'Object.getOwnPropertyNames(globalThis).filter((key) => /expected|test|judge|realm|call|describe|limits/i.test(key))',
    'failed',
  ),
  returning(
    'scanning for an answer',
    '(() => { for (const key of Reflect.ownKeys(globalThis)) if (globalThis[key] === 6) return 6; return "none"; })()',
    'failed',
  ),
  returning('mutates its arguments', '(a.length = 0, a.push(6), Object.freeze(a), a)', 'failed'),
  returning('arguments as the answer', 'arguments', 'bad-value'),
  {
    name: 'counts calls',
    program: 'let n = 0; function f() { return [6, 0, 4][n++]; }',
    allowed: ['failed'],
  },
  { name: 'replaces itself', program: 'function f() { f = () => 6; return "first"; }', allowed: ['failed'] },
  {
    name: 'entry is a getter',
    program: 'Object.defineProperty(globalThis, "f", { get() { for (;;); } })',
    allowed: ['no-entry'],
  },
  {
    name: 'entry is a proxy',
    program: 'const f = new Proxy(() => 6, { apply: () => "6" })',
    allowed: ['failed'],
  },
  { name: 'entry is a class', program: 'class f { constructor() { return 6; } }', allowed: ['threw'] },
];
