import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../scripts/install.mjs';
import { formulasOf } from '../../../scripts/vite/tex.ts';
import { estimators, OFF, whitenings } from '../../../src/protocol/config.ts';
import type { TokenNumbers } from '../../../src/protocol/tokens.ts';
import { textOf } from '../../../src/ui/formulas/parts.ts';
import { derivationOf, termsOf } from '../../../src/ui/tokens/derivation.ts';
import { factsOf } from '../../../src/ui/tokens/facts.ts';
import { tokenNumbers } from '../../../src/token-numbers.ts';
import { batches, run } from '../../tiny-run.ts';
import type { RunEvent } from '../../../src/protocol/events.ts';
import { numbersOf } from './numbers.ts';

/** Of the first kept response of update 1, asked after it has been learned from. */
async function learned(part: object): Promise<TokenNumbers> {
  const seen: RunEvent[] = [];
  let numbers: TokenNumbers | undefined;
  await run({
    updates: 1,
    knobs: { klCoef: 0.3, gamma: 0.98, ...part },
    onEvent: async (event, training) => {
      seen.push(event);
      if (event.type !== 'updated') return;
      const batch = batches(seen).find(({ update }) => update === 1)!;
      numbers = await tokenNumbers(training, batch, batch.kept[0], batch.kept, training.inForce);
    },
  });
  return numbers!;
}

const cases = estimators.flatMap((advantage) => whitenings.map((whitening) => ({ advantage, whitening })));

describe('how a token comes to its number', () => {
  it.each(cases)(
    'is what training did, link by link: $advantage, whitening $whitening',
    async ({ advantage, whitening }) => {
      const numbers = await learned({ advantage, whitening });
      expect(numbers.used).toMatchObject({ advantage, whitening, klCoef: 0.3, gamma: 0.98 });
      const facts = factsOf(numbers, 0.2);
      expect(facts.length).toBeGreaterThan(3);
      facts.forEach((fact, t) => {
        const terms = termsOf(numbers, fact, t);
        expect(terms.advantage).toBeCloseTo(numbers.advantages[t], 4);
        expect(terms.whitened).toBeCloseTo(numbers.whitenedAdvantages[t], 4);
        if (advantage === 'gae') expect(terms.shaped).toBeCloseTo(numbers.rewards[t], 5);
        else expect(terms.score === 0).toBe(t < facts.length - 1);
      });
    },
  );

  it('is told in formulas with their numbers; a choice that changes a formula changes what is told', () => {
    const told = (part: Partial<TokenNumbers>, t: number) =>
      derivationOf(numbersOf(part), factsOf(numbersOf(part), 0.2)[t], t, 0.2);
    // β 1/8; the KL of the second token is log ½.
    expect(told({}, 1).map(({ label, formula, numbers }) => [label, formula, textOf(numbers!)])).toEqual([
      ['reward', 'reward', '−0.125 · ((−0.916) − (−0.223)) = 0.087'],
      ['surprise', 'surprise', '0.087 + 1.000 · 0.750 − 0.250 = 0.587'],
      ['advantage', 'advantage-whole', '0.587 + 1.000 · 0.250 = 0.837'],
      ['whitened', 'whitened', '(0.837 − 0.000) / 0.250 = 3.347'],
      ['ratio', 'ratio', 'exp((−1.609) − (−0.916)) = 0.500, clipped to 0.80 … 1.20: 0.800'],
      ['objective', 'objective-plain', 'min(0.500 · 1.000, 0.800 · 1.000) = 0.500'],
    ]); // prettier-ignore
    const { used } = numbersOf();
    const labels = (part: Partial<TokenNumbers>) => told(part, 2).map(({ label }) => label);
    expect(told({ used: { ...used, whitening: 'off' } }, 2)[3].formula).toBe('whitened-off');
    expect(labels({ used: { ...used, advantage: 'group' } })).not.toContain('surprise');
    expect(labels({ oldLogprobs: undefined })).not.toContain('ratio');
    expect(told({ used: { ...used, advantage: 'rloo' } }, 2)[0].formula).toBe('reward-last-against');
    const formulas = formulasOf(readFileSync(join(root, 'src/ui/formulas/formulas.tex'), 'utf8'));
    expect([told({}, 1), told({}, 2)].flat().every(({ formula }) => formula in formulas)).toBe(true);
    expect(textOf(told({}, 2)[0].numbers!)).toBe('−0.125 · (0.000 − 0.000) + 1.000 = 1.000');
  });

  it('has with each number where it came from', () => {
    const numbers = numbersOf({ used: { ...numbersOf().used, gaeLambda: 0.5 } });
    const [first, , last] = [0, 1, 2].map((t) => derivationOf(numbers, factsOf(numbers, 0.2)[t], t, 0.2));
    const from = (lines: typeof first, label: string) =>
      lines
        .find((line) => line.label === label)!
        .numbers!.flatMap((part) => (typeof part === 'string' ? [] : [part.from]));
    const [t0, t1, t2] = [0, 1, 2].map((token) => ({ token }));
    const [beta, gamma, lambda] = (['klCoef', 'gamma', 'gaeLambda'] as const).map((knob) => ({ knob }));
    expect(from(first, 'reward')).toEqual([beta, t0, t0, t0]);
    expect(from(first, 'surprise')).toEqual([t0, gamma, t1, t0, t0]);
    expect(from(first, 'advantage')).toEqual([t0, gamma, lambda, t1, t0]);
    expect(from(last, 'reward')).toEqual([beta, t2, t2, 'response', t2]);
    expect(from(first, 'ratio').slice(3, 5)).toEqual([{ knob: 'clipRange' }, { knob: 'clipRange' }]);
    // The first token is likelier now, by more than the clip allows, and should be: the clip has it.
    expect(first.at(-1)).toMatchObject({ formula: 'objective-clipped' });
  });

  it('leaves out of a line what is not in force', () => {
    const line = (part: Partial<TokenNumbers['used']>, t: number, label: string) => {
      const numbers = numbersOf({ used: { ...numbersOf().used, ...part } });
      const lines = derivationOf(numbers, factsOf(numbers, 0.2)[t], t, 0.2);
      return textOf(lines.find((one) => one.label === label)!.numbers!);
    };
    expect(line({ klCoef: 0 }, 1, 'reward')).toBe('0.000');
    expect(line({ klCoef: 0 }, 2, 'reward')).toBe('1.000 = 1.000');
    expect(line({ gaeLambda: 0 }, 1, 'advantage')).toBe('0.587');
    expect(line({ gaeLambda: 0.5 }, 1, 'advantage')).toBe('0.587 + 1.000 · 0.500 · 0.250 = 0.712');
    expect(line({ advantage: 'rloo', gaeLambda: 0.5 }, 1, 'advantage')).toBe('0.087 + 1.000 · 0.250 = 0.337');
    expect(line({ whitening: 'scale' }, 1, 'whitened')).toBe('0.837 / 0.250 = 3.347');
    const unclipped = derivationOf(numbersOf(), factsOf(numbersOf(), OFF)[1], 1, OFF).slice(-2);
    expect(unclipped.map(({ formula, numbers }) => [formula, textOf(numbers!)])).toEqual([
      ['ratio', 'exp((−1.609) − (−0.916)) = 0.500'],
      ['objective-off', '0.500 · 1.000 = 0.500'],
    ]);
  });
});
