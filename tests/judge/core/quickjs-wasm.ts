import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** QuickJS's WebAssembly as its package has it. */
export const quickJsWasm = readFileSync(
  createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm'),
);
