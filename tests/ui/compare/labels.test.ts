import { describe, expect, it } from 'vitest';
import { ownName } from '../../../src/ppo/filter.ts';
import { defaultConfig, defaultKnobs, fitKnobs } from '../../../src/ppo/knobs.ts';
import { standardNoise } from '../../../src/ppo/noise.ts';
import type { Knobs, RunConfig } from '../../../src/protocol/config.ts';
import { commonText, labelsOf } from '../../../src/ui/compare/labels.ts';

const of = (all: readonly Knobs[]) => labelsOf(all.map((knobs) => ({ ...defaultConfig, knobs })));

const withFilter = (name: string, part: Partial<Knobs['filter']> = {}): Knobs =>
  fitKnobs({ ...defaultKnobs, filter: { ...defaultKnobs.filter, name, ...part } });

describe('settings beside each other', () => {
  it('are told apart by what differs alone', () => {
    const none = withFilter('none');
    expect(of([none, withFilter('best-worst')])).toEqual(['none', 'best-worst']);
    expect(of([none, { ...none, klCoef: 0.03 }])).toEqual(['KL coefficient 0.1', 'KL coefficient 0.03']);
    expect(of([none, { ...withFilter('best-worst'), learningRate: 4e-4 }])).toEqual([
      'none, learning rate 2e−4',
      'best-worst, learning rate 4e−4',
    ]);
  });

  it('name a score of somebody’s own by its number, where there are several', () => {
    const own = (teacherCode: string): Knobs => ({ ...defaultKnobs, teacher: 'own-score', teacherCode });
    const model: Knobs = { ...own('a'), teacher: 'strong' };
    expect(of([own('a'), model])).toEqual(['own-score', 'strong']);
    expect(of([own('a'), own('b')])).toEqual(['score 1', 'score 2']);
    expect(of([{ ...model, teacherCode: '' }, own('b'), own('a')])).toEqual([
      'strong',
      'own-score, score 1',
      'own-score, score 2',
    ]);
  });

  it('name an option of a filter only where another has the same filter with another', () => {
    const [two, four] = [2, 4].map((keep) => withFilter('best-worst', { keep }));
    expect(of([withFilter('none', { keep: 3 }), two])).toEqual(['none', 'best-worst']);
    expect(of([withFilter('none'), two, four])).toEqual(['none', 'best-worst, keep 2', 'best-worst, keep 4']);
    expect(of([two, { ...two, filter: { ...two.filter, mode: 'resample' } }])).toEqual([
      'best-worst, select',
      'best-worst, resample',
    ]);
  });

  it('number the codes of filters that somebody wrote, where they differ', () => {
    const own = (code: string) => withFilter(ownName, { code });
    expect(of([own('a'), own('b'), withFilter('none')])).toEqual(['own, code 1', 'own, code 2', 'none']);
    expect(of([own('a'), withFilter('none')])).toEqual(['own', 'none']);
  });

  it('name the noise where the tests teach, and the filter where nothing differs', () => {
    const tests: Knobs = { ...defaultKnobs, teacher: 'tests' };
    expect(of([tests, { ...tests, noise: standardNoise('even') }])).toEqual(['noise none', 'noise even']);
    expect(of([defaultKnobs, defaultKnobs])).toEqual(['best-worst', 'best-worst']);
  });
});

describe('what runs begin with', () => {
  const policy = 'own_e98d5fc4b2305a5e_tiny_sft_n100_r0.004_s1' as const;
  const tasks = [1, 2, 3] as unknown as NonNullable<RunConfig['tasks']>;
  const arms = (...parts: Partial<RunConfig>[]) => parts.map((part) => ({ ...defaultConfig, ...part }));

  it('tells settings apart where it is not the same', () => {
    const knobs = withFilter('none');
    expect(labelsOf(arms({ policy }, {}))).toEqual(['own policy e98d', 'the page’s policy']);
    expect(labelsOf(arms({ tasks, knobs }, {}))).toEqual([
      'none, 3 tasks of one’s own',
      'best-worst, the page’s tasks',
    ]);
    expect(labelsOf(arms({ preset: 'tiny' }, { preset: 'small' }))).toEqual(['models tiny', 'models small']);
    expect(labelsOf(arms({ policy, tasks, knobs }, { policy, tasks }))).toEqual(['none', 'best-worst']);
  });

  it('is said once where it is', () => {
    expect(commonText(arms({}, {}))).toBe('');
    expect(commonText(arms({ policy }, {}))).toBe('');
    expect(commonText(arms({ policy }, { policy, tasks }))).toBe('Every run begins with own policy e98d.');
    expect(commonText(arms({ policy, tasks }, { policy, tasks }))).toBe(
      'Every run begins with own policy e98d and is asked 3 tasks of one’s own.',
    );
  });
});
