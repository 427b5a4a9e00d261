import type { Engine, Plan } from '../kernels/engine.ts';
import { NO_END_SCORE } from '../ppo/tests-teacher.ts';
import { Arena, type NetworkConfig, type Tensors } from './network.ts';
import type { Rollout } from './rollout.ts';
import { packEnds, Packing } from './packing.ts';
import { allocateForward, forward, type Activations } from './transformer.ts';

/** Scores are standardised by these, measured on samples of the SFT policy; they travel in the manifest. */
export interface ScoreConstants {
  mean: number;
  deviation: number;
}

/** Standardised scores are clamped to ± this. */
const SCORE_LIMIT = 5;

/** The reward model's scalar as the filter and PPO see it. */
export function standardise(raw: number, ended: boolean, { mean, deviation }: ScoreConstants): number {
  if (!ended) return NO_END_SCORE;
  return Math.max(-SCORE_LIMIT, Math.min(SCORE_LIMIT, (raw - mean) / deviation));
}

/**
 * What the tests as the teacher say of a response: the share of tests passed, spread over ±1; no end token scores as under a
 * reward model.
 */
export function oracleScore(testScore: number, ended: boolean): number {
  return ended ? 2 * testScore - 1 : NO_END_SCORE;
}

/** Rows of a pass: a GPU wants many at once, a CPU wants them in its cache. */
const ROWS = { webgpu: 256, tfjs: 256, cpu: 64, reference: 64 };

/** A learned judge of responses: the trunk with one column, read at the end token. */
export class RewardModel {
  /** T: no row may be longer. */
  readonly contextLength: number;
  private readonly engine: Engine;
  private readonly config: NetworkConfig;
  private readonly activations: Activations;
  private readonly parameters: Arena;
  private readonly plan: Plan;
  private readonly packing: Packing;
  /** Of a pass. */
  private readonly rows: number;

  constructor(engine: Engine, config: NetworkConfig, tensors: Tensors, rows = ROWS[engine.name]) {
    this.parameters = new Arena(engine, config, 'reward model');
    this.load(tensors);
    this.engine = engine;
    this.config = config;
    this.contextLength = config.contextLength;
    this.rows = rows;
    this.activations = allocateForward(engine, config, rows * config.contextLength, rows, false);
    this.packing = new Packing(engine, this.activations);
    this.plan = engine.plan('score', forward(config, this.parameters, this.activations));
  }

  /** Scores by these from now on. Throws if a tensor is missing or of another length. */
  load(tensors: Tensors): void {
    this.parameters.load(tensors);
  }

  /** (R) raw scalars at each row's last token. */
  async rawScores(rollout: Pick<Rollout, 'rows' | 'tokens' | 'lengths'>): Promise<Float32Array> {
    const { columns: N } = this.config;
    const contextLength = rollout.tokens.length / rollout.rows;
    const longest = Math.max(0, ...rollout.lengths);
    if (longest > this.contextLength)
      throw new Error(
        `a response of ${longest} tokens is longer than the reward model's ${this.contextLength}`,
      );
    const scores = new Float32Array(rollout.rows);
    for (let first = 0; first < rollout.rows; first += this.rows) {
      const count = Math.min(this.rows, rollout.rows - first);
      packEnds(this.packing, { ...rollout, contextLength }, first, count);
      const [out] = await this.engine.runAndRead([this.plan], this.activations.logits);
      for (let r = 0; r < count; r++) scores[first + r] = out[r * N];
    }
    return scores;
  }
}
