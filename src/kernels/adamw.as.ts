import { fma, store4 } from './vector.as.ts';

export function adamw(
  parameters: usize,
  gradients: usize,
  firstMoment: usize,
  secondMoment: usize,
  norm: usize,
  knobs: usize,
  L: i32,
): void {
  const length = sqrt<f32>(load<f32>(norm));
  const maxGradNorm = load<f32>(knobs, 40);
  const scale = f32x4.splat(length > maxGradNorm ? maxGradNorm / length : 1);
  const beta1 = load<f32>(knobs, 24);
  const beta2 = load<f32>(knobs, 28);
  const keep1 = f32x4.splat(beta1);
  const keep2 = f32x4.splat(beta2);
  const take1 = f32x4.splat(1 - beta1);
  const take2 = f32x4.splat(1 - beta2);
  const learningRate = f32x4.splat(load<f32>(knobs, 20));
  const epsilon = f32x4.splat(load<f32>(knobs, 32));
  const decay = f32x4.splat(load<f32>(knobs, 36));
  const correction1 = f32x4.splat(load<f32>(knobs, 44));
  const correction2 = f32x4.splat(load<f32>(knobs, 48));
  for (let i = 0; i < L; i += 4) {
    const at = i << 2;
    const gradient = f32x4.mul(v128.load(gradients + at), scale);
    const parameter = v128.load(parameters + at);
    const m = fma(f32x4.mul(take1, gradient), keep1, v128.load(firstMoment + at));
    const v = fma(f32x4.mul(take2, f32x4.mul(gradient, gradient)), keep2, v128.load(secondMoment + at));
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(v, correction2)), epsilon);
    const step = fma(f32x4.div(f32x4.mul(m, correction1), root), decay, parameter);
    store4(firstMoment + at, m, L - i);
    store4(secondMoment + at, v, L - i);
    store4(parameters + at, f32x4.sub(parameter, f32x4.mul(learningRate, step)), L - i);
  }
}
