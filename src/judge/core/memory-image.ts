/** The parts of Emscripten's module that this needs. */
export interface Allocator {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

const probeBytes = 1024 * 1024;
/** By how much less or more than is asked for the heap's end may move: there may be room left, and it moves in steps. */
const slackBytes = 128 * 1024;

/**
 * All that an instance of QuickJS is between two calls, to be put back as often as wanted.
 *
 * Between two calls its state is its linear memory: its one mutable global, the stack pointer, is back where it was, its table never
 * changes, and the host's side keeps nothing of a program. So putting the memory back puts everything back. Memory below the
 * heap's end (Emscripten's `sbrk`) is copied; memory above it has not been written since that end was there last, so
 * that zeros up to where the end has got to since are enough.
 */
export class MemoryImage {
  private readonly words: Uint32Array;
  private readonly image: Uint32Array;
  /** The word that holds the heap's end, in bytes. */
  private readonly endWord: number;

  /** @throws Error where the heap's end is not to be found, since the package has changed */
  constructor(allocator: Allocator, memory: WebAssembly.Memory) {
    this.words = new Uint32Array(memory.buffer);
    const whole = this.words.slice();
    this.endWord = this.findEnd(allocator, whole);
    this.words.set(whole);
    const end = whole[this.endWord] / 4;
    if (!whole.subarray(end).every((word) => word === 0))
      throw new Error('QuickJS has written beyond its heap: adapt src/judge/core/memory-image.ts.');
    this.image = whole.slice(0, end);
  }

  /** Puts back what there was. The memory must not have grown. */
  restore(): void {
    const end = this.words[this.endWord] / 4;
    this.words.set(this.image);
    this.words.fill(0, this.image.length, end);
  }

  /** The heap's end is the largest number among those that move by a block's size when the block is taken. */
  private findEnd(allocator: Allocator, before: Uint32Array): number {
    allocator._free(allocator._malloc(probeBytes));
    let found = -1;
    for (let i = 0; i < before.length; i++) {
      const moved = this.words[i] - before[i];
      if (Math.abs(moved - probeBytes) > slackBytes || this.words[i] % 4 !== 0) continue;
      if (found < 0 || this.words[i] > this.words[found]) found = i;
    }
    if (found < 0)
      throw new Error('QuickJS hides where its heap ends: adapt src/judge/core/memory-image.ts.');
    return found;
  }
}
