import { describe, expect, it } from 'vitest';
import type { Experience } from '../../src/model/policy.ts';
import { againstGroup } from '../../src/ppo/group-advantage.ts';
import { defaultKnobs } from '../../src/ppo/knobs.ts';
import { stream } from '../../src/ppo/random.ts';
import { advantagesOf } from '../../src/train.ts';

describe('a score against those of its prompt', () => {
  const scores = Float32Array.of(1, 2, 3, 6, /**/ 5, 5, 5, 5);

  it('in deviations from the mean of the group, as GRPO has it', () => {
    // Mean 3, variance (4 + 1 + 0 + 9) / 4.
    const deviation = Math.sqrt(3.5);
    const centred = againstGroup(scores, 4, 'group');
    [-2, -1, 0, 3, 0, 0, 0, 0].forEach((off, i) => expect(centred[i]).toBeCloseTo(off / deviation, 5));
  });

  it('less the mean of the others, as RLOO has it', () => {
    expect([...againstGroup(scores, 4, 'rloo')].map((x) => Number(x.toFixed(5)))).toEqual([
      ...[1 - 11 / 3, 2 - 10 / 3, 3 - 3, 6 - 2].map((x) => Number(x.toFixed(5))),
      ...[0, 0, 0, 0],
    ]);
  });

  it('sums to 0 in a group, whatever is added to its scores; GRPO takes no notice of their scale', () => {
    const random = stream(5, 'what-if');
    for (let round = 0; round < 50; round++) {
      const size = 2 + random.integer(7);
      const drawn = Float32Array.from({ length: 3 * size }, () => random.uniform() * 4 - 2);
      const other = drawn.map((score) => 3 * score + 1);
      for (const how of ['group', 'rloo'] as const) {
        const [centred, moved] = [againstGroup(drawn, size, how), againstGroup(other, size, how)];
        for (let start = 0; start < centred.length; start += size)
          expect(centred.subarray(start, start + size).reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 4);
        const factor = how === 'group' ? 1 : 3;
        moved.forEach((x, i) => expect(x).toBeCloseTo(factor * centred[i], 3));
      }
    }
  });

  it('of one response there is nothing to compare with', () => {
    expect([...againstGroup(Float32Array.of(2, -1), 1, 'group')]).toEqual([0, 0]);
    expect([...againstGroup(Float32Array.of(2, -1), 1, 'rloo')]).toEqual([2, -1]);
    expect(() => againstGroup(Float32Array.of(1, 2, 3), 2, 'rloo')).toThrow(/groups of 2/);
  });
});

describe('advantages without a critic', () => {
  /** Two kept responses, of 2 and 1 tokens, of four that were sampled for a prompt. */
  const known = {
    ...{ rows: 2, contextLength: 2 },
    mask: Float32Array.of(1, 1, /**/ 0, 1),
    logprobs: Float32Array.of(-1, -2, /**/ 9, -1),
    refLogprobs: Float32Array.of(-1.5, -1, /**/ 9, -1),
    values: Float32Array.of(0.3, 0.7, /**/ 9, -0.2),
  } as Experience;
  const scored = { scores: Float32Array.of(4, 0, 0, 2), groupSize: 4, rows: [0, 3] };
  const knobs = { ...defaultKnobs, klCoef: 0.1, whitening: 'off' } as const;

  it('are the score against the group of all that were sampled, less the KL that is still to be paid', () => {
    const { whitenedAdvantages, rewards } = advantagesOf(known, scored, { ...knobs, advantage: 'rloo' });
    // KL per token: 0.5, −1; the score is 4 − 2/3. The other response: 2 − 4/3.
    const [kl0, kl1] = [0.05, -0.1];
    [4 - 2 / 3 - kl0 - kl1, 4 - 2 / 3 - kl1, 0, 2 - 4 / 3].forEach((expected, m) =>
      expect(whitenedAdvantages[m]).toBeCloseTo(expected, 5),
    );
    // What is shown as rewards is the score as it is.
    expect(rewards[1]).toBeCloseTo(4 - kl1, 5);
  });

  it('do not read λ or the critic, which goes on learning what it learned', () => {
    const of = (part: object) =>
      advantagesOf(known, scored, { ...knobs, advantage: 'group', ...part }).whitenedAdvantages;
    expect(of({ gaeLambda: 0.2 })).toEqual(of({}));
    const wild = { ...known, values: known.values.map((value) => 5 * value) };
    const [calm, excited] = [known, wild].map(
      (experience) => advantagesOf(experience, scored, { ...knobs, advantage: 'group' }).whitenedAdvantages,
    );
    expect(excited).toEqual(calm);
    const [withCritic, without] = (['gae', 'group'] as const).map(
      (advantage) => advantagesOf(known, scored, { ...knobs, advantage }).returns,
    );
    expect(without).toEqual(withCritic);
  });
});
