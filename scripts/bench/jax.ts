/** The work in jax-js: one compiled function of its ops, its gradient and Adam, on its default device. */
import { jit, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { layoutOf } from '../../src/model/network.ts';
import { ADAM, type Contestant, type Work } from './work.ts';

type Arrays = Record<string, np.Array>;

const f32 = (values: Float32Array, shape: readonly number[]) =>
  np.array(Float32Array.from(values)).reshape([...shape]);

function oneHots(ids: Uint32Array, classes: number): np.Array {
  return nn.oneHot(np.array(Int32Array.from(ids)), classes);
}

/** Mean loss of one-hot inputs and targets (B·T, V). Arrays are owned: what is used once more is asked for by `ref`. */
type Loss = (p: Arrays, inputs: np.Array, wanted: np.Array, later: np.Array) => np.Array;

function lossOf({ config, B }: Work): Loss {
  const { layers, channels: C, heads: H, contextLength: T, vocabulary: V } = config;
  return (p, inputs, wanted, later) => {
    const linear = (x: np.Array, name: string) =>
      np.matmul(x, p[`${name}.weight`].ref).add(p[`${name}.bias`].ref);
    const norm = (x: np.Array, name: string) =>
      nn.standardize(x, -1).mul(p[`${name}.weight`].ref).add(p[`${name}.bias`].ref);
    let x = np.matmul(inputs, p['embedding.token'].ref).reshape([B, T, C]).add(p['embedding.position'].ref);
    for (let i = 0; i < layers; i++) {
      const qkv = linear(norm(x.ref, `block.${i}.norm1`), `block.${i}.attention`);
      const [q, k, value] = np
        .split(qkv, 3, -1)
        .map((part) => part.reshape([B, T, H, C / H]).transpose([0, 2, 1, 3]));
      // By hand: its own attention asks for more of JavaScript than Node 20 has.
      const scores = np.matmul(q, np.matrixTranspose(k)).mul(1 / Math.sqrt(C / H));
      const attended = np.matmul(nn.softmax(scores.add(later.ref), -1), value);
      const joined = attended.transpose([0, 2, 1, 3]).reshape([B, T, C]);
      x = x.add(linear(joined, `block.${i}.projection`));
      const hidden = nn.gelu(linear(norm(x.ref, `block.${i}.norm2`), `block.${i}.up`));
      x = x.add(linear(hidden, `block.${i}.down`));
    }
    const logits = linear(norm(x, 'norm'), 'head').reshape([B * T, -1]);
    const [real, unused] = np.split(logits, [V], -1);
    unused.dispose();
    tree.dispose(p);
    later.dispose();
    return nn
      .logSoftmax(real, -1)
      .mul(wanted)
      .sum()
      .mul(-1 / (B * T));
  };
}

export function jax(work: Work): Contestant {
  const { config, tensors, tokens, targets, learningRate } = work;
  const { contextLength: T, vocabulary: V } = config;
  const shapes = layoutOf(config).places;
  const fresh = () => Object.fromEntries(shapes.map((p) => [p.name, f32(tensors.get(p.name)!, p.shape)]));
  const zeros = () => Object.fromEntries(shapes.map((p) => [p.name, np.zeros([...p.shape])]));
  const loss = lossOf(work);

  const step = jit(
    (
      p: Arrays,
      m: Arrays,
      v: Arrays,
      corrections: np.Array,
      inputs: np.Array,
      wanted: np.Array,
      later: np.Array,
    ) => {
      const [value, gradient] = valueAndGrad(loss)(tree.ref(p), inputs, wanted, later) as unknown as [
        np.Array,
        Arrays,
      ];
      const squared = tree
        .leaves<np.Array>(tree.ref(gradient))
        .map((g) => np.square(g).sum())
        .reduce((a, b) => a.add(b));
      const scale = np.minimum(1, np.reciprocal(np.sqrt(squared)).mul(ADAM.maxGradNorm));
      const [c1, c2] = np.split(corrections, 2);
      const next: [Arrays, Arrays, Arrays] = [{}, {}, {}];
      for (const name of Object.keys(p)) {
        const g = gradient[name].mul(scale.ref);
        const m1 = m[name].mul(ADAM.beta1).add(g.ref.mul(1 - ADAM.beta1));
        const v1 = v[name].mul(ADAM.beta2).add(np.square(g).mul(1 - ADAM.beta2));
        const divisor = np.sqrt(v1.ref.mul(c2.ref)).add(ADAM.epsilon);
        next[0][name] = p[name].sub(m1.ref.mul(c1.ref).div(divisor).mul(learningRate));
        next[1][name] = m1;
        next[2][name] = v1;
      }
      for (const used of [scale, c1, c2]) used.dispose();
      return { value: lax.stopGradient(value), p: next[0], m: next[1], v: next[2] };
    },
  );

  const [inputs, wanted] = [oneHots(tokens, V), oneHots(targets, V)];
  /** 0 at and before a position, −1e30 after. */
  const later = np.triu(np.full([T, T], -1e30), 1);
  let [p, m, v]: Arrays[] = [fresh(), zeros(), zeros()];
  let steps = 0;
  return {
    async step() {
      steps++;
      const corrections = np.array([1 / (1 - ADAM.beta1 ** steps), 1 / (1 - ADAM.beta2 ** steps)]);
      const next = step(p, m, v, corrections, inputs.ref, wanted.ref, later.ref);
      [p, m, v] = [next.p, next.m, next.v];
      const [value] = (await next.value.data()) as Float32Array;
      return value;
    },
  };
}
