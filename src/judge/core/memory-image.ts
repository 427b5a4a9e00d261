import { limits } from './limits.ts';
import type { QuickJs } from './quickjs.ts';

/**
 * Bytes at the bottom of the memory in which C's static data lie. Between them and the heap is C's stack, of 5 MB, which
 * ends at 88 KB.
 */
const staticBytes = 256 * 1024;
/** Bytes of C's stack below the limit at which its code traps: for a last frame, of which none takes 2 KB. */
const lastFrameBytes = 8 * 1024;

/**
 * The memory of a QuickJS as it is now, to be put back any number of times.
 *
 * The argument that after `restore` everything is as it was: a module's state is its memory and its stack pointer
 * (`meteredWasm` refuses any other). Memory is written in three places: static data, put back whole; the stack,
 * cleared as deep as `meteredWasm` lets it reach; and the heap between the
 * stack's top and C's program break, which only rises: put back, and cleared up to where the break has risen. Nothing
 * is written above the break. A test compares the whole memory after each of many programs.
 */
export class MemoryImage {
  private readonly quickjs: QuickJs;
  private readonly stackTop: number;
  private readonly stackLimit: number;
  /** Address of C's program break, `sbrk(0)`. */
  private readonly breakAt: number;
  private readonly statics: Uint8Array;
  private readonly heap: Uint8Array;

  /**
   * @param before the memory's bytes below `staticBytes` when nothing had been allocated: the break is the highest
   *   address of the heap among the words that have changed since
   */
  constructor(quickjs: QuickJs, before: Uint8Array) {
    this.quickjs = quickjs;
    this.stackTop = quickjs.stackPointer.value;
    const bytes = new Uint8Array(quickjs.memory.buffer);
    this.breakAt = breakAddress(bytes, before, this.stackTop);
    this.statics = bytes.slice(0, staticBytes);
    this.heap = bytes.slice(this.stackTop, this.programBreak());
    this.stackLimit = this.stackTop - limits.stackBytes - limits.stackSlack - lastFrameBytes;
    const beyond = [bytes.subarray(staticBytes, this.stackLimit), bytes.subarray(this.programBreak())];
    if (this.stackLimit < staticBytes || !beyond.every(isClear))
      throw new Error('QuickJS writes where it should not; the package has changed: adapt memory-image.ts.');
  }

  /** The static data of a QuickJS in which nothing has been allocated yet, for the constructor. */
  static staticsOf(quickjs: QuickJs): Uint8Array {
    return new Uint8Array(quickjs.memory.buffer, 0, staticBytes).slice();
  }

  private programBreak(): number {
    return new Uint32Array(this.quickjs.memory.buffer, this.breakAt, 1)[0];
  }

  /** C's stack reached its limit and the code trapped; nothing has been restored since. */
  get isStackTrapped(): boolean {
    return this.quickjs.stackPointer.value < this.stackTop - limits.stackBytes - limits.stackSlack;
  }

  /** Puts everything back. False where it cannot be done, and the instance must be replaced. */
  restore(): boolean {
    const { memory, stackPointer } = this.quickjs;
    if (memory.buffer.byteLength !== limits.initialBytes) return false;
    const bytes = new Uint8Array(memory.buffer);
    const programBreak = this.programBreak();
    bytes.fill(0, this.stackLimit, this.stackTop);
    bytes.set(this.heap, this.stackTop);
    bytes.fill(0, this.stackTop + this.heap.length, programBreak);
    bytes.set(this.statics, 0);
    stackPointer.value = this.stackTop;
    return true;
  }
}

function isClear(bytes: Uint8Array): boolean {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  for (let index = 0; index < words.length; index++) if (words[index] !== 0) return false;
  return true;
}

function breakAddress(bytes: Uint8Array, before: Uint8Array, heapStart: number): number {
  const now = new Uint32Array(bytes.buffer, 0, staticBytes >> 2);
  const then = new Uint32Array(before.buffer, 0, staticBytes >> 2);
  let found = 0;
  for (let word = 1; word < now.length; word++) {
    const isAddress = now[word] !== then[word] && now[word] > heapStart && now[word] <= bytes.length;
    if (isAddress && now[word] > (found === 0 ? 0 : now[found])) found = word;
  }
  if (found === 0)
    throw new Error('QuickJS has no program break; the package has changed: adapt memory-image.ts.');
  return found * 4;
}
