/** How a token's number in PPO's objective comes about, link by link, with the numbers in the formulas. */
import type { TokenNumbers } from '../../protocol/tokens.ts';
import { fixed } from '../format.ts';
import type { TermId } from '../glossary.ts';
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

export interface Link {
  term: TermId;
  label: string;
  /** By its name in formulas.tex. */
  formula: string;
  numbers: string;
}

/** A number as it stands within a formula. */
function inside(value: number): string {
  const text = fixed(value, 3);
  return /^\d/.test(text) ? text : `(${text})`;
}

/** @param clipRange ε */
export function derivationOf(numbers: TokenNumbers, fact: TokenFact, t: number, clipRange: number): Link[] {
  const { klCoef, gamma, gaeLambda, advantage: estimator, whitening } = numbers.used;
  const of = termsOf(numbers, fact, t);
  const isLast = t === numbers.ids.length - 1;
  const byCritic = estimator === 'gae';
  const written = fact.oldLogprob ?? fact.logprob;
  const links: Link[] = [
    {
      term: 'kl-coefficient',
      label: 'reward',
      formula: isLast ? (byCritic ? 'reward-last' : 'reward-last-group') : 'reward',
      numbers:
        `−${inside(klCoef)} · (${inside(written)} − ${inside(fact.refLogprob)})` +
        `${isLast ? ` + ${inside(of.score)}` : ''} = ${fixed(of.shaped, 3)}`,
    },
  ];
  if (byCritic)
    links.push({
      term: 'gae',
      label: 'surprise',
      formula: 'surprise',
      numbers: `${inside(of.shaped)} + ${inside(gamma)} · ${inside(of.nextValue)} − ${inside(fact.value)} = ${fixed(of.surprise, 3)}`,
    });
  links.push({
    term: byCritic ? 'gae' : 'advantage-estimator',
    label: 'advantage',
    formula: byCritic ? 'advantage-gae' : 'advantage-group',
    numbers: `${inside(of.surprise)} + ${inside(gamma * (byCritic ? gaeLambda : 1))} · ${inside(of.nextAdvantage)} = ${fixed(of.advantage, 3)}`,
  });
  if (whitening !== 'off')
    links.push({
      term: 'whitening',
      label: 'whitened',
      formula: whitening === 'scale' ? 'whitened-scale' : 'whitened',
      numbers:
        whitening === 'scale'
          ? `${inside(of.advantage)} / ${inside(1 / numbers.whitening.scale)} = ${fixed(of.whitened, 3)}`
          : `(${inside(of.advantage)} − ${inside(numbers.whitening.shift)}) / ${inside(1 / numbers.whitening.scale)} = ${fixed(of.whitened, 3)}`,
    });
  const { term, logprob, oldLogprob, advantage } = fact;
  if (!term || oldLogprob === undefined) return links;
  const { ratio, clippedRatio, objective, isClipped } = term;
  links.push(
    {
      term: 'clip-range',
      label: 'ratio',
      formula: 'ratio',
      numbers:
        `exp(${inside(logprob)} − ${inside(oldLogprob)}) = ${fixed(ratio, 3)}, clipped to ` +
        `${fixed(1 - clipRange)} … ${fixed(1 + clipRange)}: ${fixed(clippedRatio, 3)}`,
    },
    {
      term: 'ppo',
      label: 'objective',
      formula: 'objective',
      numbers:
        `min(${inside(ratio)} · ${inside(advantage)}, ${inside(clippedRatio)} · ${inside(advantage)}) = ` +
        `${fixed(objective, 3)}${isClipped ? ': clipped, pushed no further' : ''}`,
    },
  );
  return links;
}
