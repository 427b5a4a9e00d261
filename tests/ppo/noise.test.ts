import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oracleScore, standardise } from '../../src/model/reward-model.ts';
import { noiseNames, noises, noisyScores } from '../../src/ppo/noise.ts';
import { stream } from '../../src/ppo/random.ts';
import type { NoiseConfig } from '../../src/protocol/config.ts';
import { anyNoise, noise } from './any-noise.ts';
import { chiSquared, tally } from './chi-squared.ts';

const streams = (seed: number, update: number) => (row: number) => stream(seed, 'noise', update, row);

const anyTestScores = fc
  .array(fc.constantFrom(0, 0.25, 0.5, 0.875, 1), { minLength: 1, maxLength: 12 })
  .map((shares) => Float32Array.from(shares));

/** (20,000) of 20 in turn the first so many pass; the others pass some of their tests or none. */
const ROWS = 20_000;
const batch = (passesOf20: number) =>
  Float32Array.from({ length: ROWS }, (_, row) => (row % 20 < passesOf20 ? 1 : (row % 4) / 4));
const half = batch(10);

/** Scores of what passed and of what failed. */
function byTruth(config: NoiseConfig, testScores = half) {
  const scores = noisyScores(testScores, config, streams(1, 3));
  const where = (isPass: boolean) => [...scores].filter((_, row) => (testScores[row] === 1) === isPass);
  return { passed: where(true), failed: where(false) };
}

/** As many as expected, give or take three standard errors of a share. */
function expectShare(values: readonly number[], is: (value: number) => boolean, expected: number) {
  const share = values.filter(is).length / values.length;
  const error = Math.sqrt((expected * (1 - expected)) / values.length);
  expect(Math.abs(share - expected)).toBeLessThanOrEqual(3 * error);
}

/** Mean and variance of a normal distribution, give or take three standard errors. */
function expectNormal(values: readonly number[], center: number, deviation: number) {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  expect(Math.abs(mean - center)).toBeLessThan((3 * deviation) / Math.sqrt(n));
  expect(Math.abs(variance - deviation ** 2)).toBeLessThan(3 * deviation ** 2 * Math.sqrt(2 / n));
}

/** Kolmogorov and Smirnov's distance within the 99.9 % point; scores at ±5 count, but where the distribution jumps is not asked. */
function expectDistribution(values: readonly number[], below: (value: number) => number) {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  const distances = sorted.map((value, place) =>
    Math.abs(value) === 5
      ? 0
      : Math.max(Math.abs(below(value) - place / n), Math.abs(below(value) - (place + 1) / n)),
  );
  expect(Math.max(...distances) * Math.sqrt(n)).toBeLessThan(1.95);
}

/** Share of a normal distribution below, to 1e-7 (Abramowitz and Stegun, 7.1.26). */
function normalBelow(value: number, center: number, deviation: number): number {
  const x = (value - center) / deviation / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  const tail = series.reduce((sum, c) => (sum + c) * t, 0) * Math.exp(-x * x);
  return x < 0 ? tail / 2 : 1 - tail / 2;
}

