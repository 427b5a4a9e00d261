import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';
import { Budget } from './budget.ts';
import { limits } from './limits.ts';
import { MemoryImage } from './memory-image.ts';
import { isEntryPoint } from './outcome.ts';
import type { Outcome, OutcomeKind, ProgramJob } from './outcome.ts';
import { instantiateQuickJs } from './quickjs.ts';
import type { QuickJs } from './quickjs.ts';
import additionsText from './additions.js?raw';
import realmText from './realm.js?raw';

/** An expression for what the host holds of a realm, {call, describe}; a program never gets to see it. */
const realmSource = `(function (realmLimits) { 'use strict';
${realmText.replace(/^export /gm, '')}
return { call, describe }; })(${JSON.stringify(limits)})`;

/** What a realm has besides QuickJS's own; it shares no scope with `realmSource`. */
const additionsSource = `(function () { 'use strict';
${additionsText}
})()`;

const spentWords = {
  fuel: 'it was still running when its steps were used up; a plain loop has about 2.5 million turns',
  timeout: 'it was still running when its time was up',
  memory: 'it took more memory than there is for a program',
} as const;

/** What is said where QuickJS was stopped in the midst of native work; the tests left over share it. */
const trappedWords = {
  fuel: 'it was still running when the steps of built-in functions were used up',
  stack: 'it, or something in it, is nested too deep',
} as const;

/** What `describe` in realm.js says first about a thrown value that names its own kind. */
const thrownKinds: Record<string, OutcomeKind | undefined> = { m: 'memory', s: 'stack' };

/**
 * A QuickJS with one realm in it, in which one program after another begins in the same state. The realm is made once;
 * then its memory's image is taken, which is put back before each program. Nothing is ever freed: putting the image
 * back frees everything. Of what lives outside that memory, a program changes the budget, which is renewed, and nothing
 * else: QuickJS calls no function of the host but the question whether to interrupt, and the handles held here point
 * to what the image has.
 */
export class Sandbox {
  private readonly quickjs: QuickJs;
  private readonly context: QuickJSContext;
  private readonly budget: Budget;
  private readonly image: MemoryImage;
  private readonly callHandle: QuickJSHandle;
  private readonly describeHandle: QuickJSHandle;
  /** An exception of the host went through QuickJS's frames, which leave things half done. */
  private isLost = false;

  /** @param wasm made by `meteredWasm`, compiled */
  static async open(wasm: WebAssembly.Module): Promise<Sandbox> {
    return new Sandbox(await instantiateQuickJs(wasm));
  }

  private constructor(quickjs: QuickJs) {
    this.quickjs = quickjs;
    const statics = MemoryImage.staticsOf(quickjs);
    const runtime = quickjs.module.newRuntime();
    runtime.setMaxStackSize(limits.stackBytes);
    this.context = runtime.newContext();
    this.context
      .unwrapResult(this.context.evalCode(additionsSource, 'additions.js', { type: 'global' }))
      .dispose();
    const host = this.context.unwrapResult(
      this.context.evalCode(realmSource, 'realm.js', { type: 'global' }),
    );
    this.callHandle = this.context.getProp(host, 'call');
    this.describeHandle = this.context.getProp(host, 'describe');
    this.budget = new Budget(quickjs);
    runtime.setInterruptHandler(() => this.budget.poll());
    this.image = new MemoryImage(quickjs, statics);
  }

  /** Makes ready for a program. False where that cannot be done: another sandbox must be opened. */
  restore(): boolean {
    return !this.isLost && this.image.restore();
  }

  private evaluate(code: string, compileOnly = false) {
    return this.context.evalCode(code, 'program.js', { type: 'global', compileOnly });
  }

  private spent(): Outcome | undefined {
    const { spent } = this.budget;
    return spent && { kind: spent, text: spentWords[spent] };
  }

  /** What a thrown value says about the call that threw it; `fallback` where nothing else explains it. Frees it. */
  private explain(thrown: QuickJSHandle, fallback: OutcomeKind): Outcome {
    const spent = this.spent();
    // What was interrupted for its fuel has a line, too: the poll that did so is the last for 10,000 steps, and describing takes few.
    const said =
      spent && spent.kind !== 'fuel'
        ? undefined
        : this.context.callFunction(this.describeHandle, this.context.undefined, thrown);
    thrown.dispose();
    if (said === undefined) return spent!;
    if (said.error) {
      said.error.dispose();
      // Describing allocates little and catches what traps throw: what stops it is a lack of fuel or of memory.
      return this.spent() ?? { kind: 'memory', text: spentWords.memory };
    }
    const text = said.value.consume((value) => this.context.getString(value));
    const space = text.indexOf(' ');
    const line = Number(text.slice(1, space));
    const outcome = spent ?? { kind: thrownKinds[text[0]] ?? fallback, text: text.slice(space + 1) };
    return line > 0 ? { ...outcome, line } : outcome;
  }

