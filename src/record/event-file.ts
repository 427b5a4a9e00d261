/**
 * The scalars of a TensorBoard event file, as torch's SummaryWriter and tensorboardX write them. A file is records of TFRecord: length (8 bytes,
 * little-endian), its checksum (4), data, the data's checksum (4), where a checksum is CRC-32C, masked. The data is a protobuf `Event`, of which
 * are read: step (2), summary (5), in it each value (1) with tag (1) and simple_value (2). Texts, histograms, images and scalars as tensors,
 * which neither writes by default, are passed over.
 */
import type { LogRow } from './log-rows.ts';
import { LogError } from './run-log.ts';

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** CRC-32C of bytes, rotated and moved as TFRecord has it. */
export function maskedCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  crc = ~crc;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

interface Field {
  number: number;
  /** A varint; NaN of what is none. */
  value: number;
  /** What it holds, where it has a length or is of 4 or 8 bytes. */
  bytes: Uint8Array;
}

const NOTHING = new Uint8Array();

/** The fields of a protobuf message. @throws RangeError where it is none */
function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = () => {
    for (let [value, scale, i] = [0, 1, 0]; i < 10; i++, scale *= 128) {
      if (at >= message.length) break;
      const byte = message[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new RangeError('it ends in the midst of a number');
  };
  const taken = (length: number) => {
    if (length > message.length - at) throw new RangeError('a field is longer than what holds it');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    const wire = key % 8;
    if (wire === 0) yield { number, value: varint(), bytes: NOTHING };
    else if (wire === 1) yield { number, value: NaN, bytes: taken(8) };
    else if (wire === 2) yield { number, value: NaN, bytes: taken(varint()) };
    else if (wire === 5) yield { number, value: NaN, bytes: taken(4) };
    else throw new RangeError(`field ${number} is of a kind that there is not`);
  }
}

const float = (bytes: Uint8Array) =>
  bytes.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset).getFloat32(0, true) : NaN;

function scalarOf(value: Uint8Array): [string, number] | undefined {
  let [tag, scalar]: [string, number | undefined] = ['', undefined];
  for (const { number, bytes } of fieldsOf(value)) {
    if (number === 1) tag = new TextDecoder().decode(bytes);
    if (number === 2) scalar = float(bytes);
  }
  return scalar === undefined ? undefined : [tag, scalar];
}

function eventOf(data: Uint8Array): { step: number; values: [string, number][] } {
  let step = 0;
  const values: [string, number][] = [];
  for (const { number, value, bytes } of fieldsOf(data)) {
    if (number === 2) step = value;
    if (number !== 5) continue;
    for (const part of fieldsOf(bytes)) {
      const scalar = part.number === 1 ? scalarOf(part.bytes) : undefined;
      if (scalar) values.push(scalar);
    }
  }
  return { step, values };
}

/** A row for each record that has scalars. @throws LogError, with a sentence that names the record */
export function* eventRows(file: Uint8Array): Generator<LogRow> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let [at, record] = [0, 1]; at < file.length; record++) {
    const name = `record ${record}`;
    const broken = (why: string) => new LogError(`Its ${name} is broken: ${why}.`);
    if (file.length - at < 16) throw broken('it is cut off');
    const length = view.getUint32(at, true);
    if (view.getUint32(at + 8, true) !== maskedCrc(file.subarray(at, at + 8)))
      throw broken('its length does not fit its checksum');
    if (view.getUint32(at + 4, true) > 0 || length > file.length - at - 16) throw broken('it is cut off');
    const data = file.subarray(at + 12, at + 12 + length);
    if (view.getUint32(at + 12 + length, true) !== maskedCrc(data))
      throw broken('its data does not fit its checksum');
    let event: ReturnType<typeof eventOf>;
    try {
      event = eventOf(data);
    } catch (error) {
      throw broken((error as Error).message);
    }
    if (event.values.length > 0) yield { at: name, ...event };
    at += length + 16;
  }
}
