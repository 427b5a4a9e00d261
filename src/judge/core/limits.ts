/**
 * What one program may use. Fuel is counted by QuickJS itself (one poll per 10,000 jumps and calls; a turn of a loop is
 * one or two), so that running out of it is the same verdict on every machine: 500 polls take 0.1 to 1 s on an idle one. The clocks
 * are for what polls do not see or make too slow (native loops, long strings), each leaving the one before it time to
 * act first.
 */
export const limits = {
  /** Polls per call of the entry point, and for loading the program. */
  testFuel: 500,
  /** Polls per program, loading included; the tests left over then count as out of fuel. */
  programFuel: 2_500,
  /** Bytes of a fresh QuickJS's memory, most of it free. The package's build knows no other size to start with. */
  initialBytes: 16 * 1024 * 1024,
  /** Bytes of memory above which a poll ends a program and the tests left over: 32 MB more. */
  memoryBytes: 48 * 1024 * 1024,
  /** Bytes of memory that there can be at all, for what grows between two polls. QuickJS's own limit counts nothing here. */
  largestBytes: 64 * 1024 * 1024,
  /** Bytes of QuickJS stack: 256 KB would overflow the stack of a Chrome worker itself. */
  stackBytes: 96 * 1024,
  /** Milliseconds per call, measured where the program runs; the tests left over then count as timed out. */
  testMs: 5_000,
  /** Milliseconds without a sign of life from the worker before it is ended from outside. */
  workerMs: 7_000,
  /** Milliseconds without a sign of life from the frame before it is removed. */
  frameMs: 10_000,
  /** Milliseconds between a busy worker's signs of life, which it can give between two tests only. */
  aliveMs: 200,
  /** Levels of nesting in a value. */
  valueDepth: 64,
  /** Primitives and containers in a value. */
  valueNodes: 4_000,
  /** UTF-16 code units in a value's text. */
  valueLength: 64 * 1024,
  /** UTF-16 code units in the words that explain a failure. */
  messageLength: 300,
} as const;
