import { describe, expect, it } from 'vitest';
import { ownName } from '../../../src/ppo/filter.ts';
import { defaultKnobs, fitKnobs } from '../../../src/ppo/knobs.ts';
import { standardNoise } from '../../../src/ppo/noise.ts';
import type { Knobs } from '../../../src/protocol/config.ts';
import { labelsOf } from '../../../src/ui/compare/labels.ts';

const withFilter = (name: string, part: Partial<Knobs['filter']> = {}): Knobs =>
  fitKnobs({ ...defaultKnobs, filter: { ...defaultKnobs.filter, name, ...part } });

describe('settings beside each other', () => {
  it('are told apart by what differs alone', () => {
    const none = withFilter('none');
    expect(labelsOf([none, withFilter('best-worst')])).toEqual(['none', 'best-worst']);
    expect(labelsOf([none, { ...none, klCoef: 0.03 }])).toEqual([
      'KL coefficient 0.1',
      'KL coefficient 0.03',
    ]);
    expect(labelsOf([none, { ...withFilter('best-worst'), learningRate: 4e-4 }])).toEqual([
      'none, learning rate 2e−4',
      'best-worst, learning rate 4e−4',
    ]);
  });

  it('name a score of somebody’s own by its number, where there are several', () => {
    const own = (teacherCode: string): Knobs => ({ ...defaultKnobs, teacher: 'own-score', teacherCode });
    const model: Knobs = { ...own('a'), teacher: 'strong' };
    expect(labelsOf([own('a'), model])).toEqual(['own-score', 'strong']);
    expect(labelsOf([own('a'), own('b')])).toEqual(['score 1', 'score 2']);
    expect(labelsOf([{ ...model, teacherCode: '' }, own('b'), own('a')])).toEqual([
      'strong',
      'own-score, score 1',
      'own-score, score 2',
    ]);
  });

  it('name an option of a filter only where another has the same filter with another', () => {
    const [two, four] = [2, 4].map((keep) => withFilter('best-worst', { keep }));
    expect(labelsOf([withFilter('none', { keep: 3 }), two])).toEqual(['none', 'best-worst']);
    expect(labelsOf([withFilter('none'), two, four])).toEqual([
      'none',
      'best-worst, keep 2',
      'best-worst, keep 4',
    ]);
    expect(labelsOf([two, { ...two, filter: { ...two.filter, mode: 'resample' } }])).toEqual([
      'best-worst, select',
      'best-worst, resample',
    ]);
  });

  it('number the codes of filters that somebody wrote, where they differ', () => {
    const own = (code: string) => withFilter(ownName, { code });
    expect(labelsOf([own('a'), own('b'), withFilter('none')])).toEqual([
      'own, code 1',
      'own, code 2',
      'none',
    ]);
    expect(labelsOf([own('a'), withFilter('none')])).toEqual(['own', 'none']);
  });

  it('name the noise where the tests teach, and the filter where nothing differs', () => {
    const tests: Knobs = { ...defaultKnobs, teacher: 'tests' };
    expect(labelsOf([tests, { ...tests, noise: standardNoise('even') }])).toEqual([
      'noise none',
      'noise even',
    ]);
    expect(labelsOf([defaultKnobs, defaultKnobs])).toEqual(['best-worst', 'best-worst']);
  });
});
