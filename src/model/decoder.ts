import { NONE } from '../kernels/catalogue.ts';
import { op, view, type Engine, type Extent, type Op, type Plan, type Slot } from '../kernels/engine.ts';
import { END } from '../tasks/vocabulary.ts';
import type { Arena, NetworkConfig } from './network.ts';
import { Packing } from './packing.ts';
import type { Rollout } from './rollout.ts';
import { allocateForward, forward, type Activations } from './transformer.ts';

/** Tokens of a plan: the CPU can drop the rows that have ended after each, a GPU leaves out plans at the end. */
const TOKENS_PER_PLAN = 8;

/** Which random numbers a rollout is drawn with: the same source and number give the same rollout. */
export interface SamplingSource {
  /** From `samplerKey`. */
  key: readonly [number, number];
  /** The rollout's number, e.g. the update's. */
  number: number;
}

type Prompts = readonly (readonly number[])[];

/**
 * Samples from a policy, one token of every row at a time, with a cache of keys and values. Prompts are run at once, each
 * of them once however many rows begin with it. Rows need not be equally long: each counts its own positions. Ids lie
 * time-major (T, B), so that a step's ids are one stretch.
 */
export class Decoder {
  private readonly engine: Engine;
  private readonly config: NetworkConfig;
  /** B, a multiple of 64. */
  private readonly rows: number;
  /** Rows that are decoded, of B. */
  private readonly active: Extent;
  private readonly ids: Slot; // (T, B): what goes in at each step
  private readonly positions: Slot; // (T, B)
  private readonly places: Slot; // (B): where in the cache each row lies, which is its number
  private readonly rng: Slot; // (4)
  private readonly plans: { from: number; to: number; plan: Plan }[] = [];
  private readonly prompts: {
    activations: Activations;
    packing: Packing;
    /** Cells of the caches, T of a row. */
    cells: Extent;
    sources: Slot; // (B·T): the position among the prompts' that a cell is of
    plan: Plan;
  };

  constructor(engine: Engine, config: NetworkConfig, parameters: Arena, knobs: Slot, rows: number) {
    const { channels: C, contextLength: T, layers } = config;
    this.engine = engine;
    this.config = config;
    this.rows = rows;
    this.active = { most: rows, now: rows };
    this.ids = engine.slot('decoded ids', 'u32', T * rows);
    this.positions = engine.slot('decoded positions', 'u32', T * rows);
    this.places = engine.slot('decoded rows', 'u32', rows);
    this.rng = engine.slot('sampler key', 'u32', 4);
    const cache = engine.slot('cache', 'f32', layers * rows * T * 3 * C);
    this.prompts = this.promptPass(parameters, cache);
    const step = engine.fuses
      ? this.fused(parameters, knobs, cache)
      : this.recorder(parameters, knobs, cache);
    const tokens = TOKENS_PER_PLAN;
    for (let from = 0; from < T - 1; from += tokens) {
      const to = Math.min(from + tokens, T - 1);
      const ops = Array.from({ length: to - from }, (_, i) => step(from + i)).flat();
      this.plans.push({ from, to, plan: engine.plan(`decode ${from}–${to}`, ops) });
    }
  }

  /** Of (layers, B, T, 3, C). */
  private cacheOf(cache: Slot, layer: number): Slot {
    const length = cache.length / this.config.layers;
    return view(cache, layer * length, length, `cache ${layer}`);
  }

  /** One pass over all prompts, whose queries, keys and values then go to every row that begins with them. */
  private promptPass(p: Arena, cache: Slot) {
    const { engine, config, rows } = this;
    const { channels: C, contextLength: T } = config;
    const activations = allocateForward(engine, config, rows * T, 1, false);
    const cells: Extent = { most: rows * T, now: 0 };
    const sources = engine.slot('prompt positions', 'u32', cells.most);
    const fill = (qkv: Slot, layer: number) => [
      op(
        'gather',
        { x: qkv, rows: sources, y: this.cacheOf(cache, layer) },
        { M: cells, R: activations.M, C: 3 * C },
      ),
    ];
    const plan = engine.plan('prompts', forward(config, p, activations, fill));
    return { activations, packing: new Packing(engine, activations), cells, sources, plan };
  }

