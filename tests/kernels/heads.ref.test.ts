import { describe, expect, test } from 'vitest';
import { bradleyTerry } from '../../src/kernels/bradley-terry.ref.ts';
import { knobIndex, tokenStat, tokenStatCount } from '../../src/kernels/catalogue.ts';
import { crossEntropy } from '../../src/kernels/cross-entropy.ref.ts';
import { logProb } from '../../src/kernels/log-prob.ref.ts';
import { ppoHead } from '../../src/kernels/ppo-head.ref.ts';
import { valueHead } from '../../src/kernels/value-head.ref.ts';
import { expectGradient } from './central-difference.ts';
import { knobs } from '../../src/kernels/cases/head-cases.ts';
import { seeded } from '../../src/kernels/cases/seeded.ts';

const LN2 = Math.log(2);
const doubleKnobs = (values: Parameters<typeof knobs>[0]) => Float64Array.from(knobs(values));

describe('log-prob', () => {
  test('two equal logits: −ln 2, entropy ln 2; nothing where masked', () => {
    const out = new Float64Array(4).fill(9);
    logProb(
      {
        logits: new Float64Array([3, 3, 0.7, 100, 1, 2, 3, 100]),
        targets: new Uint32Array([1, 0]),
        mask: new Float64Array([1, 0]),
        knobs: doubleKnobs({ temperature: 0.5 }),
        out,
      },
      { M: 2, V: 2, N: 4 },
    );
    expect(out[0]).toBeCloseTo(-LN2, 12);
    expect(out[1]).toBeCloseTo(LN2, 12);
    expect([...out.subarray(2)]).toEqual([0, 0]);
  });

  test('logits are divided by the temperature', () => {
    const out = new Float64Array(2);
    const logits = new Float64Array([0, 2 * Math.log(3), 5]);
    const [targets, mask] = [new Uint32Array([1]), new Float64Array([1])];
    logProb({ logits, targets, mask, knobs: doubleKnobs({ temperature: 2 }), out }, { M: 1, V: 2, N: 3 });
    expect(out[0]).toBeCloseTo(Math.log(3 / 4), 7);
    expect(out[1]).toBeCloseTo(-(Math.log(1 / 4) / 4 + (3 * Math.log(3 / 4)) / 4), 7);
  });
});

/** One position with p = (1/4, 3/4), target 1, τ = 1, and what the head says about it. */
function position(old: number[]) {
  const logits = new Float64Array([0, Math.log(3), 2, 55]);
  const tokenStats = new Float64Array(tokenStatCount);
  ppoHead(
    {
      logits,
      targets: new Uint32Array([1]),
      mask: new Float64Array([1]),
      old: new Float64Array(old),
      knobs: doubleKnobs({
        temperature: 1,
        entropyCoef: 0,
        inverseCount: 0.5,
      }),
      tokenStats,
    },
    { M: 1, V: 2, N: 4 },
  );
  const stat = (name: keyof typeof tokenStat) => tokenStats[tokenStat[name]];
  return { logits, stat };
}

