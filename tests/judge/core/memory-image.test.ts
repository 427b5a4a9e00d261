import { beforeAll, expect, test } from 'vitest';
import { limits } from '../../../src/judge/core/limits.ts';
import { MemoryImage } from '../../../src/judge/core/memory-image.ts';
import { meteredWasm } from '../../../src/judge/core/metered-wasm.ts';
import { instantiateQuickJs } from '../../../src/judge/core/quickjs.ts';
import { attacks } from '../attacks.ts';
import { orderPrograms } from '../order-programs.ts';
import { quickJsWasm } from './quickjs-wasm.ts';

let wasm: WebAssembly.Module;
beforeAll(async () => {
  wasm = await WebAssembly.compile(meteredWasm(quickJsWasm));
});

/** A QuickJS with a realm, its image, and a way to run a program in it, which is stopped after `polls` polls. */
async function machine(polls = 20) {
  const quickjs = await instantiateQuickJs(wasm);
  const statics = MemoryImage.staticsOf(quickjs);
  const runtime = quickjs.module.newRuntime();
  runtime.setMaxStackSize(limits.stackBytes);
  const context = runtime.newContext();
  let left = polls;
  runtime.setInterruptHandler(() => --left < 0);
  const image = new MemoryImage(quickjs, statics);
  const run = (program: string) => {
    left = polls;
    quickjs.turns.value = 20_000_000;
    context.evalCode(`${program}\n;f([1, 2, 3])`, 'program.js', { type: 'global' });
  };
  image.restore();
  const bytes = () => Buffer.from(quickjs.memory.buffer);
  return { quickjs, image, run, bytes };
}

test('after any program all of the memory and the stack pointer are put back', async () => {
  let { quickjs, image, run, bytes } = await machine();
  const fresh = Buffer.from(bytes());
  const stackTop = quickjs.stackPointer.value;
  const programs = [...Object.values(attacks).flat(), ...orderPrograms].map(({ program }) => program);
  const changed: string[] = [];
  let restored = 0;
  for (const program of programs) {
    let isLost = false;
    try {
      run(program);
    } catch {
      isLost = true;
    }
    if (isLost || !image.restore()) {
      // Every other instance begins with the same bytes, too.
      ({ quickjs, image, run, bytes } = await machine());
    } else restored++;
    if (!fresh.equals(bytes()) || quickjs.stackPointer.value !== stackTop) changed.push(program);
  }
  expect(changed).toEqual([]);
  expect(restored).toBeGreaterThan(programs.length * 0.8);
});

test('memory that has grown cannot be put back', async () => {
  const { image, run } = await machine();
  run('const f = () => 1');
  expect(image.restore()).toBe(true);
  run('const kept = []; const f = () => { for (let i = 0; i < 2; i++) kept.push(new Uint8Array(8 << 20)); }');
  expect(image.restore()).toBe(false);
});
