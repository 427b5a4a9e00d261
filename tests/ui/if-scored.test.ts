import { describe, expect, test } from 'vitest';
import { filterNames, runsCode, readsTruth, drawKept, fitFilter } from '../../src/ppo/filter.ts';
import { stream } from '../../src/ppo/random.ts';
import type { FilterConfig } from '../../src/protocol/config.ts';
import { filterModes } from '../../src/protocol/config.ts';
import { ifScored } from '../../src/ui/response/if-scored.ts';
import { batchOf, truths } from './batch.ts';

/** Row 1 is the worst of the first prompt, whose scores are 1, −2, 2 and 0.5. */
function says(config: Partial<FilterConfig>, score: number, testScore = 1, testScores?: Float32Array) {
  const batch = batchOf();
  const filter = fitFilter({ ...batch.filter, ...config }, batch.groupSize);
  return ifScored({ batch, testScores }, { filter }, 1, 1, { score, testScore });
}

describe('a response with another score', () => {
  test('has its rank among the others, by which its filter keeps it', () => {
    expect(says({}, -2)).toBe('With this score it would be worst of 4, and kept.');
    expect(says({}, 0.75)).toBe('With this score it would be rank 3 of 4, and not kept.');
    expect(says({}, 3)).toBe('With this score it would be best of 4, and kept.');
    expect(says({ name: 'best-of-n' }, -2)).toBe('With this score it would be worst of 4, and not kept.');
  });

  test('is kept by its score, where the filter looks at scores', () => {
    const scored = (name: string, score: number) => says({ name, keep: 2 }, score);
    // The others lie on both sides of their mean.
    expect(scored('advantage-k', 1.1)).toBe('With this score it would be rank 2 of 4, and not kept.');
    expect(scored('advantage-k', 9)).toBe('With this score it would be best of 4, and kept.');
  });

  test('is said to be drawn, where that is by chance', () => {
    expect(says({ name: 'random-k', keep: 2 }, 3)).toMatch(
      /^With this score it would be best of 4, and kept in about (4[6-9]|5[0-4])% of draws\.$/,
    );
    // 1 − (1 − ½)⁴
    expect(says({ mode: 'resample' }, 3)).toMatch(/best of 4, and kept in about 94% of draws/);
    expect(says({ mode: 'resample' }, 0.75)).toMatch(/rank 3 of 4, and not kept\.$/);
  });

  test('has the new verdict, where the filter reads the truth', () => {
    const agreement = filterNames.find((name) => readsTruth({ ...batchOf().filter, name }))!;
    expect(says({ name: agreement }, 3, 1, truths)).toMatch(/best of 4, and kept\.$/);
    expect(says({ name: agreement }, 3, 0, truths)).toMatch(/best of 4, and not kept\.$/);
    expect(says({ name: agreement }, 3, NaN, truths)).toMatch(/best of 4, and not kept\.$/);
    expect(says({ name: agreement }, 3, 1)).toMatch(/once the whole batch is judged\.$/);
  });

  test('is not said to be kept by code that has not run on it', () => {
    const own = filterNames.find((name) => runsCode({ name }))!;
    expect(says({ name: own, code: 'return [];' }, 3)).toMatch(/best of 4\. Whether it would be kept is for/);
  });
});

test('of every filter and mode what is said is what drawing gives', () => {
  const batch = batchOf();
  const scores = Float32Array.from(batch.scores);
  scores[1] = 1.5;
  for (const name of filterNames.filter((one) => !runsCode({ name: one })))
    for (const mode of filterModes) {
      const filter = fitFilter({ ...batch.filter, name, mode }, 4);
      const by = { score: 1.5, testScore: 1 };
      const said = ifScored({ batch, testScores: truths }, { filter }, 1, 1, by);
      const truth = Float32Array.from(truths).fill(1, 1, 2);
      const random = stream(7, 'filter', 0);
      const draws = Array.from({ length: 500 }, () => drawKept(scores, 4, filter, random, truth).includes(1));
      const share = (100 * draws.filter(Boolean).length) / draws.length;
      const percent = /about (\d+)%/.exec(said)?.[1];
      if (percent) expect(Math.abs(Number(percent) - share), `${name} ${mode}`).toBeLessThan(8);
      else expect(said, `${name} ${mode}`).toMatch(share === 100 ? /, and kept\.$/ : /, and not kept\.$/);
    }
});
