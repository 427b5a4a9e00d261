import { drawKept, filterWeights } from '../../src/ppo/filter.ts';
import { stream } from '../../src/ppo/random.ts';
import type { Batch } from '../../src/protocol/batch.ts';
import { defaultKnobs } from '../../src/ppo/knobs.ts';
import type { FilterConfig } from '../../src/protocol/config.ts';

/** 3 prompts × 4 responses. Sampling order is not rank order: prompt 0 ranks its rows 2, 0, 3, 1. */
const scores = Float32Array.of(1, -2, 2, 0.5, /**/ 0, 1, -1, -3, /**/ 3, 2.5, 2, -1.5);

/** Row 6 could not be judged. */
export const truths = Float32Array.of(0.25, 0, 1, 1, /**/ 1, 1, NaN, 0, /**/ 1, 1, 0, 0.5);

export function batchOf(filter: Partial<FilterConfig> = {}, update = 3): Batch {
  const config: FilterConfig = { ...defaultKnobs.filter, profile: [1, 0, 0, 1], ...filter };
  const weights = filterWeights(scores, 4, config);
  const kept = drawKept(scores, 4, config, stream(1, 'filter', update));
  return {
    update,
    promptCount: 3,
    groupSize: 4,
    taskIds: ['one', 'two', 'three'],
    programs: Array.from(scores, (_, row) => `function f(a) {\n  return ${row};\n}\n`),
    ended: Array.from(scores, () => true),
    scores: scores,
    teacher: 'strong',
    noise: defaultKnobs.noise,
    tokens: new Uint32Array(scores.length * 4),
    lengths: new Uint32Array(scores.length).fill(3),
    filter: config,
    weights,
    kept,
  };
}
