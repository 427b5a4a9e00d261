/** TensorBoard event files, made by hand from the formats of TFRecord and protobuf: a writer that shares nothing with the reader but the checksum. */
import { maskedCrc } from '../../src/record/event-file.ts';

const varint = (value: number): number[] =>
  value < 128 ? [value] : [128 + (value % 128), ...varint(Math.floor(value / 128))];
const field = (number: number, bytes: readonly number[]) => [
  ...varint(8 * number + 2),
  ...varint(bytes.length),
  ...bytes,
];
const little = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
const text = (value: string) => [...new TextEncoder().encode(value)];
const float = (value: number) => [...new Uint8Array(Float32Array.of(value).buffer)];

/** An event's `simple_value`s, with its wall time and, beside each, metadata that is passed over. */
export function event(step: number, scalars: Record<string, number>): number[] {
  const wallTime = [9, ...new Uint8Array(Float64Array.of(1.7e9).buffer)];
  const values = Object.entries(scalars).map(([tag, value]) =>
    field(1, [...field(1, text(tag)), 21, ...float(value), ...field(9, field(1, text('scalars')))]),
  );
  return [...wallTime, 16, ...varint(step), ...field(5, values.flat())];
}

/** The first event of each file. */
const version = [9, ...new Uint8Array(8), ...field(3, text('brain.Event:2'))];

function record(data: readonly number[]): number[] {
  const length = little(data.length, 8);
  return [
    ...length,
    ...little(maskedCrc(Uint8Array.from(length)), 4),
    ...data,
    ...little(maskedCrc(Uint8Array.from(data)), 4),
  ];
}

export const eventFile = (...events: (readonly number[])[]) =>
  Uint8Array.from([version, ...events].flatMap(record));
