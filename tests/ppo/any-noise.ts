import fc from 'fast-check';
import { checkNoise, noiseNames, standardNoise } from '../../src/ppo/noise.ts';
import type { NoiseConfig } from '../../src/protocol/config.ts';

/** The standard of a noise, with other options. */
export const noise = (name: string, part: Partial<NoiseConfig> = {}): NoiseConfig => ({
  ...standardNoise(name),
  ...part,
});

/** Any noise that is valid. */
export const anyNoise = fc
  .record({
    name: fc.constantFrom(...noiseNames),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    spread: fc.double({ min: 0, max: 5, noNaN: true }),
    height: fc.double({ min: -1, max: 5, noNaN: true }),
    falsePass: fc.double({ min: 0, max: 1, noNaN: true }),
    falseFail: fc.double({ min: 0, max: 1, noNaN: true }),
    profile: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 32 }),
  })
  .filter((config) => checkNoise(config) === undefined);
