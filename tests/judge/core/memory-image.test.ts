import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../../src/judge/core/program-engine.ts';
import { limits } from '../../../src/judge/core/limits.ts';
import type { Outcome, ProgramJob } from '../../../src/judge/core/outcome.ts';
import { instantiateQuickJs, type QuickJs } from '../../../src/judge/core/quickjs.ts';
import { EngineLost, Realm, runProgram } from '../../../src/judge/core/run-program.ts';
import { argumentsText } from '../../../src/judge/core/value-text.ts';
import { shuffled, stream } from '../../../src/ppo/random.ts';
import { sampleSolution } from '../../../src/tasks/corpus.ts';
import { programText } from '../../../src/tasks/program-text.ts';
import { trainTasks } from '../../../src/tasks/tasks.ts';
import { lexemes } from '../../../src/tasks/vocabulary.ts';
import { attacks } from '../attacks.ts';

let wasm: WebAssembly.Module;
beforeAll(async () => {
  const path = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
  wasm = await WebAssembly.compile(readFileSync(path));
});

const job = (program: string): ProgramJob => ({
  program,
  entryPoint: 'f',
  args: [argumentsText([[3, 1, 2]]), argumentsText([[]])],
});
const bytesOf = ({ memory }: QuickJs) => Buffer.from(memory.buffer);

/** Programs that leave as much behind as they can. */
const messy: readonly string[] = [
  'function f(a) { return a.length; }',
  'globalThis.left = new Array(1e5).fill({}); function f() { return globalThis.left.length; }',
  // Takes a lot and gives it back.
  'function f() { for (let i = 0; i < 5; i++) { let s = []; for (let j = 0; j < 20000; j++) s.push([j, "" + j]); s = null; } return 1; }',
  'function f() { const deep = (n) => (n === 0 ? 0 : 1 + deep(n - 1)); return deep(300); }',
  'function f() { const deep = (n) => 1 + deep(n + 1); return deep(0); }',
  'function f() { for (;;) {} }',
  'Promise.resolve().then(() => { globalThis.later = 1; }); function f() { return globalThis.later; }',
  'Array.prototype.map = null; Object.prototype.x = 1; Math.random(); function f() { return Math.random(); }',
  'function f() { const s = Symbol.for("kept"); return "x".repeat(60000); }',
  'function f() { throw new Error("y".repeat(1e5)); }',
  'const cyclic = {}; cyclic.self = cyclic; function f() { return cyclic; }',
  'function f(',
];

describe('after any program', () => {
  test('every word of memory is put back', async () => {
    const quickjs = await instantiateQuickJs(wasm);
    const realm = new Realm(quickjs);
    realm.begin();
    const clean = Buffer.from(bytesOf(quickjs));
    for (const program of messy) {
      runProgram(realm, job(program), () => undefined);
      expect(bytesOf(quickjs).equals(clean), program).toBe(false);
      realm.begin();
      expect(bytesOf(quickjs).equals(clean), program).toBe(true);
    }
    expect(quickjs.memory.buffer.byteLength).toBe(limits.initialBytes);
  });
});

/** The outcomes of a program in a QuickJS that nothing has run in. */
async function afresh(program: string): Promise<Outcome[]> {
  try {
    return runProgram(new Realm(await instantiateQuickJs(wasm)), job(program), () => undefined);
  } catch (error) {
    if (error instanceof EngineLost) return error.outcomes;
    throw error;
  }
}

/** Programs as policies write them, some lexemes of which were exchanged. */
function mutated(count: number): string[] {
  const random = stream(11, 'what-if');
  return Array.from({ length: count }, () => {
    const task = trainTasks[random.integer(trainTasks.length)];
    const ids = [...sampleSolution(task, random)];
    for (let i = random.integer(4); i > 0; i--)
      ids[random.integer(ids.length)] = 1 + random.integer(lexemes.length - 1);
    return programText(task, ids);
  });
}

/** What is decided by a clock, not by the program, is judged elsewhere. */
const timeless = (outcomes: readonly Outcome[]) => outcomes.every(({ kind }) => kind !== 'timeout');

test('an outcome depends on the program alone: as in a QuickJS of its own, in any order', async () => {
  // Native loops come to no end by themselves: what a clock decides is judged in attacks.test.ts.
  const hostile = Object.values(attacks)
    .flat()
    .filter(({ allowed }) => !allowed.some((verdict) => verdict === 'crash' || verdict === 'timeout'))
    .map(({ program }) => program);
  const programs = [...messy, ...hostile, ...mutated(60)];
  const alone = [];
  for (const program of programs) alone.push(await afresh(program));
  const engine = new Engine(wasm);
  for (const order of [programs.map((_, i) => i), shuffled(programs.length, stream(3, 'what-if'))])
    for (const i of order) {
      const outcomes = await engine.run(job(programs[i]));
      if (timeless(outcomes) && timeless(alone[i])) expect(outcomes, programs[i]).toEqual(alone[i]);
    }
});
