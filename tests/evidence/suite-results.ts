import type { Arm, Results, Run } from '../../src/evidence/results.ts';

export const arm = (id: string, source: string, filter: string, rest: Partial<Arm> = {}): Arm => ({
  id,
  source,
  filter,
  klCoef: 0.05,
  learningRate: 3e-4,
  ...rest,
});

/** Held-out pass@1 at updates 0, 10, …; an update draws 10 responses, and costs this much. */
export function run(
  armId: string,
  seed: number,
  passes: number[],
  { flops = 10, trained = 10, steps = 2 } = {},
  predictors: Run['predictors'] = [],
): Run {
  const evaluations = passes.map((passAt1HeldOut, i) => ({
    update: 10 * i,
    passAt1Train: 0.99,
    passAt1HeldOut,
    score: 0,
    kl: 0,
    drawn: 100 * i,
    trained: 10 * i * trained,
    flops: i * flops,
    steps: 10 * i * steps,
    seconds: i,
  }));
  return { arm: armId, seed, evaluations, predictors };
}

export const noneCurve = [0.1, 0.3, 0.5, 0.6, 0.7];
export const cheapCurve = [0.1, 0.2, 0.4, 0.5, 0.6];
export const cheapCosts = { flops: 5, trained: 5, steps: 1 };

/** Source strong: cheap is 0.1 below none at equal draws and 0.1 above at equal FLOPs, ± 0.01; same differs by chance. */
export function suite(): Results {
  const spread = [-0.01, 0, 0.01];
  const runs = spread.flatMap((noise, i) => {
    const seed = i + 1;
    // What a seed does to all of its runs is no difference.
    const shifted = (curve: number[], by: number) => curve.map((pass) => pass + i * 0.05 + by);
    const measured = (gamma: number): Run['predictors'] => [
      { update: 0, values: { gamma: gamma + noise, 'r2-binned': -gamma, never: null } },
      { update: 20, values: { gamma: -gamma } },
    ];
    return [
      run('a', seed, shifted(noneCurve, 0), {}, measured(2)),
      run('b', seed, shifted(cheapCurve, noise), cheapCosts, measured(1)),
      run('c', seed, shifted(noneCurve, [0.01, -0.01, 0.002][i]), {}, measured(3)),
    ];
  });
  const arms = [
    arm('a', 'strong', 'none'),
    arm('b', 'strong', 'cheap', { klCoef: 0.1 }),
    arm('c', 'strong', 'same'),
  ];
  return { suite: 'main', command: 'npm run suite', arms, runs };
}
