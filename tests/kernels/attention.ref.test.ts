import { expect, test } from 'vitest';
import { attention, attentionBackward, attentionDecode } from '../../src/kernels/attention.ref.ts';
import { expectGradient, inner } from './central-difference.ts';
import { seeded } from '../../src/kernels/cases/seeded.ts';

const two = Uint32Array.of(0, 1);
/** A sequence of three and one of five. */
const eight = Uint32Array.of(0, 1, 2, 0, 1, 2, 3, 4);

test('two positions, one channel: the second weighs both by e^(q·k)', () => {
  const y = new Float64Array(2);
  const lse = new Float64Array(2);
  // (q, k, v) a position; scores of the second are 0 and ln 3, so its weights are 1/4 and 3/4.
  const qkv = new Float64Array([5, 0, 8, 1, Math.log(3), 16]);
  attention({ qkv, positions: two, y, lse }, { M: 2, T: 2, C: 1, H: 1 });
  expect(y[0]).toBeCloseTo(8, 12);
  expect(y[1]).toBeCloseTo(14, 12);
  expect(lse[0]).toBeCloseTo(0, 12);
  expect(lse[1]).toBeCloseTo(Math.log(4), 12);
});

test('scores are divided by the root of the head size, heads do not mix', () => {
  const y = new Float64Array(16);
  // Two heads of four channels. Second position: head 0 has q·k = 2 ln 2 (after scaling ln 2) with itself, head 1 has 0.
  const first = [0, 0, 0, 0, 0, 0, 0, 0, ...new Array<number>(8).fill(0), 3, 3, 3, 3, 10, 10, 10, 10];
  const query = [1, 1, 1, 1, 0, 0, 0, 0];
  const key = [...new Array<number>(4).fill(Math.log(2) / 2), 7, 7, 7, 7];
  const value = [6, 6, 6, 6, 20, 20, 20, 20];
  const qkv = new Float64Array([...first, ...query, ...key, ...value]);
  attention({ qkv, positions: two, y, lse: new Float64Array(4) }, { M: 2, T: 2, C: 8, H: 2 });
  expect(y[8]).toBeCloseTo((3 + 2 * 6) / 3, 12);
  expect(y[12]).toBeCloseTo(15, 12);
});

test('no position sees a later one, or another sequence', () => {
  const random = seeded(5);
  const dims = { M: 8, T: 5, C: 4, H: 2 };
  const qkv = Float64Array.from(random.normals(96));
  const before = new Float64Array(32);
  const after = new Float64Array(32);
  attention({ qkv, positions: eight, y: before, lse: new Float64Array(16) }, dims);
  qkv.fill(99, 1 * 12, 3 * 12);
  attention({ qkv, positions: eight, y: after, lse: new Float64Array(16) }, dims);
  expect(after.subarray(0, 4)).toEqual(before.subarray(0, 4));
  expect(after.subarray(12)).toEqual(before.subarray(12));
  expect(after.subarray(4, 12)).not.toEqual(before.subarray(4, 12));
});

test('the backward is the slope of the forward', () => {
  const random = seeded(6);
  const dims = { M: 8, T: 5, C: 6, H: 2 };
  const positions = eight;
  const qkv = Float64Array.from(random.normals(2 * 4 * 18));
  const dy = Float64Array.from(random.normals(48));
  const [y, lse] = [new Float64Array(48), new Float64Array(16)];
  const loss = () => {
    attention({ qkv, positions, y, lse }, dims);
    return inner(y, dy);
  };
  loss();
  const dqkv = new Float64Array(144).fill(99);
  attentionBackward({ qkv, positions, y, lse, dy, dqkv }, dims);
  expectGradient(loss, qkv, dqkv);
});

test('decoding token by token gives what the forward gives at once', () => {
  const random = seeded(7);
  const [B, T, C, H] = [3, 5, 4, 2];
  const qkv = Float64Array.from(random.normals(B * T * 3 * C));
  const all = new Float64Array(B * T * C);
  const positions = Uint32Array.from({ length: B * T }, (_, m) => m % T);
  attention({ qkv, positions, y: all, lse: new Float64Array(B * H * T) }, { M: B * T, T, C, H });
  const cache = new Float64Array(B * T * 3 * C);
  for (let t = 0; t < T; t++) {
    const step = new Float64Array(B * 3 * C);
    for (let b = 0; b < B; b++)
      step.set(qkv.subarray((b * T + t) * 3 * C, (b * T + t + 1) * 3 * C), b * 3 * C);
    const y = new Float64Array(B * C);
    const now = new Uint32Array(B).fill(t);
    attentionDecode({ qkv: step, positions: now, rows: Uint32Array.of(2, 0, 1), cache, y }, { B, T, C, H });
    for (let b = 0; b < B; b++)
      for (let c = 0; c < C; c++) expect(y[b * C + c]).toBeCloseTo(all[(b * T + t) * C + c], 12);
  }
});
