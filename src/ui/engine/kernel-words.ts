import type { KernelName } from '../../kernels/catalogue.ts';

/**
 * What a kernel computes, in a sentence; and the files of its reference and, where the CPU has it, its AssemblyScript: `home`.ref.ts and
 * `home`.as.ts.
 */
export const kernelWords: Readonly<Record<KernelName, { says: string; home: string }>> = {
  embedding: {
    says: 'Adds two rows for every position: that of its token, and that of its place in the sequence.',
    home: 'embedding',
  },
  'embedding-backward': {
    says: 'The gradients of both tables: each row sums what comes back from the positions that used it, always in one order.',
    home: 'embedding',
  },
  'layer-norm': {
    says: 'Takes its mean from every row, divides by its deviation, then scales and shifts each channel.',
    home: 'layer-norm',
  },
  'layer-norm-backward': {
    says: 'Takes a gradient back through the norm into the residual stream, and sums the gradients of its scale and shift.',
    home: 'layer-norm',
  },
  matmul: { says: 'A matrix product and a bias: y = x·w + bias.', home: 'matmul' },
  'matmul-gelu': {
    says: 'A matrix product and a bias, then GELU in its tanh form; keeps what went into it for the way back.',
    home: 'matmul',
  },
  'matmul-residual': {
    says: 'A matrix product and a bias, added to the residual stream.',
    home: 'matmul',
  },
  'matmul-backward': {
    says: 'The gradients of a product’s input, weights and bias: dx = dy·wᵀ, dw = xᵀ·dy, and dy summed over all rows.',
    home: 'matmul',
  },
  'matmul-backward-gelu': {
    says: 'The same of a product whose input came out of GELU, and on through it: dx = (dy·wᵀ) ⊙ gelu′.',
    home: 'matmul',
  },
  gather: {
    says: 'Copies the rows that are named, with zeros where none is: the positions that are read, or prompts into caches.',
    home: 'embedding',
  },
  attention: {
    says: 'Every position looks at those before it in its own sequence, in several heads; only the log of their sum is kept.',
    home: 'attention',
  },
  'attention-backward': {
    says: 'The gradients of queries, keys and values: of a query over what it looked at, of a key and its value over all that looked at them.',
    home: 'attention',
  },
  'attention-decode': {
    says: 'Attention of one new token a row: its key and value go into the cache, and it looks at all before it.',
    home: 'attention',
  },
  sample: {
    says: 'Draws the next token of every row: the largest logit after Gumbel noise, which is counted out (Philox), so that neither order nor batch matters.',
    home: 'sample',
  },
  decode: {
    says: 'One token of every row by the whole network in one dispatch, drawn at its end: for GPUs, where a dispatch costs more than its arithmetic.',
    home: 'decode',
  },
  'log-prob': {
    says: 'For every prediction: the log-probability of the token that was written, and the entropy.',
    home: 'log-prob',
  },
  'ppo-head': {
    says: 'PPO’s clipped loss of the policy, and the entropy, in one pass over a row, whose logits become their own gradient.',
    home: 'ppo-head',
  },
  'value-head': {
    says: 'PPO’s clipped loss of the critic: how far the value is from the return; values become their own gradient.',
    home: 'value-head',
  },
  'cross-entropy': {
    says: 'Supervised training, before any run: minus the log-probability of the right token; logits become their own gradient.',
    home: 'cross-entropy',
  },
  'bradley-terry': {
    says: 'Training of a reward model, before any run: minus log σ of how far the better program’s score is ahead, and the gradient.',
    home: 'bradley-terry',
  },
  'column-sum': { says: 'Sums the columns of a matrix, always in one order.', home: 'reduce' },
  'square-partials': {
    says: 'Sums of squares, spread over many threads: the first half of the gradient’s norm.',
    home: 'reduce',
  },
  adamw: {
    says: 'One step of AdamW over all parameters at once, the gradient shortened where its norm is too long.',
    home: 'adamw',
  },
};
