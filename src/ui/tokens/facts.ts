/** What is said of a response's tokens, one by one, and how they are coloured by it. */
import { clippedTerm, type ClippedTerm } from '../../ppo/clipped.ts';
import type { TokenNumbers } from '../../protocol/tokens.ts';
import { decode } from '../../tasks/vocabulary.ts';
import { counted, fixed, signed } from '../format.ts';

export interface TokenFact {
  lexeme: string;
  logprob: number;
  /** When it was written, where that is known; and with it what PPO makes of the two. */
  oldLogprob: number | undefined;
  term: ClippedTerm | undefined;
  refLogprob: number;
  /** Nats, of the policy that wrote it where that is known, else of the one that was asked. */
  kl: number;
  value: number;
  shaped: number;
  /** Before whitening. */
  plainAdvantage: number;
  advantage: number;
  returned: number;
}

/** @param clipRange ε */
export function factsOf(numbers: TokenNumbers, clipRange: number): TokenFact[] {
  const { logprobs, oldLogprobs, refLogprobs, values, rewards, advantages, whitenedAdvantages, returns } =
    numbers;
  return decode(numbers.ids).map((lexeme, t) => {
    const oldLogprob = oldLogprobs?.[t];
    const advantage = whitenedAdvantages[t];
    return {
      ...{ lexeme, logprob: logprobs[t], oldLogprob, refLogprob: refLogprobs[t] },
      term: oldLogprob === undefined ? undefined : clippedTerm(logprobs[t], oldLogprob, advantage, clipRange),
      kl: (oldLogprob ?? logprobs[t]) - refLogprobs[t],
      ...{ value: values[t], shaped: rewards[t], plainAdvantage: advantages[t], advantage },
      returned: returns[t],
    };
  });
}

/** What tokens can be coloured by. */
export interface Measure {
  name: string;
  label: string;
  hint: string;
  /** Undefined where it needs what the policy said when it wrote, and that is not known. */
  of: (fact: TokenFact) => number | undefined;
  text: (value: number) => string;
  /** What has no colour. */
  middle: number;
}

export const measures: readonly Measure[] = [
  {
    name: 'log-prob',
    label: /* @wc-include */ 'log-prob',
    hint: 'How likely the policy finds the token: 0 is certain, the stronger the colour the less likely',
    of: ({ logprob }) => logprob,
    text: (value) => fixed(value),
    middle: 0,
  },
  {
    name: 'ratio',
    label: /* @wc-include */ 'ratio',
    hint: 'How many times as likely the token is as when it was written',
    of: ({ term }) => term?.ratio,
    text: (value) => fixed(value),
    middle: 1,
  },
  {
    name: 'clipped',
    label: /* @wc-include */ 'clipped',
    hint: 'Coloured where the ratio has gone as far as PPO lets it: such a token is pushed no further',
    of: ({ term }) => term && Number(term.isClipped),
    text: (value) => (value === 1 ? 'clipped' : 'not clipped'),
    middle: 0,
  },
  {
    name: 'value',
    label: /* @wc-include */ 'value',
    hint: 'The score that the critic expects before the token is written',
    of: ({ value }) => value,
    text: (value) => signed(value),
    middle: 0,
  },
  {
    name: 'advantage',
    label: /* @wc-include */ 'advantage',
    hint: 'How much better it turned out than what it is compared with, whitened: above 0 made more likely, below less',
    of: ({ advantage }) => advantage,
    text: (value) => signed(value),
    middle: 0,
  },
  {
    name: 'kl',
    label: 'KL',
    hint: 'How far from the reference: its log-probability less that under the reference, in nats',
    of: ({ kl }) => kl,
    text: (value) => signed(value, 3),
    middle: 0,
  },
  {
    name: 'objective',
    label: /* @wc-include */ 'objective',
    hint: 'What PPO makes larger: the smaller of ratio × advantage and clipped ratio × advantage',
    of: ({ term }) => term?.objective,
    text: (value) => signed(value),
    middle: 0,
  },
];

/** Differences smaller than this, which no number on the page would show, have no colour. */
const LEAST = 0.01;

/** How far a measure goes from its middle, at most, over the tokens: of a ratio as a factor. */
export function extentOf({ of, middle }: Measure, facts: readonly TokenFact[]): number {
  const away = facts.map((fact) => Math.abs(awayFrom(middle, of(fact))));
  return Math.max(LEAST, ...away.filter(Number.isFinite));
}

/** From −1, as far below the middle as any token is, to 1. */
export function shadeOf({ of, middle }: Measure, fact: TokenFact, extent: number): number {
  const away = awayFrom(middle, of(fact)) / extent;
  return Number.isFinite(away) ? away : 0;
}

/** Ratios below 1 are as far from it as what they are 1 divided by. */
function awayFrom(middle: number, value = NaN): number {
  return middle === 1 ? Math.log(value) : value - middle;
}

/** The ends of the colours, in numbers: only those that there are. */
export function endsOf(
  { of, middle, text }: Measure,
  facts: readonly TokenFact[],
  extent: number,
): { low: string | undefined; middle: string; high: string | undefined } {
  const away = facts.map((fact) => awayFrom(middle, of(fact)));
  const at = (shift: number) => text(middle === 1 ? Math.exp(shift) : middle + shift);
  return {
    low: away.some((shift) => shift <= -LEAST) ? at(-extent) : undefined,
    middle: text(middle),
    high: away.some((shift) => shift >= LEAST) ? at(extent) : undefined,
  };
}

/** "return", or of the last token of all what it stands for. */
export const spelt = (lexeme: string) => (lexeme === '<end>' ? 'end' : lexeme);

/** A token's numbers, in a line. */
export function numbersLine(fact: TokenFact): string {
  const { logprob, oldLogprob, refLogprob, kl, value, shaped, plainAdvantage, advantage, returned } = fact;
  const written = oldLogprob === undefined ? '' : ` now, ${fixed(oldLogprob)} when it was written`;
  return [
    `log-prob ${fixed(logprob)}${written}, ${fixed(refLogprob)} under the reference`,
    `KL ${signed(kl, 3)} nats`,
    `value ${signed(value)}`,
    `reward ${signed(shaped)}`,
    `return ${signed(returned)}`,
    `advantage ${signed(advantage)}, before whitening ${signed(plainAdvantage)}`,
  ].join(' · ');
}

function policyWords({ update, steps }: TokenNumbers['policy']): string {
  if (steps > 0)
    return `the policy after ${counted(steps, ['Adam step', 'Adam steps'])} of update ${update + 1}`;
  return update === 0 ? 'the untrained policy' : `the policy after update ${update}`;
}

/**
 * By which policy the numbers are, in sentences.
 * @param update that the response was written in
 * @param isKept whether that update learned from it, or will
 */
export function policySentence(numbers: TokenNumbers, update: number, isKept: boolean): string {
  const { policy, isAuthor, isRemembered } = numbers;
  const by = policyWords(policy);
  if (isRemembered) {
    const use = isKept ? 'learns from' : 'worked out, though it does not learn from this response';
    const then = isAuthor
      ? ', which wrote it'
      : `; when it was written, by the policy before update ${update}`;
    return `Log-probabilities are by ${by}${then}. Values, rewards and advantages are those that update ${update} ${use}.`;
  }
  const would =
    'Values, rewards and advantages are what PPO would learn from by the settings at the time you asked' +
    (update === 0 ? '; it never learns from this first batch.' : '.');
  if (isAuthor) return `All by ${by}, which wrote it. ${would}`;
  return `All by ${by}. What the policy that wrote it thought of its tokens was not kept, so there is no ratio. ${would}`;
}
