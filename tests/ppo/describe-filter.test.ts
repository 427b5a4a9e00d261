import { describe, expect, it } from 'vitest';
import { describeFilter } from '../../src/ppo/filter.ts';
import type { FilterConfig, FilterMode } from '../../src/protocol/config.ts';

const filter = (name: string, mode: FilterMode, keep = 2, profile: number[] = []): FilterConfig => ({
  name,
  mode,
  keep,
  profile,
});

describe('describeFilter', () => {
  it.each<[FilterConfig, string]>([
    [filter('none', 'select'), 'none keeps all 8'],
    [filter('single', 'select'), 'single samples one response per prompt and keeps every one'],
    [filter('best-of-n', 'select'), 'best-of-n keeps 1 of 8: the best'],
    [filter('best-random', 'select'), 'best-random keeps 2 of 8: the best and 1 at random'],
    [filter('best-worst', 'select'), 'best-worst keeps 2 of 8: the best and the worst'],
    [filter('best-worst', 'select', 3), 'best-worst keeps 3 of 8: the 2 best and the worst'],
    [
      filter('trimmed-best-worst', 'select'),
      'trimmed-best-worst keeps 2 of 8: the second best and the second worst',
    ],
    [
      filter('trimmed-best-worst', 'select', 3),
      'trimmed-best-worst keeps 3 of 8: without the two extremes the 2 best and the worst',
    ],
    [filter('middle-k', 'select'), 'middle-k keeps 2 of 8, from the middle of the ranks'],
    [filter('worst-k', 'select'), 'worst-k keeps 2 of 8: the 2 worst'],
    [filter('worst-random', 'select'), 'worst-random keeps 2 of 8: the worst and 1 at random'],
    [filter('random-k', 'select'), 'random-k keeps 2 of 8, drawn at random'],
    [
      filter('rank-profile', 'select', 2, [2, 1]),
      'rank-profile keeps 2 of 8, drawn by the weight of their rank',
    ],
    [
      filter('best-worst', 'resample'),
      'best-worst draws 8 of 8 with repetition, by the weight of their rank',
    ],
    [filter('none', 'resample'), 'none draws 8 of 8 with repetition, all alike'],
    [filter('top', 'select'), 'top keeps what scores above the mean of the batch, however many that is'],
    [
      filter('pow-2', 'select'),
      'pow-2 draws as many as there are, with repetition, from the whole batch, each by the square of its score',
    ],
    [
      filter('dynamic-sampling', 'resample'),
      'dynamic-sampling keeps all responses to prompts whose scores are not all equal',
    ],
  ])('says of %o: %s', (config, words) => {
    expect(describeFilter(config, 8)).toBe(words);
  });
});
