import { expect, test } from 'vitest';
import { passesOf } from '../../src/ppo/cost.ts';

const update = { drawn: 8, kept: 8, epochs: 2, teacher: 'strong', whitening: 'kept' } as const;

test('an update costs what it draws, looks at and learns from', () => {
  // 8 written, 8 scored; 3 looks and 2 epochs of 6 each at the kept.
  expect(passesOf(update)).toBe(16 + 8 * 15);
  expect(passesOf({ ...update, kept: 2 })).toBe(16 + 2 * 15);
  expect(passesOf({ ...update, kept: 2, epochs: 1 })).toBe(16 + 2 * 9);
});

test('tests score for nothing, and whitening over all looks at all', () => {
  expect(passesOf({ ...update, kept: 2, teacher: 'tests' })).toBe(8 + 2 * 15);
  expect(passesOf({ ...update, kept: 2, whitening: 'all' })).toBe(16 + 3 * 8 + 2 * 12);
});

test('a filter that asks has policy and reference look at all', () => {
  expect(passesOf({ ...update, kept: 2, isAsked: true })).toBe(16 + 2 * 8 + 2 * 15);
});
