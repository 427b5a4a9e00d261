// PPO's loss of a row and its gradient, written over the logits; a thread per row. Schulman et al. 2017, eq. 7.
@group(0) @binding(0) var<storage, read_write> logits: array<Cell>; // (M, N)
@group(0) @binding(1) var<storage, read> targets: array<u32>; // (M)
@group(0) @binding(2) var<storage, read> mask: array<f32>; // (M)
@group(0) @binding(3) var<storage, read> old: array<f32>; // (M, 2): logprob, advantage
@group(0) @binding(4) var<storage, read> knobs: array<f32>;
@group(0) @binding(5) var<storage, read_write> tokenStats: array<f32>; // (M, 6), in the order of tokenStat

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let m = id.y * STRIDE + id.x;
  if (m >= M) {
    return;
  }
  let start = m * N;
  if (mask[m] == 0.0) {
    for (var v = 0u; v < N; v += 4u) {
      store_logits(start + v, N - v, vec4f());
    }
    for (var i = 0u; i < 6u; i++) {
      tokenStats[6u * m + i] = 0.0;
    }
    return;
  }

  let oldLogprob = old[2u * m];
  let advantage = old[2u * m + 1u];
  let sharpness = 1.0 / knobs[TEMPERATURE];
  let row = softmax_row(start, sharpness);
  let action = targets[m];
  let logprob = log_softmax(row, start, action & ~3u, sharpness)[action & 3u];

  let logRatio = clamp(logprob - oldLogprob, -20.0, 20.0);
  let ratio = exp(logRatio);
  let freeLoss = -advantage * ratio;
  let clippedLoss = -advantage * clamp(ratio, 1.0 - knobs[CLIP_RANGE], 1.0 + knobs[CLIP_RANGE]);
  let isClipped = clippedLoss > freeLoss;

  // d policyLoss / d logprob is −Aρ, or 0 where the clipped branch, a constant, is the larger one.
  let slope = select(-advantage * ratio, 0.0, isClipped);
  let scale = knobs[INVERSE_COUNT] * sharpness;
  for (var v = 0u; v < N; v += 4u) {
    let columns = v + vec4u(0u, 1u, 2u, 3u);
    let logprobs = log_softmax(row, start, v, sharpness);
    let p = exp(clamp(logprobs, vec4f(-80.0), vec4f(0.0)));
    let hit = select(vec4f(), vec4f(1.0), columns == vec4u(action));
    let policyPart = slope * (hit - p);
    let entropyPart = knobs[ENTROPY_COEF] * p * (logprobs + row.entropy);
    store_logits(start + v, N - v, select(vec4f(), scale * (policyPart + entropyPart), columns < vec4u(V)));
  }

  tokenStats[6u * m] = logprob;
  tokenStats[6u * m + 1u] = ratio;
  tokenStats[6u * m + 2u] = max(freeLoss, clippedLoss);
  tokenStats[6u * m + 3u] = ratio - 1.0 - logRatio;
  tokenStats[6u * m + 4u] = select(0.0, 1.0, isClipped);
  tokenStats[6u * m + 5u] = row.entropy;
}
