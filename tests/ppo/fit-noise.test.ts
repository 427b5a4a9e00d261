import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkNoise,
  describeNoise,
  fitNoise,
  noiseKey,
  noiseNames,
  noiseOptions,
  noises,
  noisyScores,
  standardNoise,
  type NoiseOption,
} from '../../src/ppo/noise.ts';
import { stream } from '../../src/ppo/random.ts';
import type { NoiseConfig } from '../../src/protocol/config.ts';
import { anyNoise, noise } from './any-noise.ts';

const streams = (row: number) => stream(1, 'noise', 3, row);
const optionNames = Object.keys(noiseOptions) as NoiseOption[];

describe('checkNoise', () => {
  it.each<[NoiseConfig, string]>([
    [
      { ...noise('none'), name: 'loud' },
      "No noise is named 'loud': there are none, unsure, even, heavy-tailed, exploits, flipped, profile, percentiles.",
    ],
    [noise('unsure', { share: 1.5 }), 'Share is 1.5; it can be a number from 0 to 1.'],
    [noise('unsure', { share: NaN }), 'Share is NaN; it can be a number from 0 to 1.'],
    [noise('even', { spread: -1 }), 'Spread is -1; it can be a number from 0 to 5.'],
    [noise('heavy-tailed', { spread: Infinity }), 'Spread is Infinity; it can be a number from 0 to 5.'],
    [noise('exploits', { height: 6 }), 'Height is 6; it can be a number from -1 to 5.'],
    [noise('flipped', { falsePass: 2 }), 'False passes is 2; it can be a number from 0 to 1.'],
    [noise('flipped', { falseFail: -0.1 }), 'False fails is -0.1; it can be a number from 0 to 1.'],
    [noise('profile', { profile: [] }), 'A profile has 1 to 32 numbers: got 0.'],
    [noise('profile', { profile: Array(33).fill(0.5) }), 'A profile has 1 to 32 numbers: got 33.'],
    [
      noise('profile', { profile: [0.5, 1.01] }),
      'The numbers of a profile are from 0 to 1: got 1.01 in place 2.',
    ],
    [noise('profile', { profile: [NaN] }), 'The numbers of a profile are from 0 to 1: got NaN in place 1.'],
    [noise('profile', { profile: [0, 0] }), 'A profile needs a number above 0'],
    [noise('profile', { profile: [1] }), 'A profile needs a number below 1'],
  ])('of %o says what is allowed', (config, message) => {
    expect(checkNoise(config)).toContain(message);
    expect(() => describeNoise(config)).toThrow(message);
    expect(() => noisyScores(Float32Array.of(1), config, streams)).toThrow(message);
  });

  it('says so of what is no number and no list', () => {
    expect(checkNoise(noise('even', { spread: '1' as unknown as number }))).toContain('Spread is 1;');
    expect(checkNoise(noise('profile', { profile: undefined }))).toContain('got 0');
  });
});

describe('fitNoise', () => {
  it('makes any garbage a noise that can be used, and does so once', () => {
    const garbage = fc.oneof(fc.double(), fc.anything());
    const option = {
      share: garbage,
      spread: garbage,
      height: garbage,
      falsePass: garbage,
      falseFail: garbage,
    };
    const name = fc.oneof(fc.constantFrom(...noiseNames), fc.string());
    const numbers = fc.array(fc.oneof(fc.constantFrom(0, 1), garbage), { maxLength: 80 });
    const profile = fc.oneof(numbers, fc.constantFrom([0, 0], [1, 1, 1], []), garbage);
    fc.assert(
      fc.property(fc.record({ name, ...option, profile }, { requiredKeys: ['name'] }), (config) => {
        const fitted = fitNoise(config as NoiseConfig);
        expect(checkNoise(fitted)).toBeUndefined();
        for (const { name } of noises) expect(checkNoise({ ...fitted, name })).toBeUndefined();
        expect(fitNoise(fitted)).toEqual(fitted);
        expect(fitted.name).toBe(noiseNames.includes(config.name) ? config.name : 'none');
      }),
    );
  });

  it('leaves alone what can be used', () => {
    fc.assert(
      fc.property(anyNoise, (config) => {
        expect(noiseKey(fitNoise(config))).toBe(noiseKey(config));
      }),
    );
  });

  it('goes to the nearest bound, and to the standard of the noise from what is no number', () => {
    expect(fitNoise(noise('exploits', { share: -3, spread: 99, height: Infinity }))).toMatchObject({
      share: 0,
      spread: 5,
      height: 5,
    });
    expect(fitNoise(noise('exploits', { share: NaN }))).toEqual(standardNoise('exploits'));
    expect(fitNoise(noise('profile', { profile: [2, -1, NaN] })).profile).toEqual([1, 0, 0.5]);
    expect(fitNoise(noise('profile', { profile: [] }))).toEqual(standardNoise('profile'));
    expect(fitNoise(noise('profile', { profile: [0, 0] })).profile).toEqual([0.5, 0.5]);
    expect(fitNoise(noise('profile', { profile: [1, 1, 1] })).profile).toEqual([0.5, 0.5, 0.5]);
  });

  it('thins a profile that is too long to its shape', () => {
    const rising = Array.from({ length: 64 }, (_, place) => place / 63);
    const { profile } = fitNoise(noise('profile', { profile: rising }));
    expect(profile).toEqual(rising.filter((_, place) => place % 2 === 1));
  });
});

