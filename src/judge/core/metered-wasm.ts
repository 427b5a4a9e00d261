/**
 * Rewrites QuickJS's WebAssembly so that what it uses depends on the program alone, whatever the machine and its load.
 *
 * Time: QuickJS asks whether to go on only between a program's own jumps and calls; inside one call of `includes`, `sort`
 * or a BigInt's product it asks nobody. So every loop counts: each turn takes one from a counter, each bulk copy one
 * per 64 bytes, and below zero the code traps.
 *
 * Stack: QuickJS limits C's stack, which is memory, but what runs over first is the host's own, where every call takes
 * a frame that C knows nothing of. So every function that calls others takes as much of C's stack as its frame on the
 * host's may need, and traps below a limit, for recursion that QuickJS does not check.
 *
 * It also makes sure of what the restoring of a memory image rests on: that a module's only state besides its memory
 * is one global, the stack pointer, which it exports. A table that could change would be refused as an unknown opcode.
 */
import { limits } from './limits.ts';
import {
  i32,
  largestI32,
  leb,
  noResult,
  op,
  Reader,
  section,
  signedLeb,
  skipImmediates,
  Writer,
} from './wasm-bytes.ts';

/** What the module exports besides its functions: both are i32 globals. */
export const exported = {
  /** Turns of loops left before the code traps. */
  turns: 'turns',
  stackPointer: 'stackPointer',
} as const;

/**
 * Bytes of a frame on the host's stack: of every frame, and of a local, or a parameter where it is handed over. V8's frames
 * are its compilers' own affair; with these numbers recursion of every kind overflows at much the same count.
 */
const frameBaseBytes = 80;
const valueBytes = 8;

/** Bytes that a bulk copy or fill moves for one turn, as a power of two. */
const bytesPerTurnLog2 = 6;

/** Takes what `amount` leaves on the stack from the counter, and traps below zero. */
function spend(counter: number, amount: readonly number[]): number[] {
  const global = leb(counter);
  const take = [op.globalGet, ...global, ...amount, op.i32Sub, op.globalSet, ...global];
  const check = [op.globalGet, ...global, op.i32Const, 0, op.i32LtS, op.if, noResult, op.unreachable, op.end];
  return [...take, ...check];
}

interface Meter {
  /** Index of the counter among the globals. */
  counter: number;
  /** Index of a function that takes a number of bytes, pays for them, and returns the number. */
  payForBytes: number;
  /** Where C's stack may not reach. */
  stackLimit: number;
}
interface FunctionType {
  parameters: number;
  /** As a block's type is written. */
  result: number;
}

/** Takes `bytes` of C's stack, traps below its limit, and begins the block that stands for the function. */
function enter(bytes: number, stackLimit: number, result: number): number[] {
  const take = [op.globalGet, 0, op.i32Const, ...signedLeb(bytes), op.i32Sub, op.globalSet, 0];
  const check = [op.globalGet, 0, op.i32Const, ...signedLeb(stackLimit), op.i32LtU];
  return [...take, ...check, op.if, noResult, op.unreachable, op.end, op.block, result];
}

/** Ends that block, and gives the stack back. */
function leave(bytes: number): number[] {
  return [op.end, op.globalGet, 0, op.i32Const, ...signedLeb(bytes), op.i32Add, op.globalSet, 0];
}

/** Bytes of a frame on the host's stack, as far as they can be told: in multiples of 16, as C's stack needs it. */
function frameBytes(values: number): number {
  return (frameBaseBytes + values * valueBytes + 15) & ~15;
}

/** A function's body with every loop, every bulk copy and every frame paid for. */
class MeteredBody {
  private readonly body: Uint8Array;
  private readonly reader: Reader;
  private readonly writer = new Writer();
  private copied = 0;

  constructor(body: Uint8Array) {
    this.body = body;
    this.reader = new Reader(body);
  }

