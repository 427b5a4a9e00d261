import { beforeAll, expect, test } from 'vitest';
import { meteredWasm } from '../../src/judge/core/metered-wasm.ts';
import type { Outcome } from '../../src/judge/core/outcome.ts';
import { ProgramEngine } from '../../src/judge/core/program-engine.ts';
import { Sandbox } from '../../src/judge/core/sandbox.ts';
import { argumentsText } from '../../src/judge/core/value-text.ts';
import { attacks, sumTests } from './attacks.ts';
import { quickJsWasm } from './core/quickjs-wasm.ts';
import { orderPrograms } from './order-programs.ts';

const args = sumTests.map((task) => argumentsText(task.args));
const nothing = () => undefined;

let engine: ProgramEngine;
let wasm: WebAssembly.Module;
beforeAll(async () => {
  engine = await ProgramEngine.open(quickJsWasm);
  wasm = await WebAssembly.compile(meteredWasm(quickJsWasm));
});

/** A stream of numbers in [0, 1), the same on every run. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A program with one or two of its tokens dropped, doubled, or exchanged for one of another program's. */
function mutant(program: string, other: string, random: () => number): string {
  const [tokens, strangers] = [program, other].map((text) => text.match(/\w+|\s+|[^\w\s]/g) ?? ['']);
  for (let change = random() < 0.5 ? 1 : 2; change > 0; change--) {
    const at = Math.floor(random() * tokens.length);
    const stranger = strangers[Math.floor(random() * strangers.length)];
    const token = tokens[at];
    tokens.splice(at, 1, ...[[], [token, token], [stranger]][Math.floor(random() * 3)]);
  }
  return tokens.join('');
}

const heavy = new Set(['resources', 'nesting']);
const light = Object.entries(attacks).flatMap(([kind, list]) =>
  heavy.has(kind) ? [] : list.map(({ program }) => program),
);
const mutants = (count: number, seed: number) => {
  const random = numbersFrom(seed);
  const pick = () => light[Math.floor(random() * light.length)];
  return Array.from({ length: count }, () => mutant(pick(), pick(), random));
};

/** What becomes of every program in a realm made for it alone. */
async function inFreshRealms(programs: readonly string[]): Promise<Outcome[][]> {
  const all: Outcome[][] = [];
  for (const program of programs) {
    const sandbox = await Sandbox.open(wasm);
    all.push(sandbox.run({ program, entryPoint: 'f', args }, nothing));
  }
  return all;
}

/** What becomes of every program, one after the other in the same engine, in the given order. */
async function inOrder(programs: readonly string[], order: readonly number[]): Promise<Outcome[][]> {
  const all: Outcome[][] = [];
  for (const index of order)
    all[index] = await engine.run({ program: programs[index], entryPoint: 'f', args });
  return all;
}

/** The same numbers in an order that looks like none. */
function shuffled(numbers: readonly number[]): number[] {
  const random = numbersFrom(7);
  return numbers
    .map((number) => ({ number, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ number }) => number);
}

test('mutants and programs near a limit end in a used realm as in a fresh one, in any order', async () => {
  const programs = [...mutants(400, 1), ...orderPrograms.map(({ program }) => program)];
  const fresh = await inFreshRealms(programs);
  const forwards = [...programs.keys()];
  for (const order of [forwards, forwards.toReversed(), shuffled(forwards)])
    expect(await inOrder(programs, order)).toEqual(fresh);
  expect(new Set(fresh.flat().map(({ kind }) => kind)).size).toBeGreaterThan(5);
});

test('so does every attack', async () => {
  const programs = Object.values(attacks).flatMap((list) => list.map(({ program }) => program));
  const fresh = await inFreshRealms(programs);
  expect(await inOrder(programs, shuffled([...programs.keys()]))).toEqual(fresh);
});