  private compiles(program: string): boolean {
    const compiled = this.evaluate(program, true);
    (compiled.error ?? compiled.value).dispose();
    return compiled.error === undefined;
  }

  /** Runs the program's own text. Undefined when it has loaded. */
  private load(program: string): Outcome | undefined {
    this.budget.renewCall();
    const loaded = this.evaluate(program);
    if (!loaded.error) {
      loaded.value.dispose();
      return this.spent();
    }
    const outcome = this.explain(loaded.error, 'load-error');
    return outcome.kind === 'load-error' && !this.compiles(program)
      ? { ...outcome, kind: 'syntax' }
      : outcome;
  }

  /** What an expression stands for: undefined where it is not to be had. */
  private lookUp(expression: string): QuickJSHandle | undefined {
    const found = this.evaluate(expression);
    if (!found.error) return found.value;
    found.error.dispose();
    return undefined;
  }

  private functionAt(path: string): { entry: QuickJSHandle; self: QuickJSHandle } | undefined {
    const dot = path.lastIndexOf('.');
    const self = dot < 0 ? this.context.undefined : this.lookUp(path.slice(0, dot));
    const entry = self && this.lookUp(path);
    return entry && this.context.typeof(entry) === 'function' ? { entry, self } : undefined;
  }

  /** The function that tests call, with what it is called on; undefined where there is none. */
  private entry(path: string) {
    this.budget.renewCall();
    return (
      this.functionAt(path) ?? this.functionAt(`module.exports.${path}`) ?? this.functionAt('module.exports')
    );
  }

  /** One test. */
  private call(entry: QuickJSHandle, self: QuickJSHandle, args: string): Outcome {
    this.budget.renewCall();
    const spent = this.spent();
    if (spent) return spent;
    const result = this.context
      .newString(args)
      .consume((text) =>
        this.context.callFunction(this.callHandle, this.context.undefined, entry, self, text),
      );
    if (result.error) return this.explain(result.error, 'threw');
    const text = result.value.consume((value) => this.context.getString(value));
    return this.spent() ?? { kind: text.startsWith('=') ? 'value' : 'bad-value', text: text.slice(1) };
  }

  private runTests(job: ProgramJob, outcomes: Outcome[]): void {
    const failed = this.load(job.program.replace(/^\ufeff/, ''));
    const found = failed ? undefined : this.entry(job.entryPoint);
    let length = 0;
    for (const args of job.args) {
      this.budget.onProgress();
      let outcome: Outcome = failed ?? { kind: 'no-entry', text: `there is no function ${job.entryPoint}` };
      if (found) outcome = this.call(found.entry, found.self, args);
      length += outcome.text.length;
      if (length > limits.programLength)
        outcome = { kind: 'bad-value', text: 'all its values together are too long to be compared' };
      outcomes.push(outcome);
    }
  }

  /** What an exception of the host says about the call under which it came. */
  private outcomeOf(error: unknown): Outcome {
    if (this.quickjs.isFull()) return { kind: 'memory', text: spentWords.memory };
    if (this.budget.isTrapped) return { kind: 'fuel', text: trappedWords.fuel };
    if (this.image.isStackTrapped) return { kind: 'stack', text: trappedWords.stack };
    const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { kind: 'crash', text: `it broke the engine (${words.slice(0, limits.messageLength)})` };
  }

  /**
   * Runs a program on every test's arguments. `restore` comes first.
   *
   * @param onProgress called before every test and every few milliseconds, but not from within native work
   * @returns one outcome a test, in order
   * @throws TypeError where the entry point is no name
   */
  run(job: ProgramJob, onProgress: () => void): Outcome[] {
    if (!isEntryPoint(job.entryPoint))
      throw new TypeError(
        `The entry point is ${JSON.stringify(job.entryPoint)}; expected a name such as f or Solver.solve.`,
      );
    const outcomes: Outcome[] = [];
    this.budget.renewProgram(onProgress);
    try {
      this.runTests(job, outcomes);
    } catch (error) {
      this.isLost = true;
      const outcome = this.outcomeOf(error);
      while (outcomes.length < job.args.length) outcomes.push(outcome);
    }
    return outcomes;
  }
}
