/** A named, seeded stream of random numbers (implemented over Philox in `ppo/random.ts`). */
export interface RandomStream {
  /** The next float, uniform in [0, 1). */
  uniform(): number;
  /** The next integer, uniform in 0 … `limit` − 1. */
  integer(limit: number): number;
}
