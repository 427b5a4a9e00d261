import type { Outcome, ProgramJob } from './outcome.ts';
import { meteredWasm } from './metered-wasm.ts';
import { Sandbox } from './sandbox.ts';

/** Runs programs, each as if it were the first: what becomes of one depends on its text and its arguments alone. */
export class ProgramEngine {
  private readonly wasm: WebAssembly.Module;
  private sandbox: Sandbox | undefined;

  private constructor(wasm: WebAssembly.Module) {
    this.wasm = wasm;
  }

  /**
   * Opens a first sandbox as well: what fails here is no program's doing.
   *
   * @param wasm `@jitl/quickjs-wasmfile-release-sync/wasm`
   */
  static async open(wasm: Uint8Array): Promise<ProgramEngine> {
    const engine = new ProgramEngine(await WebAssembly.compile(meteredWasm(wasm)));
    engine.sandbox = await Sandbox.open(engine.wasm);
    return engine;
  }

  /** Runs a program; see `Sandbox.run`. One at a time: wait for the last before the next. */
  async run(job: ProgramJob, onProgress: () => void = () => undefined): Promise<Outcome[]> {
    if (!this.sandbox?.restore()) {
      this.sandbox = await Sandbox.open(this.wasm);
      this.sandbox.restore();
    }
    return this.sandbox.run(job, onProgress);
  }
}
