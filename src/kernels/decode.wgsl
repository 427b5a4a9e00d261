// One token of a row through the whole network: a workgroup per row, whose threads share what lies between two products. What
// `attention-decode`, `sample` and the others do in 8 dispatches a block, for where a dispatch costs more than its arithmetic.
@group(0) @binding(0) var<storage, read_write> ids: array<u32>; // (2, B): what goes in, what comes out
@group(0) @binding(1) var<storage, read> positions: array<u32>; // (B)
@group(0) @binding(2) var<storage, read> rows: array<u32>; // (B)
@group(0) @binding(3) var<storage, read> parameters: array<f32>; // (P)
@group(0) @binding(4) var<storage, read_write> cache: array<f32>; // (layers, ROWS, T, 3, C)
@group(0) @binding(5) var<storage, read> rng: array<u32>; // (4)
@group(0) @binding(6) var<storage, read> knobs: array<f32>;

const D = C / H;
const SCALE = 1.0 / sqrt(f32(D));

// Where tensors begin in the arena: each at a multiple of 64.
const ROW = (C + 63u) / 64u * 64u;
const POSITION_TABLE = (V * C + 63u) / 64u * 64u;
const BLOCKS = POSITION_TABLE + (T * C + 63u) / 64u * 64u;
// Within a block; a bias follows its weights.
const ATTENTION = 2u * ROW;
const ATTENTION_BIAS = ATTENTION + (3u * C * C + 63u) / 64u * 64u;
const PROJECTION = ATTENTION_BIAS + (3u * C + 63u) / 64u * 64u;
const PROJECTION_BIAS = PROJECTION + (C * C + 63u) / 64u * 64u;
const NORM2 = PROJECTION_BIAS + ROW;
const UP = NORM2 + 2u * ROW;
const UP_BIAS = UP + (4u * C * C + 63u) / 64u * 64u;
const DOWN = UP_BIAS + (4u * C + 63u) / 64u * 64u;
const DOWN_BIAS = DOWN + (4u * C * C + 63u) / 64u * 64u;
const BLOCK = DOWN_BIAS + ROW;
const NORM = BLOCKS + layers * BLOCK;
const HEAD = NORM + 2u * ROW;
const HEAD_BIAS = HEAD + (C * N + 63u) / 64u * 64u;

// Where what the threads share begins in `space`.
const STREAM = 0u;
const NORMED = C;
const QKV = 2u * C;
const ATTENDED = 5u * C;
const HIDDEN = 6u * C;
const SCORES = 10u * C;
var<workgroup> space: array<f32, SCORES + H * T>;
var<workgroup> scores: array<f32, GROUP>;
var<workgroup> choices: array<u32, GROUP>;

/// Four of `space` from `at`.
fn shared4(at: u32) -> vec4f {
  return vec4f(space[at], space[at + 1u], space[at + 2u], space[at + 3u]);
}

/// Four of `parameters` from `at`, `step` apart. Compilers do not unroll a loop of WGSL, which must not be endless, and so wait for each
/// load in it: four are asked for at once.
fn weights4(at: u32, step: u32) -> vec4f {
  return vec4f(parameters[at], parameters[at + step], parameters[at + 2u * step], parameters[at + 3u * step]);
}

/// Column n of x·w + bias, x of `inner` elements in `space`.
fn column(x: u32, w: u32, bias: u32, inner: u32, columns: u32, n: u32) -> f32 {
  var sum = parameters[bias + n];
  var k = 0u;
  for (; k + 8u <= inner; k += 8u) {
    let first = weights4(w + k * columns + n, columns);
    let second = weights4(w + (k + 4u) * columns + n, columns);
    sum += dot(shared4(x + k), first) + dot(shared4(x + k + 4u), second);
  }
  for (; k < inner; k++) {
    sum += space[x + k] * parameters[w + k * columns + n];
  }
  return sum;
}

/// Columns n … n + 3 of the head, of which there are N.
fn head4(n: u32) -> vec4f {
  let last = N - 1u - n;
  let places = n + min(vec4u(0u, 1u, 2u, 3u), vec4u(last));
  var sum = vec4f(
    parameters[HEAD_BIAS + places.x],
    parameters[HEAD_BIAS + places.y],
    parameters[HEAD_BIAS + places.z],
    parameters[HEAD_BIAS + places.w],
  );
  for (var k = 0u; k < C; k++) {
    let row = HEAD + k * N + places;
    sum += space[NORMED + k] * vec4f(parameters[row.x], parameters[row.y], parameters[row.z], parameters[row.w]);
  }
  return sum;
}

/// Channel c of the norm of the stream. Every thread works out mean and variance: C is small.
fn norm(at: u32, c: u32) -> f32 {
  var sum = 0.0;
  var i = 0u;
  for (; i + 4u <= C; i += 4u) {
    sum += dot(shared4(STREAM + i), vec4f(1.0));
  }
  for (; i < C; i++) {
    sum += space[STREAM + i];
  }
  let mean = sum / f32(C);
  var squares = 0.0;
  i = 0u;
  for (; i + 4u <= C; i += 4u) {
    let centred = shared4(STREAM + i) - mean;
    squares += dot(centred, centred);
  }
  for (; i < C; i++) {
    let centred = space[STREAM + i] - mean;
    squares += centred * centred;
  }
  let rstd = inverseSqrt(squares / f32(C) + 1e-5);
  return (space[STREAM + c] - mean) * rstd * parameters[at + c] + parameters[at + ROW + c];
}

