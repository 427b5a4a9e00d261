import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';
import { isEntryPoint } from './outcome.ts';
import type { Outcome, OutcomeKind, ProgramJob } from './outcome.ts';
import { limits } from './limits.ts';
import { MemoryImage } from './memory-image.ts';
import type { QuickJs } from './quickjs.ts';
import realmText from './realm.js?raw';

/** What QuickJS cannot take back: the host's own stack ran over, or the module aborted. It must be replaced. */
export class EngineLost extends Error {
  override name = 'EngineLost';
  /** One a test. */
  readonly outcomes: Outcome[];

  constructor(outcomes: Outcome[], cause: unknown) {
    super('QuickJS was lost under a program', { cause });
    this.outcomes = outcomes;
  }
}

/** An expression for what the host holds of a realm, {call, describe}; a program never gets to see it. */
const realmSource = `(function (realmLimits) { 'use strict';
${realmText.replace(/^export /gm, '')}
return { call, describe }; })(${JSON.stringify(limits)})`;

const spentWords = {
  fuel: 'it was still running when its steps were used up',
  timeout: 'it was still running when its time was up',
  memory: 'it took more memory than there is for a program',
} as const;

/** Counts a program's polls, time and memory; answers QuickJS's question whether to interrupt it. */
class Budget {
  private readonly memory: WebAssembly.Memory;
  private programLeft: number = limits.programFuel;
  private callLeft = 0;
  private deadline = 0;
  /** Why the running call was interrupted, if it was. */
  spent: keyof typeof spentWords | undefined;

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
  }

  /** A new call begins. Spent at once where earlier calls left nothing, or took too much time or memory. */
  renew(): void {
    this.callLeft = limits.testFuel;
    this.deadline = performance.now() + limits.testMs;
    if (this.spent === 'fuel' && this.programLeft >= 0) this.spent = undefined;
  }

  /** One poll: true ends the call. */
  poll(): boolean {
    this.programLeft--;
    this.callLeft--;
    if (this.programLeft < 0 || this.callLeft < 0) this.spent ??= 'fuel';
    else if (this.memory.buffer.byteLength > limits.memoryBytes) this.spent ??= 'memory';
    else if (performance.now() > this.deadline) this.spent ??= 'timeout';
    return this.spent !== undefined;
  }
}

/** A realm in which one program after another runs, each as if it were the first: what the last one did is undone before. */
export class Realm {
  private readonly memory: WebAssembly.Memory;
  private readonly context: QuickJSContext;
  private readonly callHandle: QuickJSHandle;
  private readonly describeHandle: QuickJSHandle;
  private readonly image: MemoryImage;
  private budget: Budget;

  constructor({ module, memory, allocator }: QuickJs) {
    this.memory = memory;
    this.budget = new Budget(memory);
    const runtime = module.newRuntime();
    runtime.setMaxStackSize(limits.stackBytes);
    this.context = runtime.newContext();
    const host = this.context.unwrapResult(
      this.context.evalCode(realmSource, 'realm.js', { type: 'global' }),
    );
    this.callHandle = this.context.getProp(host, 'call');
    this.describeHandle = this.context.getProp(host, 'describe');
    // Our own script is not on a program's budget.
    runtime.setInterruptHandler(() => this.budget.poll());
    this.image = new MemoryImage(allocator, memory);
  }

  /** Everything as it was when the realm was made. Handles of the program before are void. */
  begin(): void {
    this.image.restore();
    this.budget = new Budget(this.memory);
  }

  private evaluate(code: string, compileOnly: boolean) {
    return this.context.evalCode(code, 'program.js', { type: 'global', compileOnly });
  }

