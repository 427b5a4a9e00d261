import { FREE } from '../kernels/catalogue.ts';
import { op, view, type Engine, type Op, type Plan, type Slot } from '../kernels/engine.ts';
import { END } from '../tasks/vocabulary.ts';
import type { Arena, NetworkConfig } from './network.ts';
import type { Rollout } from './rollout.ts';

/** Tokens per submit: a submit stays short on any GPU, and the CPU can stop once every row has ended. */
const TOKENS_PER_PLAN = 8;

/** Which random numbers a rollout is drawn with: the same source and number give the same rollout. */
export interface SamplingSource {
  /** From `samplerKey`. */
  key: readonly [number, number];
  /** The rollout's number, e.g. the update's. */
  number: number;
}

/**
 * Samples from a policy, one token of every row at a time, with a key-value cache. Prompts are forced through the same path,
 * so that a sequence is laid out while sampling exactly as it is while training. Ids lie time-major (T, B), so that
 * a step's ids are one stretch.
 */
export class Decoder {
  private readonly engine: Engine;
  private readonly config: NetworkConfig;
  /** B, a multiple of 64. */
  private readonly rows: number;
  private readonly ids: Slot; // (T, B)
  private readonly forced: Slot; // (T, B)
  private readonly rng: Slot; // (4)
  private readonly plans: { from: number; to: number; plan: Plan }[] = [];

  constructor(engine: Engine, config: NetworkConfig, parameters: Arena, knobs: Slot, rows: number) {
    const { contextLength: T } = config;
    this.engine = engine;
    this.config = config;
    this.rows = rows;
    this.ids = engine.slot('decoded ids', 'u32', T * rows);
    this.forced = engine.slot('forced ids', 'u32', T * rows);
    this.rng = engine.slot('sampler key', 'u32', 4);
    const times = engine.slot('times', 'u32', T * rows);
    engine.write(
      times,
      Uint32Array.from({ length: T * rows }, (_, i) => Math.floor(i / rows)),
    );
    const step = this.recorder(parameters, knobs, times);
    for (let from = 0; from < T - 1; from += TOKENS_PER_PLAN) {
      const to = Math.min(from + TOKENS_PER_PLAN, T - 1);
      const ops = Array.from({ length: to - from }, (_, i) => step(from + i)).flat();
      this.plans.push({ from, to, plan: engine.plan(`decode ${from}–${to}`, ops) });
    }
  }

  /** Rows for one token: the ids at t go in, those at t + 1 come out. */
  private recorder(p: Arena, knobs: Slot, times: Slot): (t: number) => Op[] {
    const { channels: C, heads: H, contextLength: T, vocabulary: V, columns: N, layers } = this.config;
    const B = this.rows;
    const f32 = (name: string, length: number) => this.engine.slot(`decode ${name}`, 'f32', length);
    const stats = f32('stats', B * 2);
    const normed = f32('normed', B * C);
    const qkv = f32('qkv', B * 3 * C);
    const attended = f32('attended', B * C);
    const pre = f32('pre', B * 4 * C);
    const act = f32('act', B * 4 * C);
    const logits = f32('logits', B * N);
    const stream = Array.from({ length: 2 * layers + 1 }, (_, i) => f32(`stream ${i}`, B * C));
    const caches = Array.from({ length: layers }, (_, i) => ({
      keyCache: f32(`keys ${i}`, B * T * C),
      valueCache: f32(`values ${i}`, B * T * C),
    }));

    return (t) => {
      const at = (slot: Slot, time: number) => view(slot, time * B, B);
      const positions = at(times, t);
      const norm = (name: string, x: Slot) => {
        const slots = { x, weight: p.at(`${name}.weight`), bias: p.at(`${name}.bias`), y: normed, stats };
        return op('layer-norm', slots, { M: B, C });
      };
      const weights = (name: string) => ({ w: p.at(`${name}.weight`), bias: p.at(`${name}.bias`) });
      const ops: Op[] = [
        op(
          'embedding',
          {
            tokens: at(this.ids, t),
            positions,
            tokenTable: p.at('embedding.token'),
            positionTable: p.at('embedding.position'),
            x: stream[0],
          },
          { M: B, V, T, C },
        ),
      ];
      for (let i = 0; i < layers; i++) {
        const [x, middle, out] = stream.slice(2 * i);
        const name = `block.${i}`;
        ops.push(
          norm(`${name}.norm1`, x),
          op('matmul', { x: normed, ...weights(`${name}.attention`), y: qkv }, { M: B, K: C, N: 3 * C }),
          op('attention-decode', { qkv, positions, ...caches[i], y: attended }, { B, T, C, H }),
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
      const slots = {
        logits,
        positions,
        forced: at(this.forced, t + 1),
        current: at(this.ids, t),
        rng: this.rng,
        knobs,
        next: at(this.ids, t + 1),
      };
      ops.push(
        norm('norm', stream[2 * layers]),
        op('matmul', { x: normed, ...weights('head'), y: logits }, { M: B, K: C, N }),
        op('sample', slots, { B, V, N, end: END }),
      );
      return ops;
    };
  }

  /** Samples a response to each prompt at the temperature that `knobs` holds. */
  async sample(prompts: readonly (readonly number[])[], source: SamplingSource): Promise<Rollout> {
    const T = this.config.contextLength;
    const rollout: Rollout = {
      rows: prompts.length,
      contextLength: T,
      tokens: new Uint32Array(prompts.length * T),
      promptLengths: Uint32Array.from(prompts, (prompt) => prompt.length),
      lengths: new Uint32Array(prompts.length),
      ended: new Uint8Array(prompts.length),
    };
    for (let first = 0; first < prompts.length; first += this.rows) {
      const ids = await this.sampleRows(prompts.slice(first, first + this.rows), first, source);
      for (let b = 0; b < this.rows && first + b < prompts.length; b++)
        for (let t = 0; t < T; t++) rollout.tokens[(first + b) * T + t] = ids[t * this.rows + b];
    }
    for (let r = 0; r < prompts.length; r++) {
      const row = rollout.tokens.subarray(r * T, (r + 1) * T);
      const end = row.indexOf(END, rollout.promptLengths[r]);
      rollout.ended[r] = end >= 0 ? 1 : 0;
      rollout.lengths[r] = end >= 0 ? end + 1 : T;
    }
    return rollout;
  }

  private async sampleRows(
    prompts: readonly (readonly number[])[],
    firstRow: number,
    source: SamplingSource,
  ): Promise<Uint32Array> {
    const { engine, rows } = this;
    const T = this.config.contextLength;
    const forced = new Uint32Array(T * rows).fill(FREE);
    const ids = new Uint32Array(T * rows).fill(END); // rows without a prompt have ended from the start
    prompts.forEach((prompt, b) => {
      prompt.forEach((id, t) => (forced[t * rows + b] = id));
      ids[b] = prompt[0];
    });
    engine.write(this.forced, forced);
    engine.write(this.ids, ids);
    engine.write(this.rng, Uint32Array.of(source.key[0], source.key[1], firstRow, source.number));
    for (const { from, to, plan } of this.plans) {
      engine.run(plan);
      if (engine.name === 'webgpu') continue; // a read-back costs more there than the tokens it may save
      const [last] = await engine.read(view(this.ids, to * rows, rows));
      if (from > 0 && last.every((id) => id === END)) break;
    }
    const [sampled] = await engine.read(this.ids);
    return sampled as Uint32Array;
  }
}