  /** One op for one token. */
  private fused(p: Arena, knobs: Slot, cache: Slot): (step: number) => Op[] {
    const { channels: C, heads: H, contextLength: T, vocabulary: V, columns: N, layers } = this.config;
    const { rng, places, rows: ROWS } = this;
    const parameters = p.slot;
    const dims = { B: this.active, ROWS, T, C, H, V, N, P: parameters.length, layers, end: END };
    return (step) => {
      // The ids of a step, and of the next behind them.
      const ids = view(this.ids, step * ROWS, 2 * ROWS);
      const positions = view(this.positions, step * ROWS, ROWS);
      return [op('decode', { ids, positions, rows: places, parameters, cache, rng, knobs }, dims)];
    };
  }

  /** Rows for one token: the ids of a step go in, those of the next come out. */
  private recorder(p: Arena, knobs: Slot, cache: Slot): (step: number) => Op[] {
    const { channels: C, heads: H, contextLength: T, vocabulary: V, columns: N, layers } = this.config;
    const B = this.active;
    const f32 = (name: string, columns: number) =>
      this.engine.slot(`decode ${name}`, 'f32', this.rows * columns);
    const stats = f32('stats', 2);
    const normed = f32('normed', C);
    const qkv = f32('qkv', 3 * C);
    const attended = f32('attended', C);
    const pre = f32('pre', 4 * C);
    const act = f32('act', 4 * C);
    const logits = f32('logits', N);
    const stream = Array.from({ length: 2 * layers + 1 }, (_, i) => f32(`stream ${i}`, C));

    return (step) => {
      const at = (slot: Slot, time: number) => view(slot, time * this.rows, this.rows);
      const positions = at(this.positions, step);
      const rows = this.places;
      const norm = (name: string, x: Slot) => {
        const slots = { x, weight: p.at(`${name}.weight`), bias: p.at(`${name}.bias`), y: normed, stats };
        return op('layer-norm', slots, { M: B, C });
      };
      const weights = (name: string) => ({ w: p.at(`${name}.weight`), bias: p.at(`${name}.bias`) });
      const tables = {
        tokenTable: p.at('embedding.token'),
        positionTable: p.at('embedding.position'),
      };
      const ops: Op[] = [
        op(
          'embedding',
          { tokens: at(this.ids, step), positions, ...tables, x: stream[0] },
          { M: B, V, T, C },
        ),
      ];
      for (let i = 0; i < layers; i++) {
        const [x, middle, out] = stream.slice(2 * i);
        const name = `block.${i}`;
        ops.push(
          norm(`${name}.norm1`, x),
          op('matmul', { x: normed, ...weights(`${name}.attention`), y: qkv }, { M: B, K: C, N: 3 * C }),
          op(
            'attention-decode',
            { qkv, positions, rows, cache: this.cacheOf(cache, i), y: attended },
            { B, T, C, H },
          ),
          op(
            'matmul-residual',
            { x: attended, ...weights(`${name}.projection`), residual: x, y: middle },
            { M: B, K: C, N: C },
          ),
          norm(`${name}.norm2`, middle),
          op('matmul-gelu', { x: normed, ...weights(`${name}.up`), pre, y: act }, { M: B, K: C, N: 4 * C }),
          op(
            'matmul-residual',
            { x: act, ...weights(`${name}.down`), residual: middle, y: out },
            { M: B, K: 4 * C, N: C },
          ),
        );
      }
      const { rng } = this;
      const slots = { logits, positions, rows, rng, knobs };
      ops.push(
        norm('norm', stream[2 * layers]),
        op('matmul', { x: normed, ...weights('head'), y: logits }, { M: B, K: C, N }),
        op(
          'sample',
          { ...slots, current: at(this.ids, step), next: at(this.ids, step + 1) },
          { B, V, N, end: END },
        ),
      );
      return ops;
    };
  }

