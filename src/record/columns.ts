const arrays = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;
type ColumnType = keyof typeof arrays;
type Numbers = InstanceType<(typeof arrays)[ColumnType]>;

/** Numbers of one type that are only ever added to. */
export class Column {
  readonly type: ColumnType;
  length = 0;
  #room: Numbers;

  constructor(type: ColumnType, values?: Numbers) {
    this.type = type;
    this.#room = values ?? new arrays[type](64);
    this.length = values?.length ?? 0;
  }

  get bytes(): number {
    return this.length * this.#room.BYTES_PER_ELEMENT;
  }

  push(value: number): void {
    this.#make(1);
    this.#room[this.length++] = value;
  }

  add(values: ArrayLike<number>): void {
    this.#make(values.length);
    this.#room.set(values, this.length);
    this.length += values.length;
  }

  /** The values so far; valid until something is added. */
  values(): Numbers {
    return this.#room.subarray(0, this.length);
  }

  #make(more: number): void {
    if (this.length + more <= this.#room.length) return;
    const room = new arrays[this.type](Math.max(2 * this.#room.length, this.length + more));
    room.set(this.values());
    this.#room = room;
  }
}

/** Reads a column from its start; what is asked for beyond its end is an error. */
export class Cursor {
  readonly #values: Numbers;
  readonly #name: string;
  #at = 0;

  constructor(column: Column, name: string) {
    this.#values = column.values();
    this.#name = name;
  }

  /** How many were read. */
  get at(): number {
    return this.#at;
  }

  next(): number {
    if (this.#at >= this.#values.length) throw this.#short();
    return this.#values[this.#at++];
  }

  take(count: number): Numbers {
    if (!(this.#at + count <= this.#values.length)) throw this.#short();
    return this.#values.subarray(this.#at, (this.#at += count));
  }

  #short(): Error {
    return new Error(`its column ${this.#name} is too short`);
  }
}

const MAGIC = 'PFPPORUN';
/** Starts of columns are multiples of this many bytes, so that they can be read where they lie. */
const ALIGNMENT = 8;
const padded = (length: number) => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

interface Header {
  version: number;
  columns: Record<string, { type: ColumnType; length: number }>;
  meta: unknown;
}

/** The magic word, the header's length (uint32, little-endian) and the format's version, the header as JSON, the columns. */
export function packColumns(
  version: number,
  meta: unknown,
  columns: Record<string, Column>,
): Uint8Array<ArrayBuffer> {
  const header: Header = { version, meta, columns: {} };
  for (const [name, { type, length }] of Object.entries(columns)) header.columns[name] = { type, length };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = padded(MAGIC.length + 4 + json.length);
  const size = Object.values(columns).reduce((sum, column) => sum + padded(column.bytes), start);
  const bytes = new Uint8Array(size);
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, json.length, true);
  bytes.set(json, MAGIC.length + 4);
  let at = start;
  for (const column of Object.values(columns)) {
    const { buffer, byteOffset, byteLength } = column.values();
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += padded(byteLength);
  }
  return bytes;
}

/** @throws Error that says in words, to follow "it cannot be read: ", what is wrong with the bytes */
export function unpackColumns(
  bytes: Uint8Array,
  version: number,
): { meta: unknown; columns: Record<string, Column> } {
  const head = MAGIC.length + 4;
  if (bytes.length < head || new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC)
    throw new Error('it is not a recorded run');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(MAGIC.length, true);
  if (head + length > bytes.length) throw new Error('it is cut off');
  let header: Partial<Header>;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(head, head + length))) as Partial<Header>;
  } catch {
    throw new Error('it is damaged');
  }
  if (header.version !== version)
    throw new Error(`it is of version ${String(header.version)}, and this page reads version ${version}`);
  const columns: Record<string, Column> = {};
  let at = padded(head + length);
  for (const [name, { type, length: count }] of Object.entries(header.columns ?? {})) {
    const array = arrays[type] as (typeof arrays)[ColumnType] | undefined;
    if (!array || !Number.isSafeInteger(count) || count < 0) throw new Error('it is damaged');
    const size = count * array.BYTES_PER_ELEMENT;
    if (at + size > bytes.length) throw new Error('it is cut off');
    columns[name] = new Column(type, new array(bytes.slice(at, at + size).buffer));
    at += padded(size);
  }
  return { meta: header.meta, columns };
}
