import { NONE } from '../kernels/catalogue.ts';
import type { Engine } from '../kernels/engine.ts';
import type { Rollout } from './rollout.ts';
import type { Activations } from './transformer.ts';

/** Lays sequences of any length one behind the other as the input of a forward pass. */
export class Packing {
  private readonly engine: Engine;
  private readonly a: Activations;
  private readonly tokens: Uint32Array;
  private readonly positions: Uint32Array;
  private readonly reads: Uint32Array;
  private readonly places: Uint32Array;

  constructor(engine: Engine, activations: Activations) {
    this.engine = engine;
    this.a = activations;
    const { M, R } = activations;
    this.tokens = new Uint32Array(M.most);
    this.positions = new Uint32Array(M.most);
    this.reads = new Uint32Array(R.most);
    this.places = new Uint32Array(M.most);
  }

  /** Takes away all sequences. */
  clear(): void {
    this.a.M.now = 0;
    this.a.R.now = 0;
  }

  /**
   * Adds a sequence, of which the positions from `from` to before `to` are read.
   *
   * @returns the row of the logits of `from`; those of the others follow
   */
  add(ids: ArrayLike<number>, from: number, to: number): number {
    const { M, R } = this.a;
    const [start, first] = [M.now, R.now];
    for (let t = 0; t < ids.length; t++) {
      this.tokens[start + t] = ids[t];
      this.positions[start + t] = t;
      this.places[start + t] = t < from || t >= to ? NONE : first + t - from;
    }
    for (let t = from; t < to; t++) this.reads[first + t - from] = start + t;
    M.now += ids.length;
    R.now += to - from;
    if (M.now > M.most || R.now > R.most)
      throw new Error(`${M.now} positions, ${R.now} of them read, do not fit into ${M.most} and ${R.most}`);
    return first;
  }

  /** Hands the sequences to the engine. */
  write(): void {
    const { M, R, tokens, positions, reads, places } = this.a;
    this.engine.write(tokens, this.tokens.subarray(0, M.now));
    this.engine.write(positions, this.positions.subarray(0, M.now));
    this.engine.write(reads, this.reads.subarray(0, R.now));
    this.engine.write(places, this.places.subarray(0, M.now));
  }
}

/** Packs rows of a rollout, each to be read at its last token: what a reward model looks at. */
export function packEnds(
  packing: Packing,
  { tokens, lengths, contextLength: T }: Pick<Rollout, 'tokens' | 'lengths' | 'contextLength'>,
  first: number,
  count: number,
): void {
  packing.clear();
  for (let r = first; r < first + count; r++)
    packing.add(tokens.subarray(r * T, r * T + lengths[r]), lengths[r] - 1, lengths[r]);
  packing.write();
}

/** Where a packed row has its first prediction: in the row, and in what is read. */
export interface PackedRow {
  readonly row: number;
  readonly first: number;
  readonly at: number;
  readonly count: number;
}

/** Packs rows of a rollout, each to be read at all of its predictions: what PPO looks at. */
export function packPredictions(
  packing: Packing,
  { tokens, promptLengths, lengths, contextLength: T }: Rollout,
  rows: readonly number[],
): PackedRow[] {
  packing.clear();
  const packed = rows.map((row) => {
    const [first, end] = [promptLengths[row] - 1, lengths[row] - 1];
    // Nothing is predicted from the last token.
    const at = packing.add(tokens.subarray(row * T, row * T + end), first, end);
    return { row, first, at, count: end - first };
  });
  packing.write();
  return packed;
}

/** Every prediction of packed rows: its place in what is read, and in (R, T) of the rollout. */
export function eachPrediction(
  packed: readonly PackedRow[],
  T: number,
  visit: (at: number, m: number) => void,
): void {
  for (const { row, first, at, count } of packed)
    for (let t = 0; t < count; t++) visit(at + t, row * T + first + t);
}