describe('the catalogue', () => {
  it('is in the order of the page', () => {
    expect(noiseNames).toEqual([
      ...['none', 'unsure', 'even', 'heavy-tailed', 'exploits', 'flipped', 'profile'],
      'percentiles',
    ]);
  });

  // Half pass: enough for every option to show.
  const someScores = Float32Array.from({ length: 400 }, (_, row) => row % 2);
  const pairs = noises.flatMap((entry) => optionNames.map((option) => ({ ...entry, option })));
  it.each(pairs)(
    '$name: $option is read exactly where a wrong one is refused and where another differs',
    (pair) => {
      const { name, reads, option } = pair;
      const bad = option === 'profile' ? { profile: [7] } : { [option]: 7 };
      const other = option === 'profile' ? { profile: [0.25, 0.75] } : { [option]: 0.625 };
      const isRead = reads.includes(option);
      expect(checkNoise(noise(name, bad)) !== undefined).toBe(isRead);
      expect(noiseKey(noise(name, other)) !== noiseKey(noise(name))).toBe(isRead);
      const scores = (config: NoiseConfig) => [...noisyScores(someScores, config, streams)];
      expect(String(scores(noise(name, other))) !== String(scores(noise(name)))).toBe(isRead);
    },
  );

  it('tells noises apart by name, and profiles by every number', () => {
    expect(new Set(noiseNames.map((name) => noiseKey(noise(name)))).size).toBe(noises.length);
    const key = (profile: number[]) => noiseKey(noise('profile', { profile }));
    expect(key([0.1, 0.2])).not.toBe(key([0.1, 0.25]));
    expect(key([0.1, 0.2])).toBe(key([0.1, 0.2]));
  });

  it.each(noiseNames)('%s: its standard can be used and stands on the dials', (name) => {
    const standard = standardNoise(name);
    expect(checkNoise(standard)).toBeUndefined();
    expect(fitNoise(standard)).toEqual(standard);
    for (const option of optionNames) {
      const steps: readonly number[] = noiseOptions[option].steps;
      for (const value of [standard[option]].flat()) expect(steps).toContain(value);
    }
  });

  it('has the standards that were studied', () => {
    expect(standardNoise('unsure')).toMatchObject({ share: 0.8, spread: 0.3 });
    expect(standardNoise('even')).toMatchObject({ spread: 1.5 });
    expect(standardNoise('exploits')).toMatchObject({ share: 0.08, height: 2, spread: 0.3 });
    expect(() => standardNoise('loud')).toThrow("No noise is named 'loud'");
  });

  it('gives every standard a profile of its own', () => {
    standardNoise('profile').profile[0] = 0.9;
    expect(standardNoise('profile').profile[0]).toBe(0.05);
  });

  it.each(optionNames)('%s: its dial rises from its lowest to its highest', (option) => {
    const { low, high, steps } = noiseOptions[option];
    expect([...new Set(steps)].toSorted((a, b) => a - b)).toEqual([...steps]);
    expect([steps[0], steps[steps.length - 1]]).toEqual([low, high]);
  });
});

describe('describeNoise', () => {
  it.each<[NoiseConfig, string]>([
    [noise('none'), 'the score is the share of tests passed, from −1 to 1'],
    [
      noise('unsure'),
      'a fifth of the responses is judged surely; the rest scores 0, with noise of 0.3 on all',
    ],
    [
      noise('unsure', { share: 0.3, spread: 0 }),
      '70 % of the responses are judged surely; the rest scores 0, without noise',
    ],
    [
      noise('unsure', { share: 1 }),
      'none of the responses is judged surely; all score 0, with noise of 0.3 on all',
    ],
    [noise('unsure', { share: 0 }), 'all of the responses are judged surely, with noise of 0.3 on all'],
    [noise('even'), 'passed scores 1, failed −1, with noise of 1.5'],
    [noise('heavy-tailed'), 'passed scores 1, failed −1, with heavy-tailed noise of 0.5'],
    [
      noise('exploits'),
      '8 % of the failures score 2; all else scores 1 if passed, −1 if failed, with noise of 0.3',
    ],
    [
      noise('exploits', { share: 0.1, height: -0.5, spread: 0 }),
      'a tenth of the failures scores −0.5; all else scores 1 if passed, −1 if failed, without noise',
    ],
    [
      noise('flipped', { falsePass: 0.8, falseFail: 0.5 }),
      '80 % of the failures are said to pass, half of the passes is said to fail: J = −0.3',
    ],
    [
      noise('profile', { profile: [0.05, 0.5, 0.95] }),
      'how much a score speaks for having passed, from −1 to 1: 0.05, 0.5, 0.95',
    ],
  ])('says of %o: %s', (config, words) => {
    expect(describeNoise(config)).toBe(words);
  });
});