describe('ppo-head', () => {
  const logprob = Math.log(3 / 4);

  test('ratio 1: the loss is −A, its gradient −A·(1[k = a] − p)/n', () => {
    const { logits, stat } = position([logprob, 4]);
    expect(stat('logprob')).toBeCloseTo(logprob, 12);
    expect(stat('ratio')).toBeCloseTo(1, 12);
    expect(stat('policyLoss')).toBeCloseTo(-4, 12);
    expect(stat('approxKl')).toBeCloseTo(0, 12);
    expect(stat('clipped')).toBe(0);
    expect(stat('entropy')).toBeCloseTo(-Math.log(1 / 4) / 4 - (3 * logprob) / 4, 12);
    const expected = [0.5, -0.5, 0, 0];
    logits.forEach((gradient, i) => expect(gradient).toBeCloseTo(expected[i], 12));
  });

  test('ratio 2 with a positive advantage is clipped: loss −1.2 A, no gradient', () => {
    const { logits, stat } = position([logprob - LN2, 4]);
    expect(stat('ratio')).toBeCloseTo(2, 12);
    expect(stat('policyLoss')).toBeCloseTo(-4.8, 6);
    expect(stat('approxKl')).toBeCloseTo(1 - LN2, 12);
    expect(stat('clipped')).toBe(1);
    expect([...logits]).toEqual([0, 0, 0, 0].map((zero) => expect.closeTo(zero, 12) as number));
  });

  test('ratio 2 with a negative advantage is not clipped', () => {
    const { logits, stat } = position([logprob - LN2, -4]);
    expect(stat('policyLoss')).toBeCloseTo(8, 12);
    expect(stat('clipped')).toBe(0);
    expect(logits[1]).toBeCloseTo(0.5 * 8 * (1 - 3 / 4), 12);
  });

  test.each([
    { temperature: 0.7, entropyCoef: 0.3 },
    { temperature: 1.9, entropyCoef: 0 },
  ])('gradients are the slope of the loss over clipped and unclipped rows: %j', (values) => {
    const random = seeded(8);
    const dims = { M: 40, V: 6, N: 8 };
    const setting = doubleKnobs({ ...values, inverseCount: 1 / 30 });
    const logits = Float64Array.from(random.normals(dims.M * dims.N));
    const targets = random.integers(dims.M, dims.V);
    const mask = Float64Array.from(random.mask(dims.M));
    const old = Float64Array.from(random.normals(2 * dims.M)).map((x, i) => (i % 2 === 0 ? x / 3 - 1.8 : x));
    const tokenStats = new Float64Array(dims.M * tokenStatCount);
    const [entropyCoef, inverseCount] = [setting[knobIndex.entropyCoef], setting[knobIndex.inverseCount]];
    const run = () => {
      const gradients = logits.slice();
      ppoHead({ logits: gradients, targets, mask, old, knobs: setting, tokenStats }, dims);
      return gradients;
    };
    const loss = () => {
      run();
      let sum = 0;
      for (let m = 0; m < dims.M; m++) {
        const stat = (name: keyof typeof tokenStat) => tokenStats[m * tokenStatCount + tokenStat[name]];
        sum += stat('policyLoss') - entropyCoef * stat('entropy');
      }
      return sum * inverseCount;
    };
    const gradients = run();
    const clipped = tokenStats.filter((_, i) => i % tokenStatCount === tokenStat.clipped);
    // The loss is only as good a test as the branches it takes.
    expect(clipped.filter((x) => x === 1).length).toBeGreaterThan(2);
    expect(clipped.filter((x, m) => x === 0 && mask[m] === 1).length).toBeGreaterThan(2);
    expectGradient(loss, logits, gradients);
  });

  test('a ratio beyond e^20 stays finite', () => {
    const { stat } = position([-1000, -1]);
    expect(stat('ratio')).toBeCloseTo(Math.exp(20), 0);
    expect(stat('approxKl')).toBeCloseTo(Math.exp(20) - 21, 0);
  });
});

describe('cross-entropy', () => {
  test('p = (1/4, 3/4): −ln ¾, gradient (p − 1[target])/n, 0 in other columns and masked rows', () => {
    const logits = new Float64Array([1, 1 + Math.log(3), 9, 1, 2, 3]);
    const losses = new Float64Array(2).fill(9);
    crossEntropy(
      {
        logits,
        targets: new Uint32Array([1, 0]),
        mask: new Float64Array([1, 0]),
        knobs: doubleKnobs({ temperature: 7, inverseCount: 0.5 }),
        losses,
      },
      { M: 2, V: 2, N: 3 },
    );
    expect(losses[0]).toBeCloseTo(-Math.log(3 / 4), 12);
    expect(losses[1]).toBe(0);
    expect(logits[0]).toBeCloseTo(1 / 8, 12);
    expect(logits[1]).toBeCloseTo(-1 / 8, 12);
    expect([...logits.subarray(2)]).toEqual([0, 0, 0, 0]);
  });

  test('gradients are the slope of the loss', () => {
    const random = seeded(9);
    const dims = { M: 12, V: 5, N: 6 };
    const logits = Float64Array.from(random.normals(72, 2));
    const [targets, mask] = [random.integers(12, 5), Float64Array.from(random.mask(12))];
    const setting = doubleKnobs({ inverseCount: 0.1 });
    const losses = new Float64Array(12);
    const run = () => {
      const gradients = logits.slice();
      crossEntropy({ logits: gradients, targets, mask, knobs: setting, losses }, dims);
      return gradients;
    };
    const loss = () => {
      run();
      return losses.reduce((a, b) => a + b) * setting[knobIndex.inverseCount];
    };
    expectGradient(loss, logits, run());
  });
});

