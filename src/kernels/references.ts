import { adamw } from './adamw.ref.ts';
import { attention, attentionBackward, attentionDecode } from './attention.ref.ts';
import { bradleyTerry } from './bradley-terry.ref.ts';
import type { KernelName } from './catalogue.ts';
import { crossEntropy } from './cross-entropy.ref.ts';
import { decode } from './decode.ref.ts';
import { embedding, embeddingBackward, gather } from './embedding.ref.ts';
import { layerNorm, layerNormBackward } from './layer-norm.ref.ts';
import { logProb } from './log-prob.ref.ts';
import { matmul, matmulBackward, matmulBackwardGelu, matmulGelu, matmulResidual } from './matmul.ref.ts';
import { ppoHead } from './ppo-head.ref.ts';
import { valueHead } from './value-head.ref.ts';
import { columnSum, squarePartials } from './reduce.ref.ts';
import type { Reference } from './reference.ts';
import { sample } from './sample.ref.ts';

/** What every kernel of the catalogue means. */
export const references: { readonly [K in KernelName]: Reference<K> } = {
  embedding,
  'embedding-backward': embeddingBackward,
  gather,
  'layer-norm': layerNorm,
  'layer-norm-backward': layerNormBackward,
  matmul,
  'matmul-gelu': matmulGelu,
  'matmul-residual': matmulResidual,
  'matmul-backward': matmulBackward,
  'matmul-backward-gelu': matmulBackwardGelu,
  attention,
  'attention-backward': attentionBackward,
  'attention-decode': attentionDecode,
  sample,
  decode,
  'log-prob': logProb,
  'ppo-head': ppoHead,
  'value-head': valueHead,
  'cross-entropy': crossEntropy,
  'bradley-terry': bradleyTerry,
  'column-sum': columnSum,
  'square-partials': squarePartials,
  adamw,
};
