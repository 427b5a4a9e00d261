/**
 * Checkpoints are safetensors files: 8 bytes of little-endian header length, a JSON header {name: {dtype, shape, data_offsets}},
 * then the numbers. Only F16 is used here: half the bytes on the wire.
 */
import { fromHalf, toHalf } from './half.ts';
import { layoutOf, type NetworkConfig, type Tensors } from './network.ts';

/** What to do about a model file that is not as it should be: it must fit a visitor and whoever runs the site. */
export const REMEDY =
  "Check the connection and reload; if it stays so, the site's models folder is broken and its owner has to replace it.";

interface TensorHeader {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** The tensors as a checkpoint keeps them. Throws where a number is not finite, or too large for 16 bits. */
export function asShipped(tensors: Tensors): Tensors {
  return new Map(Array.from(tensors, ([name, values]) => [name, values.map((x) => fromHalf(toHalf(x)))]));
}

/** @param metadata texts by name, in the header's own place for such */
export function encodeSafetensors(
  config: NetworkConfig,
  tensors: Tensors,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, TensorHeader | typeof metadata> = metadata ? { __metadata__: metadata } : {};
  let offset = 0;
  const { places } = layoutOf(config);
  for (const { name, shape, length } of places) {
    header[name] = { dtype: 'F16', shape: [...shape], data_offsets: [offset, offset + 2 * length] };
    offset += 2 * length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + offset).fill(0x20, 8, 8 + length);
  const out = new DataView(bytes.buffer);
  out.setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  let at = 8 + length;
  for (const { name, length } of places) {
    const values = tensors.get(name);
    if (values?.length !== length)
      throw new Error(`tensor ${name}: ${values?.length ?? 'no'} numbers, expected ${length}`);
    for (const value of values) {
      out.setUint16(at, toHalf(value), true);
      at += 2;
    }
  }
  return bytes;
}

/** Throws an error that names `file`, what is wrong with it and what to do. */
export function decodeSafetensors(
  bytes: Uint8Array,
  config: NetworkConfig,
  file: string,
  remedy = REMEDY,
): Tensors {
  const fail = (problem: string): never => {
    throw new Error(`${file}: ${problem}. ${remedy}`);
  };
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) fail(`only ${bytes.length} bytes, so it is truncated`);
  const headerLength = Number(data.getBigUint64(0, true));
  if (headerLength > bytes.length - 8)
    fail(`its header of ${headerLength} bytes is truncated, or it is no safetensors file`);
  let header: Record<string, TensorHeader> = {};
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength))) as typeof header;
  } catch {
    fail('its header is not JSON, so it is no safetensors file');
  }
  const tensors: Tensors = new Map();
  for (const { name, shape, length } of layoutOf(config).places) {
    const entry = header[name];
    if (!entry) return fail(`tensor ${name} is missing`);
    if (entry.dtype !== 'F16' || entry.shape.join() !== shape.join())
      fail(
        `tensor ${name} is ${entry.dtype} (${entry.shape.join(', ')}), expected F16 (${shape.join(', ')})`,
      );
    const start = 8 + headerLength + entry.data_offsets[0];
    if (start + 2 * length > bytes.length) fail(`truncated in tensor ${name}: ${bytes.length} bytes`);
    tensors.set(
      name,
      Float32Array.from({ length }, (_, i) => fromHalf(data.getUint16(start + 2 * i, true))),
    );
  }
  return tensors;
}
