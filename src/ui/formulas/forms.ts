/** Which formula is in force under which settings, and how it departs from PPO's standard form. */
import type { ClippedTerm } from '../../ppo/clipped.ts';
import { OFF, type AdvantageKnobs } from '../../protocol/config.ts';
import type { TermId } from '../glossary.ts';

export interface Form {
  term: TermId;
  label: string;
  /** By its name in formulas.tex. */
  formula: string;
  /** PPO's own with what is not in force marked, where that is another. */
  standard?: string;
  /** The difference in words, or what else a reader has to know. */
  says?: string;
}

const noKl = 'β is 0: nothing is paid for moving away from the reference, so the KL term is gone.';
const against = {
  group: 'In place of the score stands how far it is from the mean of its prompt, in deviations (GRPO).',
  rloo: 'In place of the score stands how far it is above the mean of the others to its prompt (RLOO).',
};

function shapedForm({ klCoef, advantage }: AdvantageKnobs, isLast: boolean): Form {
  const isAgainst = isLast && advantage !== 'gae';
  const formula = `reward${isLast ? '-last' : ''}${isAgainst ? '-against' : ''}${klCoef === 0 ? '-no-kl' : ''}`;
  const says = [isAgainst && against[advantage], klCoef === 0 && noKl].filter((text) => text !== false);
  const form: Form = { term: 'kl-coefficient', label: /* @wc-include */ 'reward', formula };
  return says.length === 0 ? form : { ...form, standard: `${formula}-standard`, says: says.join(' ') };
}

function advantageForm({ advantage, gaeLambda }: AdvantageKnobs): Form {
  const departs = (formula: string, says: string): Form => ({
    term: advantage === 'gae' ? 'gae' : 'advantage-estimator',
    label: /* @wc-include */ 'advantage',
    formula,
    standard: `${formula}-standard`,
    says,
  });
  if (advantage !== 'gae')
    return departs(
      'advantage-against',
      'No critic is asked: in place of the surprise stands what is paid here, and all that is paid later counts, without λ.',
    );
  if (gaeLambda === 0)
    return departs(
      'advantage-one-step',
      'λ is 0: the advantage is the surprise of this one step, and what comes later counts only through the critic’s next value.',
    );
  if (gaeLambda === 1)
    return departs(
      'advantage-whole',
      'λ is 1: the surprises are added up to the end, so that the critic’s later values cancel and what was really paid counts.',
    );
  return { term: 'gae', label: /* @wc-include */ 'advantage', formula: 'advantage-gae' };
}

const whitenedForms: Record<AdvantageKnobs['whitening'], Omit<Form, 'term' | 'label'>> = {
  kept: { formula: 'whitened' },
  all: {
    formula: 'whitened-all',
    standard: 'whitened-all-standard',
    says: 'Mean and deviation are of all responses, also of those that PPO does not learn from.',
  },
  scale: {
    formula: 'whitened-scale',
    standard: 'whitened-scale-standard',
    says: 'Only scaled: the mean is not taken off, so that no advantage changes its sign.',
  },
  off: {
    formula: 'whitened-off',
    standard: 'whitened-off-standard',
    says: 'Whitening is off: the advantage is learned from as it is.',
  },
};

/** The clip's lower end can be reached: no ratio is 0 or less. */
const isTwoSided = (clipRange: number) => clipRange < 1;

function objectiveForm(clipRange: number, term: ClippedTerm | undefined): Form {
  const form = { term: 'ppo', label: 'objective' } as const;
  if (clipRange === OFF)
    return {
      ...form,
      formula: 'objective-off',
      standard: 'objective-off-standard',
      says: 'The clip is off: a token is pushed on however far its ratio has gone, and nothing but the KL penalty and the learning rate holds the policy back.',
    };
  if (!isTwoSided(clipRange))
    return {
      ...form,
      formula: 'objective-wide',
      standard: 'objective-wide-standard',
      says: 'ε is 1 or more: no ratio is as small as 1 − ε, so the clip is off on that side and only tokens that grow likelier are clipped.',
    };
  // Within the range both products are the same.
  if (!term || term.ratio === term.clippedRatio) return { ...form, formula: 'objective' };
  return { ...form, formula: term.isClipped ? 'objective-clipped' : 'objective-plain' };
}

/** Of stage 7. @param isLast of the response's last token, on which its score is paid */
export function advantageForms(used: AdvantageKnobs, isLast: boolean): Form[] {
  const surprise: Form = { term: 'gae', label: 'surprise', formula: 'surprise' };
  return [
    shapedForm(used, isLast),
    ...(used.advantage === 'gae' ? [surprise] : []),
    advantageForm(used),
    { term: 'whitening', label: 'whitened', ...whitenedForms[used.whitening] },
  ];
}

/**
 * Of stage 8.
 * @param clipRange ε, or `OFF`
 * @param term of a token, where its numbers are known: which of the two products counts is then marked
 */
export function updateForms(clipRange: number, term?: ClippedTerm): Form[] {
  return [{ term: 'clip-range', label: 'ratio', formula: 'ratio' }, objectiveForm(clipRange, term)];
}