describe('noisyScores: what each noise does', () => {
  it('none: the scores of the tests as the teacher, without a draw', () => {
    const shares = Float32Array.of(0, 1 / 7, 0.25, 0.5, 0.9, 1);
    const silent = () => {
      throw new Error('a number was drawn');
    };
    const scores = noisyScores(shares, noise('none'), () => ({ uniform: silent, integer: silent }));
    expect(scores).toEqual(shares.map((share) => oracleScore(share, true)));
    expect([...scores.subarray(2, 4)]).toEqual([-0.5, 0]);
  });

  it.each(noiseNames.filter((name) => name !== 'none'))('%s: all tests but one passed is failed', (name) => {
    // Among others that pass and that fail.
    const batchWith = (share: number) =>
      Float32Array.from({ length: 40 }, (_, row) => (row < 20 ? row % 2 : share));
    const scored = (share: number) => noisyScores(batchWith(share), noise(name), streams(1, 3)).subarray(20);
    expect(scored(0.99)).toEqual(scored(0));
    expect(scored(0.99)).not.toEqual(scored(1));
  });

  it('unsure: 0 for a share, else ±1', () => {
    const { passed, failed } = byTruth(noise('unsure', { spread: 0 }));
    expect(tally(passed).size).toBe(2);
    expect(tally(failed).size).toBe(2);
    expectShare(passed, (score) => score === 0, 0.8);
    expectShare(passed, (score) => score === 1, 0.2);
    expectShare(failed, (score) => score === 0, 0.8);
    expectShare(failed, (score) => score === -1, 0.2);
  });

  it('unsure: Gaussian noise on what is unsure and on what is not', () => {
    const { passed, failed } = byTruth(noise('unsure'));
    const mixed = (right: number) => (score: number) =>
      0.8 * normalBelow(score, 0, 0.3) + 0.2 * normalBelow(score, right, 0.3);
    expectDistribution(passed, mixed(1));
    expectDistribution(failed, mixed(-1));
    expectNormal(byTruth(noise('unsure', { share: 1 })).passed, 0, 0.3);
    expectNormal(byTruth(noise('unsure', { share: 0 })).failed, -1, 0.3);
  });

  it('even: ±1 and Gaussian noise', () => {
    const { passed, failed } = byTruth(noise('even', { spread: 1 }));
    expectNormal(passed, 1, 1);
    expectNormal(failed, -1, 1);
    const standard = byTruth(noise('even'));
    expectDistribution(standard.passed, (score) => normalBelow(score, 1, 1.5));
    expectDistribution(standard.failed, (score) => normalBelow(score, -1, 1.5));
    expectShare(standard.passed, (score) => score === 5, 1 - normalBelow(5, 1, 1.5));
  });

  // Published points of Student's t with 2 degrees of freedom: the share beyond, on one side.
  it.each([
    [0.25, 0.8165],
    [0.1, 1.8856],
    [0.05, 2.92],
    [0.025, 4.3027],
    [0.01, 6.9646],
    [0.005, 9.9248],
  ])('heavy-tailed: a share of %f is more than %f spreads from the truth, on either side', (beyond, t) => {
    const { passed, failed } = byTruth(noise('heavy-tailed', { spread: 0.4 }));
    expectShare(passed, (score) => score < 1 - 0.4 * t, beyond);
    expectShare(failed, (score) => score < -1 - 0.4 * t, beyond);
    expectShare(failed, (score) => score > -1 + 0.4 * t, beyond);
    // Above 5 there is no score.
    expectShare(passed, (score) => score > 1 + 0.4 * t, beyond);
  });

  it('exploits: a share of the failures at the height; all else ±1 and Gaussian noise', () => {
    const { passed, failed } = byTruth(noise('exploits'));
    expectShare(failed, (score) => score === 2, 0.08);
    expectNormal(
      failed.filter((score) => score !== 2),
      -1,
      0.3,
    );
    expectNormal(passed, 1, 0.3);
    expect(passed).not.toContain(2);
    const all = byTruth(noise('exploits', { share: 1, height: 3, spread: 0 }));
    expect(tally(all.failed)).toEqual(tally(Array(10_000).fill(3)));
    expect(tally(all.passed)).toEqual(tally(Array(10_000).fill(1)));
  });

  it.each([
    [0.3, 0.1],
    [0.7, 0.5],
    [0, 0.25],
  ])('flipped: of false passes %f and false fails %f, J = 1 − ρ₊ − ρ₋', (falsePass, falseFail) => {
    const { passed, failed } = byTruth(noise('flipped', { falsePass, falseFail }));
    expect([...passed, ...failed].every((score) => Math.abs(score) === 1)).toBe(true);
    expectShare(failed, (score) => score === 1, falsePass);
    expectShare(passed, (score) => score === -1, falseFail);
    const positive = (scores: number[]) => scores.filter((score) => score === 1).length / scores.length;
    const variance = falsePass * (1 - falsePass) + falseFail * (1 - falseFail);
    const difference = positive(passed) - positive(failed) - (1 - falsePass - falseFail);
    expect(Math.abs(difference)).toBeLessThan(3 * Math.sqrt(variance / (ROWS / 2)));
  });

  it('flipped: with ρ = 0 the truth, with ρ = 1 its opposite', () => {
    const truth = half.map((share) => (share === 1 ? 1 : -1));
    const flips = (rho: number) =>
      noisyScores(half, noise('flipped', { falsePass: rho, falseFail: rho }), streams(1, 3));
    expect(flips(0)).toEqual(truth);
    expect(flips(1)).toEqual(truth.map((score) => -score));
  });
});