  /** What a thrown value says about the call that threw it; `fallback` where nothing else explains it. Frees it. */
  private explain(thrown: QuickJSHandle, fallback: OutcomeKind): Outcome {
    const { spent } = this.budget;
    if (spent !== undefined) {
      thrown.dispose();
      return { kind: spent, text: spentWords[spent] };
    }
    const said = this.context.callFunction(this.describeHandle, this.context.undefined, thrown);
    thrown.dispose();
    if (said.error) {
      said.error.dispose();
      // Describing allocates little and catches what traps throw: what stops it is a lack of fuel or of memory.
      const kind = this.budget.spent ?? 'memory';
      return { kind, text: spentWords[kind] };
    }
    const text = said.value.consume((value) => this.context.getString(value));
    return { kind: text.startsWith('m') ? 'memory' : fallback, text: text.slice(1) };
  }

  private compiles(program: string): boolean {
    const compiled = this.evaluate(program, true);
    (compiled.error ?? compiled.value).dispose();
    return compiled.error === undefined;
  }

  /** Runs the program's own text. Undefined when it has loaded. */
  load(program: string): Outcome | undefined {
    this.budget.renew();
    const loaded = this.evaluate(program, false);
    if (!loaded.error) {
      loaded.value.dispose();
      const { spent } = this.budget;
      return spent && { kind: spent, text: spentWords[spent] };
    }
    const outcome = this.explain(loaded.error, 'load-error');
    return outcome.kind === 'load-error' && !this.compiles(program)
      ? { ...outcome, kind: 'syntax' }
      : outcome;
  }

  /** What a name stands for: undefined where it is not to be had. */
  private lookUp(path: string): QuickJSHandle | undefined {
    const found = this.evaluate(path, false);
    if (!found.error) return found.value;
    found.error.dispose();
    return undefined;
  }

  /** The function that tests call, with what it is called on; undefined where there is none. */
  entry(path: string): { entry: QuickJSHandle; self: QuickJSHandle } | undefined {
    this.budget.renew();
    const dot = path.lastIndexOf('.');
    const self = dot < 0 ? this.context.undefined : this.lookUp(path.slice(0, dot));
    const entry = self && this.lookUp(path);
    return entry && this.context.typeof(entry) === 'function' ? { entry, self } : undefined;
  }

  /** One test. */
  call(entry: QuickJSHandle, self: QuickJSHandle, args: string): Outcome {
    this.budget.renew();
    const { spent } = this.budget;
    if (spent) return { kind: spent, text: spentWords[spent] };
    const result = this.context
      .newString(args)
      .consume((text) =>
        this.context.callFunction(this.callHandle, this.context.undefined, entry, self, text),
      );
    if (result.error) return this.explain(result.error, 'threw');
    const text = result.value.consume((value) => this.context.getString(value));
    if (this.budget.spent) return { kind: this.budget.spent, text: spentWords[this.budget.spent] };
    return { kind: text.startsWith('=') ? 'value' : 'bad-value', text: text.slice(1) };
  }
}

function runTests(realm: Realm, job: ProgramJob, outcomes: Outcome[], onTest: () => void): void {
  const failed = realm.load(job.program.replace(/^\ufeff/, ''));
  const found = failed ? undefined : realm.entry(job.entryPoint);
  for (const args of job.args) {
    onTest();
    if (failed) outcomes.push(failed);
    else if (!found) outcomes.push({ kind: 'no-entry', text: `there is no function ${job.entryPoint}` });
    else outcomes.push(realm.call(found.entry, found.self, args));
  }
}

/**
 * Runs a program on every test's arguments, in a realm that is as it was when it was made.
 *
 * @param onTest called before every test
 * @returns one outcome a test, in order
 * @throws EngineLost, with the outcomes, when QuickJS must be replaced before the next program
 */
export function runProgram(realm: Realm, job: ProgramJob, onTest: () => void): Outcome[] {
  if (!isEntryPoint(job.entryPoint))
    throw new TypeError(
      `The entry point is ${JSON.stringify(job.entryPoint)}; expected a name such as f or Solver.solve.`,
    );
  const outcomes: Outcome[] = [];
  realm.begin();
  try {
    runTests(realm, job, outcomes, onTest);
    return outcomes;
  } catch (error) {
    const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    while (outcomes.length < job.args.length)
      outcomes.push({ kind: 'crash', text: `it broke the engine (${words.slice(0, limits.messageLength)})` });
    throw new EngineLost(outcomes, error);
  }
}
