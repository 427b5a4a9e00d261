// Philox4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011.

/// The high 32 bits of a·b, through 16-bit halves: WGSL has no 64-bit product.
fn multiply_high(a: u32, b: u32) -> u32 {
  let aLow = a & 0xffffu;
  let aHigh = a >> 16u;
  let bLow = b & 0xffffu;
  let bHigh = b >> 16u;
  let middle = aHigh * bLow + ((aLow * bLow) >> 16u);
  let carry = aLow * bHigh + (middle & 0xffffu);
  return aHigh * bHigh + (middle >> 16u) + (carry >> 16u);
}

/// Four random words for a counter.
fn philox(start: vec4u, startKey: vec2u) -> vec4u {
  var c = start;
  var key = startKey;
  for (var round = 0u; round < 10u; round++) {
    c = vec4u(
      multiply_high(0xcd9e8d57u, c.z) ^ c.y ^ key.x,
      0xcd9e8d57u * c.z,
      multiply_high(0xd2511f53u, c.x) ^ c.w ^ key.y,
      0xd2511f53u * c.x,
    );
    key += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}

/// −log u, u in [2⁻³³, 1 − 2⁻²⁴]. WGSL's own log may be off by 2⁻²¹ near 1, where −log u is small and its logarithm is
/// taken next: there log u = 2·artanh((u − 1)/(u + 1)) by its series.
fn minus_log(u: vec4f) -> vec4f {
  let z = (1.0 - u) / (1.0 + u);
  let z2 = z * z;
  let series = 1.0 + z2 * (1.0 / 3.0 + z2 * (0.2 + z2 * (1.0 / 7.0 + z2 * (1.0 / 9.0 + z2 * (1.0 / 11.0 + z2 / 13.0)))));
  return select(-log(u), 2.0 * z * series, u > vec4f(0.5));
}

/// Standard Gumbel noise from random words.
fn gumbel(words: vec4u) -> vec4f {
  let u = clamp((vec4f(words) + 0.5) * 0x1p-32, vec4f(0x1p-33), vec4f(1.0 - 0x1p-24));
  return -log(minus_log(u));
}
