/** The work in TensorFlow.js: its ops, its autograd, its Adam, on whatever backend is set. */
import * as tf from '@tensorflow/tfjs';
import { layoutOf } from '../../src/model/network.ts';
import { stockForward, stockSftLoss, variables } from '../../src/model/stock-network.ts';
import { ADAM, type Contestant, type Work } from './work.ts';

export function tfjs({ config, tensors, tokens, targets, learningRate }: Work): Contestant {
  const shapes = new Map(layoutOf(config).places.map(({ name, shape }) => [name, shape]));
  const v = variables(tensors, (name) => shapes.get(name)!);
  const mask = new Float32Array(tokens.length).fill(1);
  const adam = tf.train.adam(learningRate, ADAM.beta1, ADAM.beta2, ADAM.epsilon);
  const step = () => {
    const { value, grads } = tf.variableGrads(
      () => stockSftLoss(stockForward(config, v, tokens), config.vocabulary, targets, mask),
      [...v.values()],
    );
    // `addN` of more than seven tensors is wrong on WebGPU; a stack is not.
    const squares = tf.stack(Object.values(grads).map((gradient) => gradient.square().sum()));
    const scale = tf.scalar(ADAM.maxGradNorm).div(squares.sum().sqrt().maximum(ADAM.maxGradNorm));
    const scaled = Object.entries(grads).map(([name, gradient]) => ({ name, tensor: gradient.mul(scale) }));
    adam.applyGradients(scaled);
    return value;
  };
  return {
    async step() {
      const loss = tf.tidy(step);
      const [value] = await loss.data();
      loss.dispose();
      return value;
    },
  };
}
