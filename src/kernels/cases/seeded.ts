/** Inputs for cases and tests: the same numbers from the same seed, on every machine. */
export interface Seeded {
  /** In [0, 1). */
  uniform(): number;
  normals(length: number, scale?: number, shift?: number): Float32Array;
  /** Whole numbers in [0, below). */
  integers(length: number, below: number): Uint32Array;
  /** 1 with probability `share`, else 0. */
  mask(length: number, share?: number): Float32Array;
}

/** Marsaglia's xorshift32, Box–Muller for normals. */
export function seeded(seed: number): Seeded {
  let state = (seed * 2654435761 + 1) >>> 0 || 1;
  function uniform(): number {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  }
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  for (let i = 0; i < 8; i++) uniform();
  return {
    uniform,
    normals: (length, scale = 1, shift = 0) => Float32Array.from({ length }, () => shift + scale * normal()),
    integers: (length, below) => Uint32Array.from({ length }, () => Math.floor(uniform() * below)),
    mask: (length, share = 0.7) => Float32Array.from({ length }, () => (uniform() < share ? 1 : 0)),
  };
}