describe('noisyScores: a profile', () => {
  const drawn = [0.1, 0.4, 0.6, 0.9, 0.25];
  const config = noise('profile', { profile: drawn });
  const binOf = (score: number) => Math.min(4, Math.floor(((score + 1) / 2) * 5));

  it('draws bins by the profile for what passed, by its complement for what failed', () => {
    const { passed, failed } = byTruth(config);
    const by = (weights: number[], total: number) =>
      new Map(weights.map((weight, bin) => [String(bin), weight / total]));
    // The 99.9 % point of χ² with 4 degrees of freedom.
    expect(chiSquared(tally(passed.map(binOf)), by(drawn, 2.25))).toBeLessThan(18.5);
    const complement = drawn.map((right) => 1 - right);
    expect(chiSquared(tally(failed.map(binOf)), by(complement, 2.75))).toBeLessThan(18.5);
  });

  it('is the pass rate, and scores are percentiles, where as many pass as it is in the mean', () => {
    const { passed, failed } = byTruth(config, batch(9));
    expectDistribution([...passed, ...failed], (score) => (score + 1) / 2);
    drawn.forEach((right, bin) => {
      const count = (scores: number[]) => scores.filter((score) => binOf(score) === bin).length;
      const truths = [...Array(count(passed)).fill(1), ...Array(count(failed)).fill(0)] as number[];
      expectShare(truths, (truth) => truth === 1, right);
    });
  });

  it('elsewhere multiplies the odds of having passed at every score alike', () => {
    // p = .25 and a mean of .45: odds are 1/3 ÷ 9/11 = 11/27 of the profile's.
    const { passed, failed } = byTruth(config, batch(5));
    drawn.forEach((right, bin) => {
      const count = (scores: number[]) => scores.filter((score) => binOf(score) === bin).length;
      const truths = [...Array(count(passed)).fill(1), ...Array(count(failed)).fill(0)] as number[];
      const odds = ((right / (1 - right)) * 11) / 27;
      expectShare(truths, (truth) => truth === 1, odds / (1 + odds));
    });
  });

  it('is uniform within a bin, over the bin’s share of ±1', () => {
    const within = byTruth(noise('profile', { profile: [0, 1, 0, 0] })).passed;
    expectDistribution(within, (score) => (score + 0.5) / 0.5);
  });

  it('never scores what passed where it is 0, nor what failed where it is 1', () => {
    const { passed, failed } = byTruth(noise('profile', { profile: [0, 0.5, 1] }));
    expect(Math.min(...passed)).toBeGreaterThanOrEqual(Math.fround(-1 / 3));
    expect(Math.max(...failed)).toBeLessThanOrEqual(Math.fround(1 / 3));
    expectShare(passed, (score) => score > 1 / 3, 2 / 3);
  });
});

