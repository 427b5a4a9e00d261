import { noneName } from '../ppo/filter.ts';

/** Four filters that differ in what a fraud does to them: what the course ends with is their order. */
export const ranked: readonly string[] = [noneName, 'best-of-n', 'best-worst', 'random-k'];
