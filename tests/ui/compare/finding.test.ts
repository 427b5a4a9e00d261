import { expect, test } from 'vitest';
import { findingOf, type Found } from '../../../src/ui/compare/finding.ts';

const found = (label: string, passAt1: number, gamma?: number, seeds = 3): Found => ({
  label,
  passAt1,
  gamma,
  seeds,
});

test('the setting that Γ favoured may come out best, or another', () => {
  const none = found('none', 0.4, 0.1);
  expect(findingOf([none, found('best-worst', 0.5, 0.3)], true)).toBe(
    'Before anything was learned Γ favoured “best-worst”. “best-worst” has indeed the highest pass@1.',
  );
  expect(findingOf([none, found('best-worst', 0.3, 0.3)], true)).toBe(
    'Before anything was learned Γ favoured “best-worst”. “none” has the highest pass@1.',
  );
});

test('a tie is one, and Γ that ties favours nothing', () => {
  // A difference that the table does not show is none.
  expect(findingOf([found('a', 0.4, 0), found('b', 0.4001, 0.004)], true)).toBe(
    '“a” and “b” have the same pass@1.',
  );
  expect(findingOf([found('a', 0.4, 0), found('b', 0.4, 0.2)], true)).toBe(
    'Before anything was learned Γ favoured “b”. “a” and “b” have the same pass@1.',
  );
  expect(findingOf([found('a', 0.4, 0.2), found('b', 0.4, 0.2), found('c', 0.3, 0.1)], true)).toBe(
    'Before anything was learned Γ favoured “a” and “b” alike. “a” and “b” have alike the highest pass@1.',
  );
});

test('while runs go on it is so far; of one seed it is of that one', () => {
  expect(findingOf([found('a', 0.4), found('b', 0.5)], false)).toBe('So far “b” has the highest pass@1.');
  expect(findingOf([found('a', 0.4, 0.2, 1), found('b', 0.5, 0.2, 1)], true)).toBe(
    '“b” has the highest pass@1 in the one seed.',
  );
  expect(findingOf([found('a', 0.4), found('b', NaN)], false)).toBe('');
});
