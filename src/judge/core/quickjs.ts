import { newQuickJSWASMModuleFromVariant } from 'quickjs-emscripten-core';
import type { EmscriptenModuleLoaderOptions, QuickJSWASMModule } from 'quickjs-emscripten-core';
import loadEmscripten from '@jitl/quickjs-wasmfile-release-sync/emscripten-module';
import { QuickJSFFI } from '@jitl/quickjs-wasmfile-release-sync/ffi';
import { limits } from './limits.ts';
import { exported } from './metered-wasm.ts';

/** One instance of QuickJS's WebAssembly, and all of its state: a memory, which can only grow, and two globals. */
export interface QuickJs {
  module: QuickJSWASMModule;
  memory: WebAssembly.Memory;
  /** i32: turns that native loops may still take; the code traps below zero. */
  turns: WebAssembly.Global<'i32'>;
  /** i32: where C's stack ends for now. It grows down. */
  stackPointer: WebAssembly.Global<'i32'>;
  /** It wanted more memory than there is, and was stopped in the midst of what it did. */
  isFull(): boolean;
}

const pageBytes = 65_536;

/** What a program sees as now, and what its `Math.random` is seeded with: 1 January 2024, UTC, in milliseconds. */
const fixedNow = Date.UTC(2024, 0, 1);

type HostFunction = (...args: never[]) => unknown;

/** Emscripten's `localtime`: fills C's `struct tm` at byte `at`, in UTC. */
function localTime(memory: WebAssembly.Memory, seconds: bigint, at: number): void {
  const date = new Date(Number(seconds) * 1000);
  const year = date.getUTCFullYear();
  const dayOfYear = Math.floor((date.getTime() - Date.UTC(year, 0, 1)) / 86_400_000);
  new Int32Array(memory.buffer, at, 10).set([
    date.getUTCSeconds(),
    date.getUTCMinutes(),
    date.getUTCHours(),
    date.getUTCDate(),
    date.getUTCMonth(),
    year - 1900,
    date.getUTCDay(),
    dayOfYear,
    0,
    0,
  ]);
}

/** Emscripten's `tzset`: no offset, no summer time, and two names. */
function timeZone(
  memory: WebAssembly.Memory,
  offset: number,
  isSummerTime: number,
  ...names: number[]
): void {
  new Int32Array(memory.buffer, offset, 1)[0] = 0;
  new Int32Array(memory.buffer, isSummerTime, 1)[0] = 0;
  for (const name of names) new Uint8Array(memory.buffer, name, 4).set([85, 84, 67, 0]);
}

/**
 * Replaces the imports through which QuickJS learns the time and the time zone, so that a program behaves the same at
 * any time and place. Emscripten shortens their names: they are the three that mention Date, told apart by their
 * number of parameters.
 */
function withFixedTime(imports: WebAssembly.Imports): WebAssembly.Imports {
  const replaced: string[] = [];
  const modules = Object.entries(imports).map(([module, members]): [string, WebAssembly.ModuleImports] => {
    const memory = Object.values(members).find((member) => member instanceof WebAssembly.Memory);
    if (memory === undefined) return [module, members];
    const fixed: Record<number, HostFunction> = {
      0: () => fixedNow,
      2: (seconds: bigint, at: number) => localTime(memory, seconds, at),
      4: (offset: number, summer: number, a: number, b: number) => timeZone(memory, offset, summer, a, b),
    };
    const changed = Object.entries(members).map(([name, member]): [string, WebAssembly.ImportValue] => {
      const source = typeof member === 'function' ? (member as HostFunction) : undefined;
      if (source === undefined || !/\bDate\b/.test(source.toString())) return [name, member];
      replaced.push(`${name}/${source.length}`);
      return [name, fixed[source.length]];
    });
    return [module, Object.fromEntries(changed)];
  });
  if (
    replaced
      .map((name) => name.split('/')[1])
      .sort()
      .join() !== '0,2,4'
  )
    throw new Error(
      `QuickJS takes the time from ${replaced.join(', ') || 'nowhere'}; expected three imports with 0, 2 and 4 ` +
        'parameters. The package has changed: adapt src/judge/core/quickjs.ts.',
    );
  return Object.fromEntries(modules);
}

/**
 * Stops QuickJS as soon as its memory cannot grow, by an exception of the host's: of the many places in it that should
 * bear a lack of memory some do not, and what is handed over from here would be written at address 0. The import that
 * grows the memory is the one that mentions it.
 */
function withStopWhenFull(imports: WebAssembly.Imports, onFull: () => void): WebAssembly.Imports {
  let replaced = 0;
  const stopping = (grow: (bytes: number) => boolean) => (bytes: number) => {
    if (grow(bytes)) return true;
    onFull();
    throw new RangeError('there is no more memory');
  };
  const modules = Object.entries(imports).map(([module, members]): [string, WebAssembly.ModuleImports] => {
    const changed = Object.entries(members).map(([name, member]): [string, WebAssembly.ImportValue] => {
      if (typeof member !== 'function' || !/\.grow\(/.test(member.toString())) return [name, member];
      replaced++;
      return [name, stopping(member as (bytes: number) => boolean)];
    });
    return [module, Object.fromEntries(changed)];
  });
  if (replaced !== 1)
    throw new Error(
      `QuickJS grows its memory in ${replaced} places; expected one. The package has changed: adapt src/judge/core/quickjs.ts.`,
    );
  return Object.fromEntries(modules);
}

/**
 * A new QuickJS, sharing nothing with an earlier one.
 *
 * @param wasm made by `meteredWasm`, compiled
 */
export async function instantiateQuickJs(wasm: WebAssembly.Module): Promise<QuickJs> {
  const wasmMemory = new WebAssembly.Memory({
    initial: limits.initialBytes / pageBytes,
    maximum: limits.largestBytes / pageBytes,
  });
  let globals: Record<string, WebAssembly.Global<'i32'>> = {};
  let isFull = false;
  const instantiateWasm: EmscriptenModuleLoaderOptions['instantiateWasm'] = (imports, onSuccess) => {
    const changed = withStopWhenFull(withFixedTime(imports), () => (isFull = true));
    const instance = new WebAssembly.Instance(wasm, changed);
    globals = instance.exports as typeof globals;
    onSuccess(instance);
    return instance.exports;
  };
  const own = { wasmMemory, instantiateWasm, printErr: () => undefined };
  const module = await newQuickJSWASMModuleFromVariant({
    type: 'sync',
    importFFI: () => Promise.resolve(QuickJSFFI),
    importModuleLoader: () =>
      Promise.resolve((options?: EmscriptenModuleLoaderOptions) => loadEmscripten({ ...options, ...own })),
  });
  const { [exported.turns]: turns, [exported.stackPointer]: stackPointer } = globals;
  return { module, memory: wasmMemory, turns, stackPointer, isFull: () => isFull };
}
