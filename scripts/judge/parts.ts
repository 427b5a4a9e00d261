import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { buildJudgeWorker } from '../vite/judge-frame.ts';

/** What a thread of the judge is made of: its script, and QuickJS. */
export interface Parts {
  workerText: string;
  wasm: Uint8Array;
}

/** Builds the worker's script (a third of a second). In the package of `npm run judge-pack` a module of the same name reads both. */
export async function judgeParts(): Promise<Parts> {
  const path = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
  const [workerText, wasm] = await Promise.all([buildJudgeWorker(), readFile(path)]);
  return { workerText, wasm };
}
