import { expect, test } from 'vitest';
import { settingText } from '../../src/ppo/knobs.ts';
import { bytes, count, counted, fitText, fixed, share, signed } from '../../src/ui/format.ts';

test('numbers have a true minus, and none in front of zero', () => {
  expect(fixed(-0.416)).toBe('−0.42');
  expect(fixed(-0.001)).toBe('0.00');
  expect(fixed(0.0214, 3)).toBe('0.021');
});
test('what is no number is undefined in words', () => {
  expect(fixed(NaN)).toBe('undefined');
  expect(signed(undefined)).toBe('undefined');
});
test('signed numbers show a plus, zero shows none', () => {
  expect([1.839, -2, 0, 0.001].map((value) => signed(value))).toEqual(['+1.84', '−2.00', '0.00', '0.00']);
});
test('counts', () => {
  expect([0, 999, 1024, 1234567].map(count)).toEqual(['0', '999', '1,024', '1,234,567']);
  expect([counted(1, ['program', 'programs']), counted(2, ['program', 'programs'])]).toEqual([
    '1 program',
    '2 programs',
  ]);
});
test('bytes', () => {
  expect([512, 312_400, 2_340_000].map(bytes)).toEqual(['512 B', '312 kB', '2.3 MB']);
});
test('settings are short and exact', () => {
  expect([2e-4, 5e-5, 0.05, 1, 32, 0].map(settingText)).toEqual(['2e−4', '5e−5', '0.05', '1', '32', '0']);
});
test('shares are fractions where they are simple', () => {
  expect([0, 1, 0.5, 1 / 8, 1 / 14, Math.fround(1 / 3), 0.38].map(share)).toEqual([
    '0',
    '1',
    '1/2',
    '1/8',
    '1/14',
    '1/3',
    '0.38',
  ]);
});
test('fitText cuts as little as it must', () => {
  const measure = (text: string) => text.length;
  expect(fitText('sum of the items', 16, measure)).toBe('sum of the items');
  expect(fitText('sum of the items', 12, measure)).toBe('sum of the…');
  expect(fitText('sum', 0, measure)).toBe('…');
});
