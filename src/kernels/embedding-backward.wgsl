// scratch[s, r] = Σ of dx[m] over the m of the s-th of S stretches whose token (r < V) or position (r − V < T) is the row's: both
// tables' gradients. A thread per 16 channels of a table row scans a stretch's ids in order: no float atomics, so that the same
// gradient comes out every time.
@group(0) @binding(0) var<storage, read> tokens: array<u32>; // (M)
@group(0) @binding(1) var<storage, read> positions: array<u32>; // (M)
@group(0) @binding(2) var<storage, read> dx: array<Cell>; // (M, C)
@group(0) @binding(3) var<storage, read_write> scratch: array<Cell>; // (S, V + T, C)

const PARTS = (C + 15u) / 16u;
const R = V + T;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * STRIDE + id.x;
  if (i >= S * R * PARTS) {
    return;
  }
  let length = (M + S - 1u) / S;
  let first = i / (R * PARTS) * length;
  let last = min(first + length, M);
  let r = i / PARTS % R;
  let start = i % PARTS * 16u;
  var sum: array<vec4f, 4>;
  var m = first;
  loop {
    // A tight search and then the sum, not an `if` around it: the software adapter runs what is in an `if` even where no
    // thread enters it, and took four times as long.
    while (m < last && select(tokens[m], V + positions[m], r >= V) != r) {
      m++;
    }
    if (m >= last) {
      break;
    }
    for (var j = 0u; j < 4u; j++) {
      let c = start + 4u * j;
      if (c < C) {
        sum[j] += load_dx(m * C + c, C - c);
      }
    }
    m++;
  }
  for (var j = 0u; j < 4u; j++) {
    let c = start + 4u * j;
    if (c < C) {
      store_scratch(i / PARTS * C + c, C - c, sum[j]);
    }
  }
}
