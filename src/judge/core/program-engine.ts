import { limits } from './limits.ts';
import { instantiateQuickJs } from './quickjs.ts';
import { EngineLost, Realm, runProgram } from './run-program.ts';
import type { Outcome, ProgramJob } from './outcome.ts';

/** QuickJS and its realm, replaced when a program breaks them or makes their memory grow, which cannot be undone. */
export class Engine {
  private readonly wasm: WebAssembly.Module;
  private current: { realm: Realm; memory: WebAssembly.Memory } | undefined;

  /** @param wasm `@jitl/quickjs-wasmfile-release-sync/wasm`, compiled */
  constructor(wasm: WebAssembly.Module) {
    this.wasm = wasm;
  }

  /** Runs a program; see `runProgram`. One at a time: wait for the last before the next. */
  async run(job: ProgramJob, onTest: () => void = () => undefined): Promise<Outcome[]> {
    const { realm, memory } = await this.prepare();
    try {
      const outcomes = runProgram(realm, job, onTest);
      if (memory.buffer.byteLength > limits.initialBytes) this.current = undefined;
      return outcomes;
    } catch (error) {
      this.current = undefined;
      if (error instanceof EngineLost) return error.outcomes;
      throw error;
    }
  }

  /** Makes a realm where there is none. What fails here is no program's doing. */
  async prepare() {
    if (!this.current) {
      const quickjs = await instantiateQuickJs(this.wasm);
      this.current = { realm: new Realm(quickjs), memory: quickjs.memory };
    }
    return this.current;
  }
}
