import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkFilter,
  drawKept,
  filterNames,
  filterWeights,
  fitFilter,
  keptPerPrompt,
  samplingPlan,
} from '../../src/ppo/filter.ts';
import { checkKnobs, defaultKnobs, fitKnobs } from '../../src/ppo/knobs.ts';
import { stream } from '../../src/ppo/random.ts';
import type { Batch } from '../../src/protocol/batch.ts';
import { filterModes, type FilterConfig } from '../../src/protocol/config.ts';
import { flowStages } from '../../src/ui/flow.ts';
import { advantageWords, keptWords, klWords, responseOf } from '../../src/ui/response/response.ts';
import type { JudgedBatch } from '../../src/ui/run/run-model.ts';
import { rememberChances } from '../../src/ui/batch-view.ts';
import { tryFilter } from '../../src/ui/tried.ts';

/** A batch as training makes them, of P · N programs for every filter. */
function batchUnder(filter: FilterConfig, prompts: number, n: number, seed: number, levels: number): Batch {
  const { promptCount, groupSize } = samplingPlan(filter, prompts, n);
  const random = stream(seed, 'evaluation');
  // One level: all scores alike; few: ties.
  const scores = Float32Array.from({ length: promptCount * groupSize }, () => random.integer(levels) - 2);
  const update = seed % 3;
  const fitted = fitFilter(filter, groupSize);
  // A filter that reads the truth knew it when it trained, whatever the page knows by now.
  const truths = scores.map((_, row) => truthsOf.mixed(row, seed));
  const byCode = scores.map((_, row) => [1, 0, 0.5][(row * 5 + seed) % 3]);
  return {
    update,
    promptCount,
    groupSize,
    taskIds: Array.from({ length: promptCount }, (_, p) => `task ${p}`),
    programs: Array.from(scores, (_, row) => `return ${row}`),
    ended: Array.from(scores, () => true),
    tokens: new Uint32Array(scores.length),
    lengths: new Uint32Array(scores.length).fill(1),
    scores,
    teacher: 'strong',
    noise: defaultKnobs.noise,
    filter: fitted,
    weights: filterWeights(scores, groupSize, fitted, truths, byCode),
    kept: drawKept(scores, groupSize, fitted, stream(seed, 'filter', update), truths, byCode),
  };
}

const truthsOf: Record<string, (row: number, seed: number) => number> = {
  mixed: (row, seed) => [1, 0, 0.5, NaN, 1][(row * 7 + seed) % 5],
  passed: () => 1,
  failed: () => 0,
  unknown: () => NaN,
};

const anyFilter: fc.Arbitrary<FilterConfig> = fc.record({
  name: fc.constantFrom(...filterNames),
  mode: fc.constantFrom(...filterModes),
  keep: fc.integer({ min: 1, max: 64 }),
  profile: fc.array(fc.nat(3), { minLength: 1, maxLength: 16 }),
  code: fc.constantFrom('one', 'other'),
});
const anyCase = fc.record({
  trained: anyFilter,
  wanted: anyFilter,
  prompts: fc.integer({ min: 1, max: 5 }),
  groupSize: fc.integer({ min: 1, max: 16 }),
  nextGroupSize: fc.integer({ min: 1, max: 16 }),
  levels: fc.constantFrom(1, 3, 2 ** 20),
  truth: fc.constantFrom(undefined, ...Object.keys(truthsOf)),
  isLearned: fc.boolean(),
  /** Code that was run on the batch, where the filter is code. */
  isRun: fc.boolean(),
  waiting: fc.boolean(),
  seed: fc.nat(1000),
});

test('whatever was trained and whatever is tried on it: nothing throws, and all that is shown agrees', () => {
  fc.assert(
    fc.property(anyCase, (c) => {
      const batch = batchUnder(c.trained, c.prompts, c.groupSize, c.seed, c.levels);
      const truthOf = c.truth === undefined ? undefined : truthsOf[c.truth];
      const judged: JudgedBatch = {
        batch,
        testScores: truthOf && batch.scores.map((_, row) => truthOf(row, c.seed)),
        experience: c.isLearned
          ? {
              kl: new Float32Array(batch.kept.length),
              advantages: new Float32Array(batch.kept.length).fill(1),
            }
          : undefined,
      };
      // What a visitor can set.
      const knobs = fitKnobs({ ...defaultKnobs, groupSize: c.nextGroupSize, filter: c.wanted });
      expect(checkKnobs(knobs)).toBeUndefined();

      const { code } = knobs.filter;
      if (c.isRun && code)
        rememberChances(
          batch,
          code,
          Array.from(batch.scores, (_, row) => [0.5, 1, 0][(row + c.seed) % 3]),
        );

      const { filter, why, view, comparison, reliability } = tryFilter(judged, knobs.filter, c.waiting, 1);
      expect(checkFilter(filter, batch.groupSize)).toBeUndefined();
      expect(view.filter).toEqual(filter);
      if (!c.waiting || why !== undefined) expect([filter, view.kept]).toEqual([batch.filter, batch.kept]);

      // The matrix, its bars and its legend.
      const cells = view.cells.flat();
      expect(cells.map(({ row }) => row).sort((a, b) => a - b)).toEqual(
        Array.from(batch.scores, (_, row) => row),
      );
      expect(cells.reduce((sum, { kept }) => sum + kept, 0)).toBe(view.kept.length);
      // Nothing may be kept.
      const shares = view.weights.reduce((sum, weight) => sum + weight, 0);
      if (shares !== 0 || view.kept.length > 0) expect(shares).toBeCloseTo(1, 5);
      for (const { kept, rank } of cells) if (kept > 0) expect(view.weights[rank]).toBeGreaterThan(0);

      // The panel of one response.
      for (const { row, rank, kept } of cells) {
        const response = responseOf(judged, view, row);
        expect([response.rank, response.kept]).toEqual([rank + 1, kept]);
        expect(keptWords(response)).toContain(kept > 0 ? 'kept' : 'dropped');
        if (batch.kept.includes(row) && c.isLearned)
          expect(advantageWords(response)).toBe('+1.00, more of it');
        else expect(advantageWords(response)).toBe(klWords(response));
      }

      // The strip, and the figures beside.
      flowStages({ update: batch.update, phase: 'filter' }, judged, knobs);
      expect([comparison === undefined, reliability === undefined]).toEqual([!truthOf, !truthOf]);
      if (!comparison || !reliability) return;
      const active = comparison.filter((row) => row.active);
      expect(active.map((row) => [row.filter, row.kept])).toEqual([[filter, view.kept.length]]);
      for (const row of comparison) {
        // As many as there are, but not by drawing.
        const isEach =
          row.filter.mode === 'select' && keptPerPrompt(row.filter, batch.groupSize) !== undefined;
        if (isEach && row.kept === batch.scores.length) expect(row.r2).toEqual(reliability.r2);
      }
      // Asked again, the same numbers come.
      expect(tryFilter(judged, knobs.filter, c.waiting, 1).comparison).toEqual(comparison);
    }),
    { numRuns: 300 },
  );
});