  /** Samples a response to each prompt at the temperature that `knobs` holds. */
  async sample(prompts: Prompts, source: SamplingSource): Promise<Rollout> {
    const T = this.config.contextLength;
    const rollout: Rollout = {
      rows: prompts.length,
      contextLength: T,
      tokens: new Uint32Array(prompts.length * T).fill(END),
      promptLengths: Uint32Array.from(prompts, (prompt) => prompt.length),
      lengths: new Uint32Array(prompts.length),
      ended: new Uint8Array(prompts.length),
    };
    prompts.forEach((prompt, r) => rollout.tokens.set(prompt, r * T));
    for (let first = 0; first < prompts.length; first += this.rows) {
      this.engine.write(this.rng, Uint32Array.of(...source.key, first, source.number));
      const rows = prompts.slice(first, first + this.rows);
      await this.sampleRows(rows, rollout.tokens.subarray(first * T));
    }
    for (let r = 0; r < prompts.length; r++) {
      const row = rollout.tokens.subarray(r * T, (r + 1) * T);
      const end = row.indexOf(END, rollout.promptLengths[r]);
      rollout.ended[r] = end >= 0 ? 1 : 0;
      rollout.lengths[r] = end >= 0 ? end + 1 : T;
    }
    return rollout;
  }

  /** Makes ready to run all but the last token of each prompt, which is the first to be decoded from. */
  private packPrompts(prompts: Prompts): void {
    const { activations, packing, cells, sources } = this.prompts;
    const T = this.config.contextLength;
    const from = new Uint32Array(this.rows * T).fill(NONE);
    const starts = new Map<readonly number[], number>();
    packing.clear();
    prompts.forEach((prompt, b) => {
      const known = starts.get(prompt);
      const start = known ?? activations.M.now;
      if (known === undefined) packing.add(prompt.slice(0, -1), 0, 0);
      starts.set(prompt, start);
      for (let t = 0; t < prompt.length - 1; t++) from[b * T + t] = start + t;
    });
    packing.write();
    cells.now = prompts.length * T;
    this.engine.write(sources, from);
  }

  /** Decodes rows until each has ended or is full, into `tokens` (rows, T). */
  private async sampleRows(prompts: Prompts, tokens: Uint32Array): Promise<void> {
    const { engine, rows: B } = this;
    const T = this.config.contextLength;
    this.packPrompts(prompts);
    const isGpu = engine.name === 'webgpu' || engine.name === 'tfjs';
    let queued: Plan[] = [this.prompts.plan];
    let active = prompts.map((_, b) => b);
    this.begin(prompts, active, 0, tokens);
    const steps = T - Math.min(...prompts.map((prompt) => prompt.length));
    let read = 0;
    for (const { from, to, plan } of this.plans) {
      if (from >= steps || active.length === 0) break;
      queued.push(plan);
      // On a GPU a read-back costs more than the rows that it may save.
      if (isGpu && to < steps) continue;
      const sampledIds = view(this.ids, read * B, (to + 1 - read) * B);
      const [sampled] = await engine.runAndRead(queued, sampledIds);
      queued = [];
      active.forEach((row, b) => {
        const at = row * T + prompts[row].length;
        for (let step = read; step < to && prompts[row].length + step < T; step++)
          tokens[at + step] = sampled[(step + 1 - read) * B + b];
      });
      read = to;
      const going = active.filter((row) => {
        const length = prompts[row].length + to;
        return length < T && tokens[row * T + length - 1] !== END;
      });
      if (going.length < active.length) this.begin(prompts, going, to, tokens);
      active = going;
    }
  }

  /** Makes ready to decode `active` rows from a step on: their place in the cache, the ids at the step, positions from there. */
  private begin(prompts: Prompts, active: readonly number[], step: number, tokens: Uint32Array): void {
    const { engine, rows: B } = this;
    const T = this.config.contextLength;
    this.active.now = active.length;
    engine.write(this.places, Uint32Array.from(active));
    const now = active.map((row) => tokens[row * T + prompts[row].length + step - 1]);
    engine.write(this.ids, Uint32Array.from(now), step * B);
    const positions = new Uint32Array((T - step) * B);
    active.forEach((row, b) => {
      // A row that is full has no say any more, but must not leave its place.
      for (let t = step; t < T; t++)
        positions[(t - step) * B + b] = Math.min(prompts[row].length - 1 + t, T - 1);
    });
    engine.write(this.positions, positions, step * B);
  }
}