describe('value-head', () => {
  /** A value of 2, clipped to within ¼ of the old one, and a column that is not in use. */
  function valued(goal: number, oldValue: number) {
    const values = new Float64Array([2, 55]);
    const losses = new Float64Array(1);
    const setting = doubleKnobs({ inverseCount: 0.5, valueClipRange: 0.25 });
    valueHead({ values, old: new Float64Array([goal, oldValue]), knobs: setting, losses }, { M: 1, N: 2 });
    return { loss: losses[0], gradient: [...values] };
  }

  test('half of the squared error, and its slope', () => {
    expect(valued(1.5, 2)).toEqual({ loss: 0.125, gradient: [0.25, 0] });
  });

  test('a value that moved too far towards its return is clipped: larger loss, no gradient', () => {
    expect(valued(2, 1)).toEqual({ loss: 0.5 * 0.75 ** 2, gradient: [0, 0] });
  });

  test('a value that moved too far away from its return still has its gradient', () => {
    expect(valued(0.5, 1)).toEqual({ loss: 0.5 * 1.5 ** 2, gradient: [0.75, 0] });
  });

  test('gradients are the slope of the loss over clipped and unclipped rows', () => {
    const random = seeded(10);
    const dims = { M: 40, N: 3 };
    const values = Float64Array.from(random.normals(dims.M * dims.N));
    const old = Float64Array.from(random.normals(2 * dims.M));
    const setting = doubleKnobs({ valueClipRange: 0.3, inverseCount: 1 / 30 });
    const losses = new Float64Array(dims.M);
    const run = () => {
      const gradients = values.slice();
      valueHead({ values: gradients, old, knobs: setting, losses }, dims);
      return gradients;
    };
    const loss = () => {
      run();
      return losses.reduce((a, b) => a + b) * setting[knobIndex.inverseCount];
    };
    const gradients = run();
    const stuck = gradients.filter((g, i) => i % dims.N === 0 && g === 0).length;
    expect(stuck).toBeGreaterThan(2);
    expect(stuck).toBeLessThan(dims.M - 2);
    expectGradient(loss, values, gradients);
  });
});

describe('bradley-terry', () => {
  test('a lead of ln 3 costs ln 4/3 and is pushed by a quarter; padding costs nothing', () => {
    const scores = new Float64Array([0, 7, 5, 7, 5 + Math.log(3), 7]);
    const losses = new Float64Array(2).fill(9);
    bradleyTerry(
      { scores, pairs: new Uint32Array([2, 1, 0, 0]), knobs: doubleKnobs({ inverseCount: 1 }), losses },
      { M: 3, N: 2, P: 2 },
    );
    expect(losses[0]).toBeCloseTo(Math.log(4 / 3), 12);
    expect(losses[1]).toBe(0);
    const expected = [0, 0, 1 / 4, 0, -1 / 4, 0];
    scores.forEach((gradient, i) => expect(gradient).toBeCloseTo(expected[i], 12));
  });

  test('gradients are the slope of the loss', () => {
    const random = seeded(10);
    const scores = Float64Array.from(random.normals(16, 2));
    const pairs = new Uint32Array([0, 5, 7, 2, 3, 3, 4, 1]);
    const setting = doubleKnobs({ inverseCount: 0.25 });
    const losses = new Float64Array(4);
    const run = () => {
      const gradients = scores.slice();
      bradleyTerry({ scores: gradients, pairs, knobs: setting, losses }, { M: 8, N: 2, P: 4 });
      return gradients;
    };
    const loss = () => {
      run();
      return losses.reduce((a, b) => a + b) * 0.25;
    };
    expectGradient(loss, scores, run());
  });
});