/// Channel c of attention over the keys 0 … t, whose scores are there.
fn attended(c: u32, t: u32, valueAt: u32) -> f32 {
  let scoresAt = SCORES + c / D * T;
  var top = space[scoresAt];
  for (var s = 1u; s <= t; s++) {
    top = max(top, space[scoresAt + s]);
  }
  var total = 0.0;
  var sum = 0.0;
  var s = 0u;
  for (; s + 4u <= t + 1u; s += 4u) {
    let at = valueAt + s * 3u * C + c;
    let values = vec4f(cache[at], cache[at + 3u * C], cache[at + 6u * C], cache[at + 9u * C]);
    let p = exp(max(shared4(scoresAt + s) - top, vec4f(-80.0)));
    total += dot(p, vec4f(1.0));
    sum += dot(p, values);
  }
  for (; s <= t; s++) {
    let p = exp(max(space[scoresAt + s] - top, -80.0));
    total += p;
    sum += p * cache[valueAt + s * 3u * C + c];
  }
  return sum / total;
}

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let b = (id.y * STRIDE + id.x) / GROUP;
  let lane = id.x % GROUP;
  // A row that has ended, or is none, has nothing to do but to meet the barriers.
  let isRow = b < B;
  let now = ids[min(b, ROWS - 1u)];
  let work = select(0u, 1u, isRow && now != end);
  let t = positions[min(b, ROWS - 1u)];
  let row = rows[min(b, ROWS - 1u)];

  for (var c = lane; c < work * C; c += GROUP) {
    space[STREAM + c] = parameters[now * C + c] + parameters[POSITION_TABLE + t * C + c];
  }
  for (var layer = 0u; layer < layers; layer++) {
    let at = BLOCKS + layer * BLOCK;
    let keysAt = (layer * ROWS + row) * T * 3u * C + C;
    workgroupBarrier();
    for (var c = lane; c < work * C; c += GROUP) {
      space[NORMED + c] = norm(at, c);
    }
    workgroupBarrier();
    for (var n = lane; n < work * 3u * C; n += GROUP) {
      let value = column(NORMED, at + ATTENTION, at + ATTENTION_BIAS, C, 3u * C, n);
      space[QKV + n] = value;
      if (n >= C) {
        cache[keysAt + t * 3u * C + n - C] = value;
      }
    }
    storageBarrier();
    workgroupBarrier();
    for (var i = lane; i < work * H * (t + 1u); i += GROUP) {
      let h = i / (t + 1u);
      let s = i % (t + 1u);
      var score = 0.0;
      for (var j = h * D; j < (h + 1u) * D; j++) {
        score += space[QKV + j] * cache[keysAt + s * 3u * C + j];
      }
      space[SCORES + h * T + s] = score * SCALE;
    }
    workgroupBarrier();
    for (var c = lane; c < work * C; c += GROUP) {
      space[ATTENDED + c] = attended(c, t, keysAt + C);
    }
    workgroupBarrier();
    for (var c = lane; c < work * C; c += GROUP) {
      space[STREAM + c] += column(ATTENDED, at + PROJECTION, at + PROJECTION_BIAS, C, C, c);
    }
    workgroupBarrier();
    for (var c = lane; c < work * C; c += GROUP) {
      space[NORMED + c] = norm(at + NORM2, c);
    }
    workgroupBarrier();
    for (var n = lane; n < work * 4u * C; n += GROUP) {
      space[HIDDEN + n] = gelu(vec4f(column(NORMED, at + UP, at + UP_BIAS, C, 4u * C, n))).x;
    }
    workgroupBarrier();
    for (var c = lane; c < work * C; c += GROUP) {
      space[STREAM + c] += column(HIDDEN, at + DOWN, at + DOWN_BIAS, 4u * C, C, c);
    }
  }
  workgroupBarrier();
  for (var c = lane; c < work * C; c += GROUP) {
    space[NORMED + c] = norm(NORM, c);
  }
  workgroupBarrier();

  let key = vec2u(rng[0], rng[1]);
  let temperature = knobs[TEMPERATURE];
  var best = -1e30;
  var choice = end;
  for (var v = 4u * lane; v < work * V; v += 4u * GROUP) {
    let noise = gumbel(philox(vec4u(v / 4u, t, rng[2] + row, rng[3]), key));
    let logits = head4(v) / temperature + noise;
    for (var j = 0u; j < 4u; j++) {
      if (v + j < V) {
        let score = logits[j];
        if (score > best) {
          best = score;
          choice = v + j;
        }
      }
    }
  }
  scores[lane] = best;
  choices[lane] = choice;
  workgroupBarrier();
  if (lane == 0u && isRow) {
    for (var i = 1u; i < GROUP; i++) {
      // The lowest of equal ones, as in `sample`.
      if (scores[i] > best || (scores[i] == best && choices[i] < choice)) {
        best = scores[i];
        choice = choices[i];
      }
    }
    ids[ROWS + b] = choice;
  }
}
