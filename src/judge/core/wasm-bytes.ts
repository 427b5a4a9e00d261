/** What a WebAssembly module is written in: opcodes, numbers and sections, as far as QuickJS's build uses them. */

export const section = { type: 1, import: 2, function: 3, global: 6, export: 7, code: 10 } as const;
export const op = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  end: 0x0b,
  br: 0x0c,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  localGet: 0x20,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Const: 0x41,
  i32LtS: 0x48,
  i32LtU: 0x49,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32ShrU: 0x76,
  bulk: 0xfc,
  memoryInit: 8,
  memoryCopy: 10,
  memoryFill: 11,
} as const;
/** Types of values, and that of a block without one. */
export const i32 = 0x7f;
export const noResult = 0x40;
/** 2^31 − 1, as a signed number is written. */
export const largestI32 = [0xff, 0xff, 0xff, 0xff, 0x07];

/** An unsigned number as WebAssembly writes it. */
export function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

/** A signed number, of which there are none below zero here. */
export function signedLeb(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signedLeb(value >>> 7)];
}

/** Reads numbers and passes over what is of no interest. */
export class Reader {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }
  byte(): number {
    return this.bytes[this.at++];
  }
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }
  skipText(): void {
    const length = this.number();
    this.at += length;
  }
  skipNumbers(count: number): void {
    for (; count > 0; count--) while (this.byte() >= 0x80);
  }
}

/** Passes over what follows an opcode. @throws Error at an opcode that QuickJS's build has not been seen to use */
export function skipImmediates(reader: Reader, opcode: number): void {
  if (opcode <= 0x01 || opcode === 0x05 || opcode === op.end || opcode === op.return) return;
  if (opcode <= op.if || opcode === op.br || opcode === 0x0d || opcode === op.call) reader.skipNumbers(1);
  else if (opcode === 0x0e) reader.skipNumbers(reader.number() + 1);
  else if (opcode === op.callIndirect) reader.skipNumbers(2);
  else if (opcode === 0x1a || opcode === 0x1b) return;
  else if (opcode >= op.localGet && opcode <= op.globalSet) reader.skipNumbers(1);
  else if (opcode >= 0x28 && opcode <= 0x3e) reader.skipNumbers(2);
  else if (opcode >= 0x3f && opcode <= 0x42) reader.skipNumbers(1);
  else if (opcode === 0x43) reader.at += 4;
  else if (opcode === 0x44) reader.at += 8;
  else if (opcode >= 0x45 && opcode <= 0xc4) return;
  else
    throw new Error(`QuickJS's WebAssembly has the opcode 0x${opcode.toString(16)}, which is not metered.`);
}

/** Puts bytes one behind the other. */
export class Writer {
  private readonly parts: Uint8Array[] = [];
  length = 0;

  add(part: Uint8Array | readonly number[]): void {
    const bytes = part instanceof Uint8Array ? part : Uint8Array.from(part);
    this.parts.push(bytes);
    this.length += bytes.length;
  }
  bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}
