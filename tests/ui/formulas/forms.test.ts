import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../../scripts/install.mjs';
import { formulasOf } from '../../../scripts/vite/tex.ts';
import { clippedTerm } from '../../../src/ppo/clipped.ts';
import { estimators, OFF, whitenings, type AdvantageKnobs } from '../../../src/protocol/config.ts';
import { advantageForms, updateForms, type Form } from '../../../src/ui/formulas/forms.ts';

const formulas = formulasOf(readFileSync(join(root, 'src/ui/formulas/formulas.tex'), 'utf8'));

/** What stands where, setting by setting: in force, and whether it departs from PPO's standard form. */
const paid: Record<string, [string, boolean]> = {
  'gae 0.1 before': ['reward', false],
  'gae 0.1 last': ['reward-last', false],
  'gae 0 before': ['reward-no-kl', true],
  'gae 0 last': ['reward-last-no-kl', true],
  'group 0.1 before': ['reward', false],
  'group 0.1 last': ['reward-last-against', true],
  'group 0 before': ['reward-no-kl', true],
  'group 0 last': ['reward-last-against-no-kl', true],
  'rloo 0.1 before': ['reward', false],
  'rloo 0.1 last': ['reward-last-against', true],
  'rloo 0 before': ['reward-no-kl', true],
  'rloo 0 last': ['reward-last-against-no-kl', true],
};
const estimated: Record<string, [string, boolean]> = {
  'gae 0': ['advantage-one-step', true],
  'gae 0.95': ['advantage-gae', false],
  'gae 1': ['advantage-whole', true],
  'group 0': ['advantage-against', true],
  'group 0.95': ['advantage-against', true],
  'group 1': ['advantage-against', true],
  'rloo 0': ['advantage-against', true],
  'rloo 0.95': ['advantage-against', true],
  'rloo 1': ['advantage-against', true],
};
const whitened: Record<string, [string, boolean]> = {
  kept: ['whitened', false],
  all: ['whitened-all', true],
  scale: ['whitened-scale', true],
  off: ['whitened-off', true],
};

const all = estimators.flatMap((advantage) =>
  whitenings.flatMap((whitening) =>
    [0, 0.95, 1].flatMap((gaeLambda) =>
      [0, 0.1].flatMap((klCoef) =>
        [false, true].map((isLast) => ({ advantage, whitening, gaeLambda, klCoef, gamma: 1, isLast })),
      ),
    ),
  ),
);

/** What is said of a line that departs is never nothing, and its standard form has something in it that is gone. */
function expectForm(form: Form, [formula, departs]: [string, boolean]) {
  expect(form.formula).toBe(formula);
  expect(formulas[form.formula]).toMatch(/^<math>/);
  expect(formulas[form.formula]).not.toContain('"gone"');
  expect(form.standard).toBe(departs ? `${formula}-standard` : undefined);
  if (!departs) return;
  expect(formulas[form.standard!]).toContain('class="gone"');
  expect(formulas[form.standard!]).not.toContain('"here"');
  expect(form.says).toMatch(/^\S.*\.$/);
}

describe('the formula in force', () => {
  test.each(all)(
    '$advantage, whitening $whitening, λ $gaeLambda, β $klCoef, last token: $isLast',
    ({ isLast, ...used }) => {
      const { advantage, whitening, gaeLambda, klCoef } = used;
      const forms = new Map(advantageForms(used, isLast).map((form) => [form.label, form]));
      expectForm(forms.get('reward')!, paid[`${advantage} ${klCoef} ${isLast ? 'last' : 'before'}`]);
      expectForm(forms.get('advantage')!, estimated[`${advantage} ${gaeLambda}`]);
      expectForm(forms.get('whitened')!, whitened[whitening]);
      expect(forms.has('surprise')).toBe(advantage === 'gae');
      expect(forms.size).toBe(advantage === 'gae' ? 4 : 3);
    },
  );

  test('names the method that another baseline is of', () => {
    const says = (part: Partial<AdvantageKnobs>) =>
      advantageForms(
        { ...{ advantage: 'gae', whitening: 'kept', gaeLambda: 0.95, klCoef: 0.1, gamma: 1 }, ...part },
        true,
      )[0].says;
    expect(says({})).toBeUndefined();
    expect(says({ advantage: 'group' })).toMatch(/GRPO/);
    expect(says({ advantage: 'rloo' })).toMatch(/RLOO/);
    expect(says({ advantage: 'rloo', klCoef: 0 })).toMatch(/RLOO.*β is 0/);
  });

  test('marks which of the two products the clip leaves', () => {
    const objective = (ratio: number, advantage: number, clipRange = 0.2) =>
      updateForms(clipRange, clippedTerm(Math.log(ratio), 0, advantage, clipRange))[1].formula;
    expect(objective(1.5, 1)).toBe('objective-clipped');
    expect(objective(1.5, -1)).toBe('objective-plain');
    expect(objective(0.5, 1)).toBe('objective-plain');
    expect(objective(0.5, -1)).toBe('objective-clipped');
    expect(objective(1.1, 1)).toBe('objective');
    expect(updateForms(0.2)[1]).toMatchObject({ formula: 'objective' });
    for (const name of ['objective-clipped', 'objective-plain'])
      expect(formulas[name]).toContain('class="counts"');
  });

  test('says where the clip is off, on one side or both', () => {
    for (const clipRange of [1, 1.5, 10]) {
      expectForm(updateForms(clipRange)[1], ['objective-wide', true]);
      expect(clippedTerm(Math.log(1e-4), 0, -1, clipRange).isClipped).toBe(false);
    }
    expectForm(updateForms(0.999)[1], ['objective', false]);
    expectForm(updateForms(OFF)[1], ['objective-off', true]);
    expect(clippedTerm(Math.log(1e-4), 0, -1, 0.999).isClipped).toBe(true);
  });
});