  /** Puts code in where `at` is, or in the place of what lies from there up to `until`. */
  private insert(at: number, code: readonly number[], until = at): void {
    this.writer.add(this.body.subarray(this.copied, at));
    this.writer.add(code);
    this.copied = until;
  }

  /** Number of locals, parameters apart. */
  private skipLocals(): number {
    let locals = 0;
    for (let groups = this.reader.number(); groups > 0; groups--) {
      locals += this.reader.number();
      this.reader.byte();
    }
    return locals;
  }

  /** A body that calls nothing keeps its frame: it is the last on the stack, and some of C's own move the pointer. */
  private hasCalls(): boolean {
    const start = this.reader.at;
    let found = false;
    while (!found && this.reader.at < this.body.length) {
      const opcode = this.reader.byte();
      found = opcode === op.call || opcode === op.callIndirect;
      if (opcode === op.bulk) this.skipBulk();
      else skipImmediates(this.reader, opcode);
    }
    this.reader.at = start;
    return found;
  }

  /** Whether it moves bytes whose number lies on the stack. */
  private skipBulk(): boolean {
    const kind = this.reader.number();
    if (kind > 7 && kind !== op.memoryInit && kind !== op.memoryCopy && kind !== op.memoryFill)
      throw new Error(`QuickJS's WebAssembly has the bulk operation ${kind}, which is not metered.`);
    if (kind > 7) this.reader.skipNumbers(kind === op.memoryFill ? 1 : 2);
    return kind > 7;
  }

  metered({ counter, payForBytes, stackLimit }: Meter, { parameters, result }: FunctionType): Uint8Array {
    const { reader } = this;
    const frame = frameBytes(2 * parameters + this.skipLocals());
    const isFramed = this.hasCalls();
    if (isFramed) this.insert(reader.at, enter(frame, stackLimit, result));
    const turn = spend(counter, [op.i32Const, 1]);
    let depth = 0;
    while (reader.at < this.body.length - 1) {
      const start = reader.at;
      const opcode = reader.byte();
      if (opcode === op.bulk) {
        if (this.skipBulk()) this.insert(start, [op.call, ...leb(payForBytes)]);
        continue;
      }
      skipImmediates(reader, opcode);
      if (opcode === op.loop) this.insert(reader.at, turn);
      if (opcode === op.return && isFramed) this.insert(start, [op.br, ...leb(depth)], reader.at);
      if (opcode >= op.block && opcode <= op.if) depth++;
      else if (opcode === op.end) depth--;
    }
    if (isFramed) this.insert(reader.at, leave(frame));
    this.writer.add(this.body.subarray(this.copied));
    return this.writer.bytes();
  }
}

/** The items of a section that is a list, one more of them appended. */
function appended(contents: Uint8Array, item: readonly number[]): Uint8Array {
  const reader = new Reader(contents);
  const writer = new Writer();
  writer.add(leb(reader.number() + 1));
  writer.add(contents.subarray(reader.at));
  writer.add(item);
  return writer.bytes();
}

/** Number of items of a section that is a list. */
const countOf = (contents: Uint8Array | undefined) => (contents ? new Reader(contents).number() : 0);

/**
 * Where C's stack begins.
 *
 * @throws Error unless there is one global, a changeable i32
 */
function stackTopOf(contents: Uint8Array): number {
  const [count, type, isMutable] = contents;
  if (count !== 1 || type !== i32 || isMutable !== 1)
    throw new Error(`QuickJS's WebAssembly has ${count} globals; expected the stack pointer alone.`);
  return new Reader(contents, 4).number();
}

/** An export of global `index`. */
function globalExport(name: string, index: number): number[] {
  return [...leb(name.length), ...[...name].map((letter) => letter.charCodeAt(0)), 3, ...leb(index)];
}

