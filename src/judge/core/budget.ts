import { limits } from './limits.ts';
import type { QuickJs } from './quickjs.ts';

/** Counts what a program uses; answers QuickJS's question whether to interrupt it, which is called a poll. */
export class Budget {
  private readonly quickjs: Pick<QuickJs, 'memory' | 'turns'>;
  private programPolls = 0;
  private callPolls = 0;
  private programTurns = 0;
  /** Turns given to the running call, beyond those kept in reserve. */
  private callTurns = 0;
  private deadline = 0;
  /** Why the running call was interrupted, if it was. */
  spent: 'fuel' | 'timeout' | 'memory' | undefined;
  /** Called now and then while a program runs. */
  onProgress: () => void = () => undefined;

  constructor(quickjs: Pick<QuickJs, 'memory' | 'turns'>) {
    this.quickjs = quickjs;
  }

  /** A new program begins. */
  renewProgram(onProgress: () => void): void {
    this.onProgress = onProgress;
    this.programPolls = limits.programFuel;
    this.programTurns = limits.programTurns;
    this.deadline = performance.now() + limits.programMs;
    this.spent = undefined;
    this.callTurns = 0;
    this.quickjs.turns.value = limits.reserveTurns;
  }

  /** A new call begins. Spent at once where earlier calls left nothing, or took too much time or memory. */
  renewCall(): void {
    const { turns } = this.quickjs;
    this.programTurns -= this.callTurns + limits.reserveTurns - turns.value;
    this.callPolls = limits.testFuel;
    this.callTurns = Math.max(0, Math.min(limits.callTurns, this.programTurns));
    turns.value = this.callTurns + limits.reserveTurns;
    const isEmpty = this.programPolls < 0 || this.callTurns === 0;
    if (isEmpty) this.spent ??= 'fuel';
    else if (this.spent === 'fuel') this.spent = undefined;
  }

  /** Native work went on for so long without a poll that QuickJS's code trapped. */
  get isTrapped(): boolean {
    return this.quickjs.turns.value < 0;
  }

  /** One poll: true ends the call. */
  poll(): boolean {
    this.programPolls--;
    this.callPolls--;
    this.onProgress();
    const { memory, turns } = this.quickjs;
    if (this.programPolls < 0 || this.callPolls < 0 || turns.value < limits.reserveTurns)
      this.spent ??= 'fuel';
    else if (memory.buffer.byteLength > limits.memoryBytes) this.spent ??= 'memory';
    else if (performance.now() > this.deadline) this.spent ??= 'timeout';
    return this.spent !== undefined;
  }
}
