import { expect, test } from 'vitest';
import { limits } from '../../../src/judge/core/limits.ts';
import { meteredWasm } from '../../../src/judge/core/metered-wasm.ts';
import { instantiateQuickJs } from '../../../src/judge/core/quickjs.ts';
import { quickJsWasm } from './quickjs-wasm.ts';

const wasm = await WebAssembly.compile(meteredWasm(quickJsWasm));

/** Turns that a program takes in an instance of its own, and where the stack pointer is before and after. */
async function turnsOf(program: string) {
  const { module, turns, stackPointer } = await instantiateQuickJs(wasm);
  const context = module.newContext();
  turns.value = limits.callTurns;
  const before = stackPointer.value;
  context.unwrapResult(context.evalCode(program));
  return { turns: limits.callTurns - turns.value, leftOnStack: before - stackPointer.value };
}

test('what native work costs is its own, to the last turn, and grows with it', async () => {
  const search = (length: number) => `new Array(${length}).fill(0).indexOf(1)`;
  const short = await turnsOf(search(1_000));
  const long = await turnsOf(search(100_000));
  expect(await turnsOf(search(100_000))).toEqual(long);
  expect(long.turns - short.turns).toBeGreaterThan(99_000);
  expect(long.turns).toBeLessThan(2_000_000);
});

test('a bulk copy costs one turn per 64 bytes', async () => {
  const copy = (bytes: number) => `new Uint8Array(${bytes}).slice()`;
  const [small, large] = [await turnsOf(copy(1_000)), await turnsOf(copy(1_000 + 64_000_000 / 16))];
  expect((large.turns - small.turns) / (64_000_000 / 16 / 64)).toBeGreaterThanOrEqual(1);
  expect((large.turns - small.turns) / (64_000_000 / 16 / 64)).toBeLessThan(5);
});

test('every frame that takes of the stack gives it back', async () => {
  const programs = [
    '1',
    'try { null.x } catch {}',
    '[3, 1].sort((a, b) => a - b)',
    '(function f(n) { return n && f(n - 1) })(99)',
  ];
  for (const program of programs) expect((await turnsOf(program)).leftOnStack).toBe(0);
});

test('another build, with what is not known here, is refused', () => {
  const [start, end] = [quickJsWasm.indexOf(Buffer.from([0x06, 0x09, 0x01, 0x7f, 0x01])), 5];
  const constant = Uint8Array.from(quickJsWasm);
  constant[start + end - 1] = 0;
  expect(() => meteredWasm(constant)).toThrow('expected the stack pointer alone');
  // (module (table 1 funcref) (func (drop (table.grow 0 (ref.null func) (i32.const 1)))))
  const withTable = Buffer.from(
    '0061736d01000000010401600000030201000404017000010606017f0141000b0a0c010a00d0704101fc0f001a0b',
    'hex',
  );
  expect(() => meteredWasm(withTable)).toThrow('not metered');
});
