import * as tf from '@tensorflow/tfjs';

/** Sequences that lie one behind the other, as rows of one length: what TensorFlow.js's products want. */
export interface Padded {
  /** B sequences of at most L positions. */
  readonly B: number;
  readonly L: number;
  /** (B·L) the position that each cell is of; M, a row of zeros, where it is of none. */
  readonly cells: tf.Tensor1D;
  /** (M) the cell of each position. */
  readonly places: tf.Tensor1D;
}

/** A position of 0 begins the next sequence. */
export function pad(positions: Uint32Array): Padded {
  const M = positions.length;
  const L = positions.reduce((most, position) => Math.max(most, position + 1), 1);
  let B = 0;
  const places = Int32Array.from(positions, (position) => {
    if (position === 0) B += 1;
    return (B - 1) * L + position;
  });
  const cells = new Int32Array(B * L).fill(M);
  places.forEach((place, m) => (cells[place] = m));
  return { B, L, cells: tf.tensor1d(cells, 'int32'), places: tf.tensor1d(places, 'int32') };
}

/** x (M, C·parts) as parts of (B, H, L, D). */
function heads(x: tf.Tensor, parts: number, H: number, { B, L, cells }: Padded): tf.Tensor[] {
  const columns = x.shape[1]!;
  const rows = tf.concat([x, tf.zeros([1, columns])]).gather(cells);
  return tf.unstack(rows.reshape([B, L, parts, H, columns / parts / H]).transpose([2, 0, 3, 1, 4]));
}

/** Parts of (B, H, L, D) as (M, C·parts). */
function joined(parts: readonly tf.Tensor[], { places }: Padded): tf.Tensor {
  const [B, H, L, D] = parts[0].shape;
  const rows = tf.stack([...parts]).transpose([1, 3, 0, 2, 4]);
  return rows.reshape([B * L, parts.length * H * D]).gather(places);
}

/** (B, H, L, L): q·k/√D, −1e30 for keys after the query. */
function scoresOf(q: tf.Tensor, k: tf.Tensor): tf.Tensor {
  const [, , L, D] = q.shape;
  const later = tf.linalg
    .bandPart(tf.ones([L, L]), -1, 0)
    .sub(1)
    .mul(1e30);
  return tf.matMul(q, k, false, true).div(Math.sqrt(D)).add(later);
}

export function attention(qkv: tf.Tensor, H: number, padded: Padded): { y: tf.Tensor; lse: tf.Tensor } {
  const [q, k, v] = heads(qkv, 3, H, padded);
  const scores = scoresOf(q, k);
  const sums = tf.logSumExp(scores, -1, true); // (B, H, L, 1)
  const y = joined([tf.matMul(tf.softmax(scores), v)], padded);
  return { y, lse: joined([sums], padded).transpose() };
}

/** (M, 3C) */
export function attentionBackward(
  qkv: tf.Tensor,
  y: tf.Tensor,
  dy: tf.Tensor,
  H: number,
  padded: Padded,
): tf.Tensor {
  const [q, k, v] = heads(qkv, 3, H, padded);
  const [[attended], [slope]] = [heads(y, 1, H, padded), heads(dy, 1, H, padded)];
  const p = tf.softmax(scoresOf(q, k));
  const inner = slope.mul(attended).sum(-1, true);
  const ds = p.mul(tf.matMul(slope, v, false, true).sub(inner)).div(Math.sqrt(q.shape[3]!));
  return joined([tf.matMul(ds, k), tf.matMul(ds, q, true), tf.matMul(p, slope, true)], padded);
}
