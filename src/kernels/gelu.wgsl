// GELU in its tanh form: ½x(1 + tanh u) = x·σ(2u), u = √(2/π)·(x + 0.044715x³).

const SQRT_8_OVER_PI = 1.5957691216057308;

/// σ(2u). Past ±12 it is 0 or 1 in f32, and u³ must not overflow.
fn gelu_gate(x: vec4f) -> vec4f {
  let near = clamp(x, vec4f(-12.0), vec4f(12.0));
  return 1.0 / (1.0 + exp(clamp(-SQRT_8_OVER_PI * near * (1.0 + 0.044715 * near * near), vec4f(-80.0), vec4f(80.0))));
}

fn gelu(x: vec4f) -> vec4f {
  return x * gelu_gate(x);
}

fn gelu_slope(x: vec4f) -> vec4f {
  let gate = gelu_gate(x);
  let near = clamp(x, vec4f(-12.0), vec4f(12.0));
  return gate + near * gate * (1.0 - gate) * SQRT_8_OVER_PI * (1.0 + 3.0 * 0.044715 * near * near);
}
