// Adds up what many ops left in stretches: a workgroup per 64 elements of an output, a thread per element; stretches ascend.
@group(0) @binding(0) var<storage, read> scratch: array<f32>;
@group(0) @binding(1) var<storage, read> blocks: array<u32>; // (BLOCKS, 5): start, step, stretches, to, count
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;

@compute @workgroup_size(GROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * STRIDE + id.x;
  let block = 5u * (i / GROUP);
  let lane = i % GROUP;
  if (i >= BLOCKS * GROUP || lane >= blocks[block + 4u]) {
    return;
  }
  let start = blocks[block] + lane;
  let step = blocks[block + 1u];
  var sum = 0.0;
  for (var s = 0u; s < blocks[block + 2u]; s++) {
    sum += scratch[start + s * step];
  }
  sums[blocks[block + 3u] + lane] = sum;
}