describe('noisyScores: percentiles', () => {
  const drawn = [0.05, 0.3, 0.5, 0.9, 0.25];
  const config = noise('percentiles', { profile: drawn });
  const binOf = (score: number) => Math.min(4, Math.floor(((score + 1) / 2) * 5));
  const countsOf = (scores: number[]) =>
    drawn.map((_, bin) => scores.filter((score) => binOf(score) === bin).length);

  it.each([1, 5, 8, 13, 19])(
    'where %i of 20 pass scores are percentiles, and the odds of each stretch are the drawn ones times one number',
    (passesOf20) => {
      const { passed, failed } = byTruth(config, batch(passesOf20));
      expectDistribution([...passed, ...failed], (score) => (score + 1) / 2);
      const [right, wrong] = [countsOf(passed), countsOf(failed)];
      const logRatios = drawn.map((f, bin) => Math.log(right[bin] / wrong[bin]) - Math.log(f / (1 - f)));
      const errors = drawn.map((_, bin) => Math.sqrt(1 / right[bin] + 1 / wrong[bin]));
      const weights = errors.map((error) => error ** -2);
      const sum = (numbers: number[]) => numbers.reduce((total, x) => total + x, 0);
      const mean = sum(logRatios.map((x, bin) => x * weights[bin])) / sum(weights);
      for (const [bin, x] of logRatios.entries()) expect(Math.abs(x - mean)).toBeLessThan(3.5 * errors[bin]);
    },
  );

  it('where as many pass as is drawn in the mean, are as drawn', () => {
    const { passed, failed } = byTruth(config, batch(8));
    const [right, wrong] = [countsOf(passed), countsOf(failed)];
    drawn.forEach((share, bin) => {
      const truths = [...Array(right[bin]).fill(1), ...Array(wrong[bin]).fill(0)] as number[];
      expectShare(truths, (truth) => truth === 1, share);
    });
  });

  it.each([0, 20])('where %i of 20 pass say nothing, and are percentiles all the same', (passesOf20) => {
    const { passed, failed } = byTruth(config, batch(passesOf20));
    expectDistribution([...passed, ...failed], (score) => (score + 1) / 2);
  });

  it('keep what is drawn as 0 and 1, also where so many or so few cannot be', () => {
    for (const passesOf20 of [1, 10, 19]) {
      const { passed, failed } = byTruth(noise('percentiles', { profile: [0, 0.5, 1] }), batch(passesOf20));
      expect(Math.min(...passed)).toBeGreaterThanOrEqual(Math.fround(-1 / 3));
      expect(Math.max(...failed)).toBeLessThanOrEqual(Math.fround(1 / 3));
    }
  });
});

