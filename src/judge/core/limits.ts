/**
 * What one program may use. Fuel and stack are counted by QuickJS itself, as `meteredWasm` has rewritten it, and memory
 * is: so running out of them is the same verdict on every machine, however loaded. Fuel is two things: polls, one per
 * 10,000 jumps and calls of the program (a turn of a loop is one or two), and turns of the loops in QuickJS's own code. What
 * a call may use takes 0.1 to 3 s on an idle core, a program no more than 7 s, or 10 s where each step misses the
 * processor's caches. The clocks are for machines too slow, or too broken, for that to be borne.
 */
export const limits = {
  /** Polls per call of the entry point, and for loading the program. */
  testFuel: 500,
  /** Polls per program, loading included; the tests left over then count as out of fuel. */
  programFuel: 2_500,
  /** Turns of native loops per call, and for loading the program: polled like fuel. */
  callTurns: 150_000_000,
  /** Turns of native loops per program, loading included. */
  programTurns: 300_000_000,
  /** Turns beyond those for what does not poll: when they too are used up, QuickJS itself is stopped and replaced. */
  reserveTurns: 50_000_000,
  /** Bytes of a fresh QuickJS's memory, most of it free. The package's build knows no other size to start with. */
  initialBytes: 16 * 1024 * 1024,
  /** Bytes of memory above which a poll ends a program and the tests left over: 32 MB more. */
  memoryBytes: 48 * 1024 * 1024,
  /** Bytes of memory that there can be at all, for what grows between two polls. QuickJS's own limit counts nothing here. */
  largestBytes: 64 * 1024 * 1024,
  /** Bytes of stack, as `meteredWasm` counts it, beyond which QuickJS throws its `stack overflow`. */
  stackBytes: 584 * 1024,
  /**
   * Bytes beyond those for recursion that QuickJS does not check: below them its code traps. Of more than a hundred
   * kinds of recursion the first overflows the stack of a Chromium worker itself at 660 KB, in whatever way V8 has
   * compiled QuickJS by then; most do at 700 to 900 KB.
   */
  stackSlack: 24 * 1024,
  /** Milliseconds per program, measured where it runs; the tests left over then count as timed out. */
  programMs: 60_000,
  /** Milliseconds without a sign of life from the worker before it is ended from outside. */
  workerMs: 30_000,
  /** Milliseconds without a sign of life from the frame before it is removed. */
  frameMs: 40_000,
  /** Milliseconds between a busy worker's signs of life, which it cannot give within one built-in function. */
  aliveMs: 200,
  /** Levels of nesting in a value. */
  valueDepth: 64,
  /** Primitives and containers in a value. */
  valueNodes: 4_000,
  /** UTF-16 code units in a value's text. */
  valueLength: 64 * 1024,
  /** UTF-16 code units in the texts of all the values, or failures, of one program. */
  programLength: 256 * 1024,
  /** UTF-16 code units of a value that a verdict keeps, to be shown. */
  shownLength: 200,
  /** UTF-16 code units in the words that explain a failure. */
  messageLength: 300,
} as const;
