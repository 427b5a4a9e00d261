/**
 * Every kernel of the catalogue, one function each: an address per binding in the catalogue's order, then its dimensions. All
 * scalars but the sums in reduce.as.ts are f32; loads may run over the end of an array, stores never do.
 */
export { adamw } from './adamw.as.ts';
export { attention, attentionDecode } from './attention.as.ts';
export { attentionBackward } from './attention-backward.as.ts';
export { bradleyTerry } from './bradley-terry.as.ts';
export { crossEntropy } from './cross-entropy.as.ts';
export { embedding, embeddingBackward, gather } from './embedding.as.ts';
export { layerNorm, layerNormBackward } from './layer-norm.as.ts';
export { logProb } from './log-prob.as.ts';
export { matmul, matmulBackward, matmulBackwardGelu, matmulGelu, matmulResidual } from './matmul.as.ts';
export { allocate } from './memory.as.ts';
export { ppoHead } from './ppo-head.as.ts';
export { valueHead } from './value-head.as.ts';
export { columnSum, squarePartials } from './reduce.as.ts';
export { sample } from './sample.as.ts';