describe('noisyScores: properties', () => {
  it('gives a row the same score whatever the other rows are, and wherever it stands, unless it asks for their pass rate', () => {
    const asks = new Set(noises.flatMap(({ name, forBatch }) => (forBatch ? [name] : [])));
    expect([...asks]).toEqual(['percentiles']);
    const ofOne = anyNoise.filter(({ name }) => !asks.has(name));
    fc.assert(
      fc.property(ofOne, anyTestScores, fc.nat(), fc.nat(), (config, testScores, seed, orderSeed) => {
        const scores = noisyScores(testScores, config, streams(seed, 5));
        const random = stream(orderSeed, 'evaluation');
        const rows = [...testScores.keys()].filter(() => random.uniform() < 0.5).reverse();
        const some = Float32Array.from(rows, (row) => testScores[row]);
        const alone = noisyScores(some, config, (place) => streams(seed, 5)(rows[place]));
        expect([...alone]).toEqual(rows.map((row) => scores[row]));
      }),
    );
  });

  it('repeats itself, stays within ±5 and leaves its input alone', () => {
    fc.assert(
      fc.property(anyNoise, anyTestScores, fc.nat(), (config, testScores, seed) => {
        const before = [...testScores];
        const scores = noisyScores(testScores, config, streams(seed, 5));
        expect(noisyScores(testScores, config, streams(seed, 5))).toEqual(scores);
        expect(scores.every((score) => score >= -5 && score <= 5)).toBe(true);
        expect([...testScores]).toEqual(before);
      }),
    );
  });

  it('ends where a reward model’s scores end', () => {
    const { passed, failed } = byTruth(noise('heavy-tailed', { spread: 5 }));
    const constants = { mean: 0, deviation: 1 };
    expect(Math.max(...passed)).toBe(standardise(1e9, true, constants));
    expect(Math.min(...failed)).toBe(standardise(-1e9, true, constants));
  });

  it('has no infinite or undefined number, at either end of what is drawn', () => {
    for (const uniform of [0, 1 - 2 ** -53]) {
      for (const { name } of noises) {
        for (const spread of [0, 5]) {
          const random = () => ({ uniform: () => uniform, integer: () => 0 });
          const [failed, passed] = noisyScores(Float32Array.of(0, 1), noise(name, { spread }), random);
          expect(Math.abs(failed)).toBeLessThanOrEqual(5);
          expect(Math.abs(passed)).toBeLessThanOrEqual(5);
        }
      }
    }
  });

  it.each(noiseNames.filter((name) => name !== 'none'))(
    '%s: another seed, another update and another row have other noise, that of neighbours uncorrelated',
    (name) => {
      const passes = new Float32Array(ROWS).fill(1);
      const config = noise(name);
      const base = noisyScores(passes, config, streams(1, 3));
      const others = [
        noisyScores(passes, config, streams(2, 3)),
        noisyScores(passes, config, streams(1, 4)),
        noisyScores(passes, config, (row) => streams(1, 3)(row + 1)),
      ];
      const centred = (scores: Float32Array) => {
        const mean = scores.reduce((sum, score) => sum + score, 0) / ROWS;
        return scores.map((score) => score - mean);
      };
      const dot = (a: Float32Array, b: Float32Array) =>
        a.reduce((sum, value, row) => sum + value * b[row], 0);
      const x = centred(base);
      for (const other of others) {
        const y = centred(other);
        const correlation = dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
        // Independent: deviation 1/√R.
        expect(Math.abs(correlation)).toBeLessThan(3 / Math.sqrt(ROWS));
      }
    },
  );

  it('draws the same Gaussian noise under every noise that has one; a larger spread stretches it', () => {
    const scores = (config: NoiseConfig) => noisyScores(half, config, streams(1, 3));
    const even = scores(noise('even', { spread: 0.3 }));
    expect(scores(noise('unsure', { share: 0 }))).toEqual(even);
    expect(scores(noise('exploits', { share: 0 }))).toEqual(even);
    const wide = scores(noise('even', { spread: 0.6 }));
    const truth = half.map((share) => (share === 1 ? 1 : -1));
    const errors = wide.map((score, row) => score - truth[row] - 2 * (even[row] - truth[row]));
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(1e-6);
  });

  it('gives the same scores for ever: those of another program for the same formulas', () => {
    // Of this seed, an exploit, flips of both kinds, and a sure response among unsure ones.
    const testScores = Float32Array.of(1, 0, 0.25, 1, 1);
    const scores = noiseNames.map((name) => [
      name,
      [...noisyScores(testScores, noise(name), streams(85, 2))].map((score) => Number(score.toFixed(4))),
    ]);
    expect(Object.fromEntries(scores)).toEqual({
      none: [1, -1, -0.5, 1, 1],
      unsure: [-0.0804, 0.3004, 0.0225, 0.9381, -0.9001],
      even: [0.5981, 0.5021, -0.8874, 0.6903, -3.5006],
      'heavy-tailed': [-0.2015, -0.3943, -1.6433, 0.9529, 4.7842],
      exploits: [0.9196, 2, -0.9775, 0.9381, 0.0999],
      flipped: [-1, -1, 1, 1, 1],
      profile: [-0.475, 0.232, -0.954, 0.2559, 0.9076],
      percentiles: [-0.475, 0.232, -0.954, 0.0559, 0.9076],
    });
  });

  it('refuses what is no share of tests; of no rows makes none', () => {
    for (const bad of [NaN, -0.25, 1.5, Infinity]) {
      expect(() => noisyScores(Float32Array.of(1, bad), noise('even'), streams(1, 1))).toThrow(
        `A share of tests passed is from 0 to 1: got ${bad} in row 1.`,
      );
    }
    expect(noisyScores(new Float32Array(0), noise('even'), streams(1, 1))).toEqual(new Float32Array(0));
  });
});
