/**
 * The kernels, by name: their bindings in order and the dimensions that shape them. One table for three
 * implementations of each: `x.wgsl` (WebGPU), `x.as.ts` (SIMD Wasm) and `x.ref.ts` (double precision, for tests).
 *
 * M positions, of sequences one behind the other, T of a sequence at most; B sequences that are decoded side by side; V
 * vocabulary, C channels, H heads, N columns, K inner length, L arena length. All arrays are row-major and dense.
 *
 * - Activations, parameters and gradients are f32; ids and counters u32.
 * - Bindings read and written within one dispatch may be disjoint views of one slot. WebGPU then wants the same
 *   usage for both, so such bindings are declared `read-write` even where a kernel only reads them.
 */

/** r read, w written in full, rw updated in place. */
type Access = 'r' | 'w' | 'rw';
/** The least elements a slot must have are the product of `shape`: dimensions by name, or numbers. */
type Binding = readonly [
  name: string,
  type: 'f32' | 'u32',
  access: Access,
  shape: readonly (string | number)[],
];
export interface Signature {
  readonly bindings: readonly Binding[];
  readonly dims: readonly string[];
}

/**
 * Per-step scalars, in the f32 slot called `knobs` (length `knobCount`), at these indices: data, so that a replayed plan
 * never carries a stale learning rate.
 */
export const knobIndex = {
  /** τ: logits are divided by it in every head and in the sampler. */
  temperature: 0,
  clipRange: 1,
  valueClipRange: 2,
  entropyCoef: 3,
  /** 1 / valid positions (or 1 / pairs): what makes a sum of losses a mean. */
  inverseCount: 4,
  learningRate: 5,
  beta1: 6,
  beta2: 7,
  epsilon: 8,
  weightDecay: 9,
  maxGradNorm: 10,
  /** 1 / (1 − β₁ᵗ) */
  correction1: 11,
  /** 1 / (1 − β₂ᵗ) */
  correction2: 12,
} as const;
export const knobCount = 16;

/** Columns of `tokenStats`, the PPO head's output per position; 0 where masked. */
export const tokenStat = {
  logprob: 0,
  ratio: 1,
  /** max(−Aρ, −A·clip(ρ)) */
  policyLoss: 2,
  /** (ρ − 1) − log ρ */
  approxKl: 3,
  /** 1 where the clipped branch is the larger loss, strictly. */
  clipped: 4,
  entropy: 5,
} as const;
export const tokenStatCount = 6;

/** The `rows` of `gather` carry this where none is meant. */
export const NONE = 0xffffffff;

