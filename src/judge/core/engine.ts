import { limits } from './limits.ts';
import { instantiateQuickJs } from './quickjs.ts';
import type { QuickJs } from './quickjs.ts';
import { EngineLost, runProgram } from './run-program.ts';
import type { Outcome, ProgramJob } from './outcome.ts';

/** Programs after which QuickJS is replaced: whatever a program might leave in its memory goes with it. */
const programsPerInstance = 2_000;

/** QuickJS, replaced when a program breaks it and now and then without cause. */
export class Engine {
  private readonly wasm: WebAssembly.Module;
  private quickjs: QuickJs | undefined;
  private programs = 0;

  /** @param wasm `@jitl/quickjs-wasmfile-release-sync/wasm`, compiled */
  constructor(wasm: WebAssembly.Module) {
    this.wasm = wasm;
  }

  /** Runs a program; see `runProgram`. One at a time: wait for the last before the next. */
  async run(job: ProgramJob, onTest: () => void = () => undefined): Promise<Outcome[]> {
    this.quickjs ??= await instantiateQuickJs(this.wasm);
    try {
      const outcomes = runProgram(this.quickjs, job, onTest);
      // Memory that has grown stays: the next program must find what the last one found.
      const hasGrown = this.quickjs.memory.buffer.byteLength > limits.initialBytes;
      if (hasGrown || ++this.programs >= programsPerInstance) this.replace();
      return outcomes;
    } catch (error) {
      this.replace();
      if (error instanceof EngineLost) return error.outcomes;
      throw error;
    }
  }

  private replace(): void {
    this.quickjs = undefined;
    this.programs = 0;
  }
}
