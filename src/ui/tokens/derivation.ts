/** How a token's number in PPO's objective comes about, link by link, with the numbers in the formulas. */
import { OFF } from '../../protocol/config.ts';
import type { TokenNumbers } from '../../protocol/tokens.ts';
import { fixed } from '../format.ts';
import { advantageForms, updateForms, type Form } from '../formulas/forms.ts';
import { inside, numeral, type Part } from '../formulas/parts.ts';
import type { TokenFact } from './facts.ts';

/** What the formulas are of, for token t. */
export interface Terms {
  /** −β times the log-ratio to the reference. */
  price: number;
  /** On the last token alone: the score, or the score against the group's. */
  score: number;
  shaped: number;
  /** Of the next token; 0 after the last. */
  nextValue: number;
  nextAdvantage: number;
  /** What the critic did not expect; with GRPO and RLOO what is paid here. */
  surprise: number;
  advantage: number;
  whitened: number;
}

/** Worked out from what comes before each, so that a reader can do the same. */
export function termsOf(numbers: TokenNumbers, { kl, value }: TokenFact, t: number): Terms {
  const { klCoef, gamma, gaeLambda, advantage: estimator } = numbers.used;
  const isLast = t === numbers.ids.length - 1;
  const price = -klCoef * kl;
  const [nextValue, nextAdvantage] = [numbers.values[t + 1] ?? 0, numbers.advantages[t + 1] ?? 0];
  const byCritic = estimator === 'gae';
  // What GRPO and RLOO pay is not among the numbers: it is what this advantage has more than the next.
  const paid = numbers.advantages[t] - gamma * nextAdvantage;
  const score = isLast ? (byCritic ? numbers.rewards[t] : paid) - price : 0;
  const shaped = price + score;
  const surprise = byCritic ? shaped + gamma * nextValue - value : shaped;
  const advantage = surprise + gamma * (byCritic ? gaeLambda : 1) * nextAdvantage;
  const { shift, scale } = numbers.whitening;
  return {
    ...{ price, score, shaped, nextValue, nextAdvantage, surprise, advantage },
    whitened: (advantage - shift) * scale,
  };
}

/** A formula, and the same with its numbers where they are known. */
export interface Line extends Form {
  numbers?: readonly Part[];
}

/** Stage 7 of a token. */
export function advantageLines(numbers: TokenNumbers, fact: TokenFact, t: number): Line[] {
  const { klCoef, gamma, gaeLambda, advantage: estimator, whitening } = numbers.used;
  const of = termsOf(numbers, fact, t);
  const isLast = t === numbers.ids.length - 1;
  const [here, next] = [{ token: t }, { token: isLast ? t : t + 1 }];
  const written = fact.oldLogprob ?? fact.logprob;
  const score = inside(of.score, estimator === 'gae' ? 'response' : 'prompt');
  const price: Part[] = [
    ...['−', inside(klCoef, { knob: 'klCoef' }), ' · ('],
    ...[inside(written, here), ' − ', inside(fact.refLogprob, here), ')'],
  ];
  const paid = [...(klCoef === 0 ? [] : price), ...(klCoef !== 0 && isLast ? [' + '] : [])];
  const isWhole = estimator !== 'gae' || gaeLambda === 1;
  const later: Part[] = [
    ...[' + ', inside(gamma, { knob: 'gamma' })],
    ...(isWhole ? [] : [' · ', inside(gaeLambda, { knob: 'gaeLambda' })]),
    ...[' · ', inside(of.nextAdvantage, next)],
  ];
  const isOneStep = estimator === 'gae' && gaeLambda === 0;
  const { shift, scale } = numbers.whitening;
  const mean = inside(shift, { knob: 'whitening' });
  const deviation = inside(1 / scale, { knob: 'whitening' });
  const advantage = inside(of.advantage, here);
  const whitened = numeral(of.whitened, here);
  const centred = ['(', advantage, ' − ', mean, ') / ', deviation, ' = ', whitened];
  const parts = new Map<string, readonly Part[]>([
    [
      'reward',
      [
        ...[...paid, ...(isLast ? [score] : []), ...(klCoef !== 0 || isLast ? [' = '] : [])],
        numeral(of.shaped, here),
      ],
    ],
    [
      'surprise',
      [
        ...[inside(of.shaped, here), ' + ', inside(gamma, { knob: 'gamma' }), ' · '],
        ...[inside(of.nextValue, next), ' − ', inside(fact.value, here), ' = '],
        numeral(of.surprise, here),
      ],
    ],
    [
      'advantage',
      [...(isOneStep ? [] : [inside(of.surprise, here), ...later, ' = ']), numeral(of.advantage, here)],
    ],
    [
      'whitened',
      {
        ...{ off: [whitened], scale: [advantage, ' / ', deviation, ' = ', whitened] },
        ...{ kept: centred, all: centred },
      }[whitening],
    ],
  ]);
  return advantageForms(numbers.used, isLast).map((form) => ({ ...form, numbers: parts.get(form.label) }));
}

/** Stage 8 of a token, by the policy that was asked: nothing where it is not known how likely the token was when it was written. */
export function updateLines(
  { term, logprob, oldLogprob, advantage }: TokenFact,
  t: number,
  clipRange: number,
): Line[] {
  if (!term || oldLogprob === undefined) return [];
  const here = { token: t };
  const { ratio, clippedRatio, objective, isClipped } = term;
  const end = (value: number): Part => ({ text: fixed(value), from: { knob: 'clipRange' } });
  const isOff = clipRange === OFF;
  const clipped: Part[] = [
    ...[', clipped to ', end(1 - clipRange), ' … ', end(1 + clipRange), ': ', numeral(clippedRatio, here)],
  ];
  const parts: Record<string, readonly Part[]> = {
    ratio: [
      ...['exp(', inside(logprob, here), ' − ', inside(oldLogprob, here), ') = ', numeral(ratio, here)],
      ...(isOff ? [] : clipped),
    ],
    objective: isOff
      ? [inside(ratio, here), ' · ', inside(advantage, here), ' = ', numeral(objective, here)]
      : [
          ...['min(', inside(ratio, here), ' · ', inside(advantage, here), ', '],
          ...[inside(clippedRatio, here), ' · ', inside(advantage, here), ') = ', numeral(objective, here)],
          ...(isClipped ? [': clipped, pushed no further'] : []),
        ],
  };
  return updateForms(clipRange, term).map((form) => ({ ...form, numbers: parts[form.label] }));
}

/** @param clipRange ε */
export const derivationOf = (
  numbers: TokenNumbers,
  fact: TokenFact,
  t: number,
  clipRange: number,
): Line[] => [...advantageLines(numbers, fact, t), ...updateLines(fact, t, clipRange)];
