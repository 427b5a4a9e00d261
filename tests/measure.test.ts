import { describe, expect, it } from 'vitest';
import { compareWithTruth, costs, perResponse, report } from '../src/measure.ts';
import { updateFlops } from '../src/model/flops.ts';
import type { NetworkConfig } from '../src/model/network.ts';
import type { Lesson, StepStats } from '../src/model/policy.ts';
import { ownName } from '../src/ppo/filter.ts';
import { defaultKnobs } from '../src/ppo/knobs.ts';
import type { Recent } from '../src/protocol/state.ts';

/** Three responses of 1, 2 and 3 tokens. */
const lesson: Lesson = {
  rows: 3,
  contextLength: 3,
  tokens: new Uint32Array(9),
  promptLengths: Uint32Array.of(3, 2, 1),
  lengths: Uint32Array.of(4, 4, 4),
  ended: Uint8Array.of(0, 0, 0),
  targets: new Uint32Array(9),
  mask: Float32Array.of(0, 0, 1, /**/ 0, 1, 1, /**/ 1, 1, 1),
  logprobs: Float32Array.of(9, 9, -1, /**/ 9, -1, -1, /**/ -1, -1, -1),
  refLogprobs: Float32Array.of(0, 0, -1.5, /**/ 0, -2, -2, /**/ -1, -1, -4),
  entropies: new Float32Array(9),
  values: Float32Array.of(7, 7, 0, /**/ 7, 1, 2, /**/ 5, 5, 5),
  advantages: Float32Array.of(8, 8, 3, /**/ 8, 1, 2, /**/ 0, 0, 6),
  returns: Float32Array.of(7, 7, 0, /**/ 7, 1, 2, /**/ -5, 0, 5),
};

describe('of a response', () => {
  it('the KL is summed over its tokens, the advantage is their mean; what is masked counts in neither', () => {
    const { kl, advantages } = perResponse(lesson);
    expect([...kl]).toEqual([0.5, 2, 3]);
    expect([...advantages]).toEqual([3, 1.5, 2]);
    expect([...perResponse(lesson, [2, 0]).kl]).toEqual([3, 0.5]);
  });
});

describe('of an update', () => {
  const step: StepStats = {
    ...{ policyLoss: 1, valueLoss: 2, ratio: 1, entropy: 3 },
    ...{ approxKl: 4, clipFrac: 0.5, gradNorm: 6, tokens: 3 },
  };
  it('the report is of what was learned from alone, and means over its steps', () => {
    const collected = { scores: Float32Array.of(1, 2, 6), kept: [0, 1] };
    const metrics = report(collected, lesson, [0, 1], [step, { ...step, policyLoss: 2 }]);
    expect(metrics).toMatchObject({
      'objective/scores': 3,
      'filter/kept': 2,
      'policy/loss': 1.5,
      'policy/adam_steps': 2,
      'policy/kl_kept': 1.25,
      // Rows 0 and 1 are foretold to the digit; row 2 would spoil it.
      'value/explained_variance': 1,
    });
  });
});

describe('what an update took', () => {
  const { filter } = defaultKnobs;
  const network: NetworkConfig = {
    ...{ layers: 2, channels: 8, heads: 2, vocabulary: 5, contextLength: 3, columns: 5 },
  };
  // Of 4 ids each, the last is not looked at; what a response's tokens are foretold from is read.
  const [one, two, three] = [1, 2, 3].map((reads) => ({ length: 3, reads }));

  it('is all that was sampled, and FLOPs of what was sampled, scored, looked at and learned from', () => {
    const sampled = { sampled: [one, two, three], isScored: true, epochs: 2 };
    const update = { rollout: lesson, teacher: 'strong', filter, epochs: 2 } as const;
    const kept = costs(network, update, lesson, [0, 1]);
    const parts = { asked: [], experienced: [one, two, three], learned: [one, two] };
    expect(kept).toEqual({ 'cost/drawn': 3, 'cost/flops': updateFlops(network, { ...sampled, ...parts }) });
    // What a filter's code asks the policy about is all that was sampled.
    const naming = { ...filter, name: ownName, code: 'r.kl' };
    const flops = updateFlops(network, { ...sampled, ...parts, asked: [one, two, three] });
    expect(costs(network, { ...update, filter: naming }, lesson, [0, 1])['cost/flops']).toBe(flops);
    const silent = { ...naming, code: 'r.score' };
    expect(costs(network, { ...update, filter: silent }, lesson, [0, 1])).toEqual(kept);
  });

  it('the tests ask nothing of a network', () => {
    const flopsOf = (teacher: 'strong' | 'tests') =>
      costs(network, { rollout: lesson, teacher, filter, epochs: 1 }, lesson, [0])['cost/flops']!;
    expect(flopsOf('tests')).toBeLessThan(flopsOf('strong'));
  });
});

describe('against the truth', () => {
  const scores = Float32Array.of(3, 2, 1, 0);
  const compare = (recent: Recent, truths: number[]) =>
    compareWithTruth(recent, scores, Float32Array.from(truths), [0, 3], 4);

  it('a pass is every test passed, and what could not be judged counts nowhere', () => {
    const { recent, metrics } = compare([], [1, NaN, 0.5, NaN]);
    expect(metrics).toMatchObject({ 'objective/test_score': 0.75, 'objective/pass_rate': 0.5 });
    expect(recent).toEqual([{ scores: [3], passed: [1] }]);
  });

  it('pass@4 is that of the batch, where a prompt has more than four responses', () => {
    const truths = [1, 0, 0, 0, 0, 1, 1, 0, 0, 0];
    const of = (groupSize: number) =>
      compareWithTruth([], new Float32Array(10), Float32Array.from(truths), [0], groupSize).metrics;
    // One of five passes: 4/5. Two of five: 1 − 0 / 5.
    expect(of(5)['objective/pass@4']).toBeCloseTo((4 / 5 + 1) / 2, 12);
    expect(of(2)['objective/pass@4']).toBeNaN();
  });

  it('five batches are looked back on', () => {
    let recent: Recent = [];
    for (let batch = 0; batch < 7; batch++) ({ recent } = compare(recent, [1, 1, 1, batch % 2]));
    expect(recent.map(({ passed }) => passed[1])).toEqual([0, 1, 0, 1, 0]);
  });
});
