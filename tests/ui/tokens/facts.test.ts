import { describe, expect, test } from 'vitest';
import {
  endsOf,
  extentOf,
  factsOf,
  measures,
  numbersLine,
  policySentence,
  shadeOf,
} from '../../../src/ui/tokens/facts.ts';
import { numbersOf } from './numbers.ts';

const facts = factsOf(numbersOf(), 0.2);
const measure = (name: string) => measures.find((one) => one.name === name)!;
const shades = (name: string, of = facts) =>
  of.map((fact) => Number(shadeOf(measure(name), fact, extentOf(measure(name), of)).toFixed(3)));

describe('what is said of a token', () => {
  test('in numbers', () => {
    expect(numbersLine(facts[0])).toBe(
      'log-prob −0.51 now, −0.92 when it was written, −0.92 under the reference · KL 0.000 nats · value +0.50 · ' +
        'reward 0.00 · return +1.00 · advantage +2.00, before whitening +0.50',
    );
  });
  test('without a ratio where nobody knows what was thought when it was written', () => {
    const [fact] = factsOf(numbersOf({ oldLogprobs: undefined }), 0.2);
    expect(fact.term).toBeUndefined();
    expect(numbersLine(fact)).toContain('log-prob −0.51, −0.92 under');
    // The KL is then of the policy that was asked.
    expect(fact.kl).toBeCloseTo(Math.log(1.5), 6);
  });
});

describe('colours', () => {
  test('go as far as the strongest of the tokens, either way of the middle', () => {
    expect(shades('advantage')).toEqual([1, 0.5, -0.5]);
    expect(shades('clipped')).toEqual([1, 0, 0]);
    expect(shades('log-prob')).toEqual([-0.317, -1, 0]);
  });
  test('of a ratio are of its logarithm, so that a half and a double are as far', () => {
    expect(shades('ratio')).toEqual([0.585, -1, 0]);
    const ratio = measure('ratio');
    expect(endsOf(ratio, facts, extentOf(ratio, facts))).toEqual({
      low: '0.50',
      middle: '1.00',
      high: '2.00',
    });
  });
  test('are none where there is no difference that a number on the page would show', () => {
    const { logprobs } = numbersOf();
    const same = factsOf(numbersOf({ oldLogprobs: logprobs.map((x) => x - 1e-6) }), 0.2);
    const ratio = measure('ratio');
    for (const shade of shades('ratio', same)) expect(Math.abs(shade)).toBeLessThan(0.001);
    expect(endsOf(ratio, same, extentOf(ratio, same))).toEqual({
      low: undefined,
      middle: '1.00',
      high: undefined,
    });
  });
  test('are none of what does not exist', () => {
    const nothing = factsOf(numbersOf({ whitenedAdvantages: new Float32Array(3).fill(NaN) }), 0.2);
    expect(shades('advantage', nothing)).toEqual([0, 0, 0]);
    expect(shades('objective', nothing)).toEqual([0, 0, 0]);
  });
});

describe('by which policy', () => {
  const sentence = (part: Parameters<typeof numbersOf>[0], update = 12, isKept = true) =>
    policySentence(numbersOf(part), update, isKept);
  test('is said, and what update the advantages are of', () => {
    expect(sentence({})).toBe(
      'Log-probabilities are by the policy after update 12; when it was written, by the policy before update 12. ' +
        'Values, rewards and advantages are those that update 12 learns from.',
    );
    expect(sentence({ policy: { update: 11, steps: 0 }, isAuthor: true })).toMatch(
      /^Log-probabilities are by the policy after update 11, which wrote it\./,
    );
    expect(sentence({ policy: { update: 12, steps: 1 } })).toContain('after 1 Adam step of update 13;');
    expect(sentence({}, 12, false)).toContain('worked out, though it does not learn from this response.');
  });
  test('and where they are worked out anew', () => {
    const anew = { isRemembered: false, oldLogprobs: undefined };
    expect(sentence(anew, 12, false)).toContain(
      'so there is no ratio. Values, rewards and advantages are what',
    );
    expect(sentence({ isRemembered: false, isAuthor: true, policy: { update: 0, steps: 0 } }, 0, false)).toBe(
      'All by the untrained policy, which wrote it. Values, rewards and advantages are what PPO would learn from by ' +
        'the settings at the time you asked; it never learns from this first batch.',
    );
  });
});