/** Imported functions; an import that is neither function nor memory is not expected. */
function importedFunctions(contents: Uint8Array): number {
  const reader = new Reader(contents);
  let functions = 0;
  for (let left = reader.number(); left > 0; left--) {
    for (let names = 0; names < 2; names++) reader.skipText();
    const kind = reader.byte();
    if (kind === 0) {
      functions++;
      reader.skipNumbers(1);
    } else if (kind === 2) reader.skipNumbers(reader.number() & 1 ? 2 : 1);
    else throw new Error(`QuickJS's WebAssembly imports something of kind ${kind}, which is not expected.`);
  }
  return functions;
}

/** The types of functions: how many parameters, and which result. */
function functionTypes(contents: Uint8Array): FunctionType[] {
  const reader = new Reader(contents);
  return Array.from({ length: reader.number() }, () => {
    reader.byte();
    const parameters = reader.number();
    reader.at += parameters;
    const results = reader.number();
    if (results > 1) throw new Error("A function of QuickJS's WebAssembly returns two values; expected one.");
    return { parameters, result: results === 0 ? noResult : reader.byte() };
  });
}

function meteredCode(contents: Uint8Array, meter: Meter, types: readonly FunctionType[]): Uint8Array {
  const reader = new Reader(contents);
  const writer = new Writer();
  const add = (body: Uint8Array) => {
    writer.add(leb(body.length));
    writer.add(body);
  };
  const count = reader.number();
  writer.add(leb(count + 1));
  for (let index = 0; index < count; index++) {
    const length = reader.number();
    const body = contents.subarray(reader.at, reader.at + length);
    add(new MeteredBody(body).metered(meter, types[index]));
    reader.at += length;
  }
  const bytes = [op.localGet, 0, op.i32Const, bytesPerTurnLog2, op.i32ShrU];
  add(Uint8Array.from([0, ...spend(meter.counter, bytes), op.localGet, 0, op.end]));
  return writer.bytes();
}

/**
 * The same module with its loops counted, and with two more exports. The counter starts at 2^31 − 1; it is to be set
 * before every call.
 *
 * @param wasm `@jitl/quickjs-wasmfile-release-sync/wasm`
 * @throws Error where it uses what this does not know, as another build of it might
 */
export function meteredWasm(wasm: Uint8Array): Uint8Array<ArrayBuffer> {
  const reader = new Reader(wasm, 8);
  const sections: { id: number; contents: Uint8Array }[] = [];
  while (reader.at < wasm.length) {
    const id = reader.byte();
    const length = reader.number();
    sections.push({ id, contents: wasm.subarray(reader.at, reader.at + length) });
    reader.at += length;
  }
  const contentsOf = (wanted: number) =>
    sections.find(({ id }) => id === wanted)?.contents ?? Uint8Array.of(0);
  const types = functionTypes(contentsOf(section.type));
  const typeReader = new Reader(contentsOf(section.function));
  const typesByFunction = Array.from({ length: typeReader.number() }, () => types[typeReader.number()]);
  const meter: Meter = {
    counter: 1,
    stackLimit: stackTopOf(contentsOf(section.global)) - limits.stackBytes - limits.stackSlack,
    payForBytes: importedFunctions(contentsOf(section.import)) + countOf(contentsOf(section.function)),
  };
  const changes: Record<number, (contents: Uint8Array) => Uint8Array> = {
    [section.type]: (contents) => appended(contents, [0x60, 1, i32, 1, i32]),
    [section.function]: (contents) => appended(contents, leb(countOf(contentsOf(section.type)))),
    [section.global]: (contents) => appended(contents, [i32, 1, op.i32Const, ...largestI32, op.end]),
    [section.export]: (contents) =>
      appended(
        appended(contents, globalExport(exported.stackPointer, 0)),
        globalExport(exported.turns, meter.counter),
      ),
    [section.code]: (contents) => meteredCode(contents, meter, typesByFunction),
  };
  const writer = new Writer();
  writer.add(wasm.subarray(0, 8));
  for (const { id, contents } of sections) {
    writer.add([id]);
    const changed = changes[id]?.(contents) ?? contents;
    writer.add(leb(changed.length));
    writer.add(changed);
  }
  return writer.bytes();
}
