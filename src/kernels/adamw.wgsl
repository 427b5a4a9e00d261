// AdamW over an arena, after scaling the whole gradient down to maxGradNorm.
@group(0) @binding(0) var<storage, read_write> parameters: array<f32>; // (L)
@group(0) @binding(1) var<storage, read> gradients: array<f32>; // (L)
@group(0) @binding(2) var<storage, read_write> firstMoment: array<f32>; // (L)
@group(0) @binding(3) var<storage, read_write> secondMoment: array<f32>; // (L)
@group(0) @binding(4) var<storage, read> norm: array<f32>; // (1): Σ gradient²
@group(0) @binding(5) var<storage, read> knobs: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * STRIDE + id.x;
  if (i >= L) {
    return;
  }
  let gradNorm = sqrt(norm[0]);
  let limit = knobs[MAX_GRAD_NORM];
  // Where the norm is the smaller one, dividing by the limit keeps a norm of 0 out of the quotient.
  let gradient = gradients[i] * (limit / max(gradNorm, limit));
  let m = knobs[BETA1] * firstMoment[i] + (1.0 - knobs[BETA1]) * gradient;
  let v = knobs[BETA2] * secondMoment[i] + (1.0 - knobs[BETA2]) * gradient * gradient;
  firstMoment[i] = m;
  secondMoment[i] = v;
  let step = m * knobs[CORRECTION1] / (sqrt(v * knobs[CORRECTION2]) + knobs[EPSILON]);
  let theta = parameters[i];
  parameters[i] = theta - knobs[LEARNING_RATE] * (step + knobs[WEIGHT_DECAY] * theta);
}