export const catalogue = {
  /** x[m] = tokenTable[tokens[m]] + positionTable[positions[m]] */
  embedding: {
    bindings: [
      ['tokens', 'u32', 'r', ['M']],
      ['positions', 'u32', 'r', ['M']],
      ['tokenTable', 'f32', 'r', ['V', 'C']],
      ['positionTable', 'f32', 'r', ['T', 'C']],
      ['x', 'f32', 'w', ['M', 'C']],
    ],
    dims: ['M', 'V', 'T', 'C'],
  },
  /** dTokenTable[v] = Σ over m with tokens[m] = v of dx[m], dPositionTable[t] likewise. Deterministic: a fixed order of m. */
  'embedding-backward': {
    bindings: [
      ['tokens', 'u32', 'r', ['M']],
      ['positions', 'u32', 'r', ['M']],
      ['dx', 'f32', 'r', ['M', 'C']],
      ['dTokenTable', 'f32', 'w', ['V', 'C']],
      ['dPositionTable', 'f32', 'w', ['T', 'C']],
    ],
    dims: ['M', 'V', 'T', 'C'],
  },
  /** y = (x − mean)·rstd·weight + bias over C, variance + 1e-5; stats[m] = (mean, rstd). */
  'layer-norm': {
    bindings: [
      ['x', 'f32', 'r', ['M', 'C']],
      ['weight', 'f32', 'r', ['C']],
      ['bias', 'f32', 'r', ['C']],
      ['y', 'f32', 'w', ['M', 'C']],
      ['stats', 'f32', 'w', ['M', 2]],
    ],
    dims: ['M', 'C'],
  },
  /**
   * dx (+)= the gradient through the norm, added to dx where `accumulate` is 1, else overwriting it; dWeight = Σₘ dy·x̂,
   * dBias = Σₘ dy.
   */
  'layer-norm-backward': {
    bindings: [
      ['dy', 'f32', 'r', ['M', 'C']],
      ['x', 'f32', 'r', ['M', 'C']],
      ['stats', 'f32', 'r', ['M', 2]],
      ['weight', 'f32', 'r', ['C']],
      ['dx', 'f32', 'rw', ['M', 'C']],
      ['dWeight', 'f32', 'w', ['C']],
      ['dBias', 'f32', 'w', ['C']],
    ],
    dims: ['M', 'C', 'accumulate'],
  },
  /** y = x·w + bias */
  matmul: {
    bindings: [
      ['x', 'f32', 'r', ['M', 'K']],
      ['w', 'f32', 'r', ['K', 'N']],
      ['bias', 'f32', 'r', ['N']],
      ['y', 'f32', 'w', ['M', 'N']],
    ],
    dims: ['M', 'K', 'N'],
  },
  /** pre = x·w + bias; y = gelu(pre), the tanh form */
  'matmul-gelu': {
    bindings: [
      ['x', 'f32', 'r', ['M', 'K']],
      ['w', 'f32', 'r', ['K', 'N']],
      ['bias', 'f32', 'r', ['N']],
      ['pre', 'f32', 'w', ['M', 'N']],
      ['y', 'f32', 'w', ['M', 'N']],
    ],
    dims: ['M', 'K', 'N'],
  },
  /** y = residual + x·w + bias */
  'matmul-residual': {
    bindings: [
      ['x', 'f32', 'r', ['M', 'K']],
      ['w', 'f32', 'r', ['K', 'N']],
      ['bias', 'f32', 'r', ['N']],
      ['residual', 'f32', 'r', ['M', 'N']],
      ['y', 'f32', 'w', ['M', 'N']],
    ],
    dims: ['M', 'K', 'N'],
  },
  /** dx = dy·wᵀ, dw = xᵀ·dy, dBias = Σₘ dy */
  'matmul-backward': {
    bindings: [
      ['x', 'f32', 'r', ['M', 'K']],
      ['w', 'f32', 'r', ['K', 'N']],
      ['dy', 'f32', 'r', ['M', 'N']],
      ['dx', 'f32', 'w', ['M', 'K']],
      ['dw', 'f32', 'w', ['K', 'N']],
      ['dBias', 'f32', 'w', ['N']],
    ],
    dims: ['M', 'K', 'N'],
  },
  /** As `matmul-backward`, of a product of x = gelu(pre), and through it: dx = (dy·wᵀ) ⊙ gelu′(pre). */
  'matmul-backward-gelu': {
    bindings: [
      ['x', 'f32', 'r', ['M', 'K']],
      ['w', 'f32', 'r', ['K', 'N']],
      ['dy', 'f32', 'r', ['M', 'N']],
      ['pre', 'f32', 'r', ['M', 'K']],
      ['dx', 'f32', 'w', ['M', 'K']],
      ['dw', 'f32', 'w', ['K', 'N']],
      ['dBias', 'f32', 'w', ['N']],
    ],
    dims: ['M', 'K', 'N'],
  },
  /** y[m] = x[rows[m]], 0 where rows[m] is NONE. */
  gather: {
    bindings: [
      ['x', 'f32', 'r', ['R', 'C']],
      ['rows', 'u32', 'r', ['M']],
      ['y', 'f32', 'w', ['M', 'C']],
    ],
    dims: ['M', 'R', 'C'],
  },
  /**
   * Causal attention over H heads of C/H channels, scale 1/√(C/H); qkv[m] = (q, k, v). A sequence begins where its position is
   * 0 and goes on as long as positions rise by one, up to T of them; it sees itself alone.
   */
  attention: {
    bindings: [
      ['qkv', 'f32', 'r', ['M', 3, 'C']],
      ['positions', 'u32', 'r', ['M']],
      ['y', 'f32', 'w', ['M', 'C']],
      ['lse', 'f32', 'w', ['H', 'M']],
    ],
    dims: ['M', 'T', 'C', 'H'],
  },
  /** Through `attention`. */
  'attention-backward': {
    bindings: [
      ['qkv', 'f32', 'r', ['M', 3, 'C']],
      ['positions', 'u32', 'r', ['M']],
      ['y', 'f32', 'r', ['M', 'C']],
      ['lse', 'f32', 'r', ['H', 'M']],
      ['dy', 'f32', 'r', ['M', 'C']],
      ['dqkv', 'f32', 'w', ['M', 3, 'C']],
    ],
    dims: ['M', 'T', 'C', 'H'],
  },
  /** One new token per row: stores its k and v in row rows[b] of the cache at t = positions[b] < T, attends over 0 … t. */
  'attention-decode': {
    bindings: [
      ['qkv', 'f32', 'r', ['B', 3, 'C']],
      ['positions', 'u32', 'r', ['B']],
      ['rows', 'u32', 'r', ['B']], // each < B, no two the same
      ['cache', 'f32', 'rw', ['B', 'T', 3, 'C']], // as qkv; the q third is of no meaning
      ['y', 'f32', 'w', ['B', 'C']],
    ],
    dims: ['B', 'T', 'C', 'H'],
  },
  /**
   * One token a row: `end` if current[b] is `end`; else
   * argmaxᵥ logits[b,v]/τ + Gumbel, over the first V of N columns. Gumbel = −log(−log u), u = (word + ½)·2⁻³² as f32,
   * clamped to [2⁻³³, 1 − 2⁻²⁴]; word = element v mod 4 of Philox4x32-10 with counter (⌊v/4⌋, t, rng[2] + rows[b], rng[3]) and key
   * (rng[0], rng[1]), t = positions[b]: independent of order and of batching. Ties: the lowest v.
   */
  sample: {
    bindings: [
      ['logits', 'f32', 'r', ['B', 'N']],
      ['positions', 'u32', 'r', ['B']],
      ['rows', 'u32', 'r', ['B']],
      ['current', 'u32', 'rw', ['B']], // only read: a view of the same slot as next
      ['rng', 'u32', 'r', [4]], // key low, key high, first row's number, rollout's number
      ['knobs', 'f32', 'r', [knobCount]],
      ['next', 'u32', 'rw', ['B']],
    ],
    dims: ['B', 'V', 'N', 'end'],
  },
  /**
   * One token a row by the whole network: all that `embedding`, the blocks' ops with `attention-decode`, and `sample` do, for
   * rows that have not ended. parameters is an arena: token table, position table; of each block norm1, attention, projection, norm2,
   * up, down; norm, head; weights before their bias, each tensor at a multiple of 64 elements. On a GPU alone, where a dispatch
   * costs more than its arithmetic.
   */
  decode: {
    bindings: [
      ['ids', 'u32', 'rw', [2, 'ROWS']], // what goes in, of which the first B count; what comes out
      ['positions', 'u32', 'r', ['B']],
      ['rows', 'u32', 'r', ['B']], // each < ROWS, no two the same
      ['parameters', 'f32', 'r', ['P']],
      ['cache', 'f32', 'rw', ['layers', 'ROWS', 'T', 3, 'C']],
      ['rng', 'u32', 'r', [4]],
      ['knobs', 'f32', 'r', [knobCount]],
    ],
    dims: ['B', 'ROWS', 'T', 'C', 'H', 'V', 'N', 'P', 'layers', 'end'],
  },
  /** out[m] = (log softmax(logits[:V]/τ)[targets[m]], entropy in nats); 0 where mask is 0. */
  'log-prob': {
    bindings: [
      ['logits', 'f32', 'r', ['M', 'N']],
      ['targets', 'u32', 'r', ['M']],
      ['mask', 'f32', 'r', ['M']], // 0 or 1
      ['knobs', 'f32', 'r', [knobCount]],
      ['out', 'f32', 'w', ['M', 2]],
    ],
    dims: ['M', 'V', 'N'],
  },
  /**
   * PPO's loss of the policy and its gradient in one pass over a row. Columns 0 … V−1 are logits, those past V unused.
   * old[m] = (oldLogprob, advantage). log ρ is clamped to ±20, so that ρ is finite; the gradient does not see that clamp.
   * loss = inverseCount · Σₘ (policyLoss − entropyCoef·entropy); logits is overwritten by its gradient, 0 in masked rows and
   * unused columns.
   */
  'ppo-head': {
    bindings: [
      ['logits', 'f32', 'rw', ['M', 'N']],
      ['targets', 'u32', 'r', ['M']],
      ['mask', 'f32', 'r', ['M']], // 0 or 1
      ['old', 'f32', 'r', ['M', 2]],
      ['knobs', 'f32', 'r', [knobCount]],
      ['tokenStats', 'f32', 'w', ['M', 6]], // see tokenStat
    ],
    dims: ['M', 'V', 'N'],
  },
  /**
   * PPO's loss of the critic: losses[m] = ½ max((V−R)², (clip(V)−R)²), V = column 0 of `values`, clip to within valueClipRange of
   * oldValue; old[m] = (return R, oldValue). values → gradient of inverseCount·Σ, 0 where the clipped branch is the larger loss.
   */
  'value-head': {
    bindings: [
      ['values', 'f32', 'rw', ['M', 'N']],
      ['old', 'f32', 'r', ['M', 2]],
      ['knobs', 'f32', 'r', [knobCount]],
      ['losses', 'f32', 'w', ['M']],
    ],
    dims: ['M', 'N'],
  },
  /** SFT: losses[m] = −log softmax(logits[:V])[targets[m]] (τ = 1), 0 where masked; logits → gradient of inverseCount·Σ. */
  'cross-entropy': {
    bindings: [
      ['logits', 'f32', 'rw', ['M', 'N']],
      ['targets', 'u32', 'r', ['M']],
      ['mask', 'f32', 'r', ['M']],
      ['knobs', 'f32', 'r', [knobCount]],
      ['losses', 'f32', 'w', ['M']],
    ],
    dims: ['M', 'V', 'N'],
  },
  /**
   * Reward model: losses[p] = −log σ(s_chosen − s_rejected), s = column 0 of `scores` at the position a pair names;
   * scores → gradient of inverseCount·Σ over the first P pairs, 0 elsewhere. A pair whose two positions are equal is
   * padding: no loss, no gradient. Every real position occurs once.
   */
  'bradley-terry': {
    bindings: [
      ['scores', 'f32', 'rw', ['M', 'N']],
      ['pairs', 'u32', 'r', ['P', 2]], // positions of chosen and rejected
      ['knobs', 'f32', 'r', [knobCount]],
      ['losses', 'f32', 'w', ['P']],
    ],
    dims: ['M', 'N', 'P'],
  },
  /** sums[n] = Σₘ x[m, n], N ≤ 64; in a fixed order. */
  'column-sum': {
    bindings: [
      ['x', 'f32', 'r', ['M', 'N']],
      ['sums', 'f32', 'w', ['N']],
    ],
    dims: ['M', 'N'],
  },
  /** partials[g] = Σ x[i]² over every G-th i from g on. */
  'square-partials': {
    bindings: [
      ['x', 'f32', 'r', ['L']],
      ['partials', 'f32', 'w', ['G']],
    ],
    dims: ['L', 'G'],
  },
  /**
   * AdamW over a whole arena. norm[0] = Σ grad²; g = grad · min(1, maxGradNorm / √norm[0]); m, v moments;
   * θ ← θ − lr·(m·correction1 / (√(v·correction2) + ε) + weightDecay·θ).
   */
  adamw: {
    bindings: [
      ['parameters', 'f32', 'rw', ['L']],
      ['gradients', 'f32', 'r', ['L']],
      ['firstMoment', 'f32', 'rw', ['L']],
      ['secondMoment', 'f32', 'rw', ['L']],
      ['norm', 'f32', 'r', [1]],
      ['knobs', 'f32', 'r', [knobCount]],
    ],
    dims: ['L'],
  },
} as const satisfies Record<string, Signature>;

export type KernelName = keyof typeof catalogue;
export type BindingName<K extends KernelName> = (typeof catalogue)[K]['bindings'][number][0];
export type DimName<K extends KernelName> = (typeof catalogue)[K]['dims'][number];
/** What stands for many ops, on a GPU alone. */
export const fusedKernels: readonly KernelName[] = ['decode'];
