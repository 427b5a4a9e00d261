import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Engine } from '../src/judge/core/engine.ts';
import { suiteOf, verdictOf } from '../src/judge/core/suite.ts';
import type { UnitTest } from '../src/protocol/task.ts';
import type { Verdict } from '../src/protocol/verdict.ts';

/** A program and the tests it is judged by. */
export interface JudgeItem {
  /** The whole program, signature included. */
  program: string;
  entryPoint: string;
  tests: readonly UnitTest[];
}

export interface NodeJudge {
  judge(items: readonly JudgeItem[]): Promise<Verdict[]>;
  close(): Promise<void>;
}

/** The judge without a browser: the same core, so the same verdicts. */
export async function createNodeJudge(): Promise<NodeJudge> {
  const path = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
  const engine = new Engine(await WebAssembly.compile(await readFile(path)));
  return {
    async judge(items) {
      const verdicts: Verdict[] = [];
      for (const { program, entryPoint, tests } of items) {
        const suite = suiteOf(tests);
        verdicts.push(verdictOf(await engine.run({ program, entryPoint, args: suite.args }), suite));
      }
      return verdicts;
    },
    close: () => Promise.resolve(),
  };
}
