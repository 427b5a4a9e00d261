// Shared by the heads: the softmax of the first V columns of a row of `logits` at a temperature.

struct SoftmaxRow {
  /// The largest logit.
  top: f32,
  /// log Σ exp((logit − top)/τ)
  logSum: f32,
  /// −Σ p·log p in nats
  entropy: f32,
}

fn softmax_row(start: u32, inverseTemperature: f32) -> SoftmaxRow {
  var tops = vec4f(-1e30);
  for (var v = 0u; v < V; v += 4u) {
    tops = max(tops, select(vec4f(-1e30), load_logits(start + v, N - v), within(V - v)));
  }
  let top = max(max(tops.x, tops.y), max(tops.z, tops.w));
  var sums = vec4f();
  var products = vec4f();
  for (var v = 0u; v < V; v += 4u) {
    let z = max((load_logits(start + v, N - v) - top) * inverseTemperature, vec4f(-80.0));
    let e = select(vec4f(), exp(min(z, vec4f(0.0))), within(V - v));
    sums += e;
    products += e * z;
  }
  let sum = dot(sums, vec4f(1.0));
  let logSum = log(sum);
  return SoftmaxRow(top, logSum, logSum - dot(products, vec4f(1.0)) / sum);
}

/// log p of the four columns from v.
fn log_softmax(row: SoftmaxRow, start: u32, v: u32, inverseTemperature: f32) -> vec4f {
  return (load_logits(start + v, N - v) - row.top) * inverseTemperature - row.logSum;
}
