import { expect, test } from 'vitest';
import { findingOf, type Found } from '../../../src/ui/compare/finding.ts';

/** Its seeds are 1, 2, … and come to `passAt1` and these besides. */
const found = (label: string, passAt1: number, gamma?: number, spread = [-0.01, 0, 0.01]): Found => ({
  ...{ label, passAt1, gamma },
  outcomes: new Map(spread.map((by, i) => [i + 1, passAt1 + by])),
});
const lead = (next: string, by: string) =>
  `Against “${next}” it is ${by} over 3 pairs of seeds, 95 % interval`;

test('the setting that Γ favoured may come out best, or another', () => {
  const none = found('none', 0.4, 0.1);
  expect(findingOf([none, found('best-worst', 0.5, 0.3)], true)).toBe(
    `Before anything was learned Γ favoured “best-worst”. “best-worst” has indeed the highest pass@1. ${lead('none', '+0.100')} 0.100 to 0.100: that is hardly luck.`,
  );
  expect(findingOf([none, found('best-worst', 0.3, 0.3)], true)).toMatch(
    /^Before anything was learned Γ favoured “best-worst”\. “none” has the highest pass@1\. Against “best-worst”/,
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
  expect(findingOf([found('a', 0.4), found('b', 0.5)], false)).toMatch(
    /^So far “b” has the highest pass@1\. /,
  );
  expect(findingOf([found('a', 0.4, 0.2, [0]), found('b', 0.5, 0.2, [0])], true)).toBe(
    '“b” has the highest pass@1 in the one seed. One seed cannot tell whether that is luck.',
  );
  expect(findingOf([found('a', 0.4), found('b', NaN)], false)).toBe('');
});

test('the lead over the next is told with its interval over the seeds that both have', () => {
  // Differences of 0.02, 0.03 and 0.07: the mean 0.04, 4.3027 times its standard error 0.01528 to either side.
  const [low, next] = [found('low', 0.1), found('next', 0.46, undefined, [0, 0, 0])];
  const best = found('best', 0.5, undefined, [-0.02, -0.01, 0.03]);
  const luck = `${lead('next', '+0.040')} −0.026 to 0.106: that may be luck.`;
  expect(findingOf([low, next, best], true)).toBe(`“best” has the highest pass@1. ${luck}`);
  // One that is clear, and was picked among three.
  const clear = found('best', 0.6, undefined, [-0.02, -0.01, 0.03]);
  expect(findingOf([low, next, clear], true)).toMatch(
    /0\.074 to 0\.206: that is hardly luck\. It is picked as the highest of 3, for which the interval does not allow\.$/,
  );
  // As runs come in one has more seeds; and none in common tell nothing.
  const sooner: Found = { ...next, outcomes: new Map([[3, 0.46]]) };
  expect(findingOf([sooner, best], false)).toBe(
    'So far “best” has the highest pass@1. One seed cannot tell whether that is luck.',
  );
  expect(findingOf([{ ...next, outcomes: new Map([[9, 0.46]]) }, best], false)).toMatch(
    /They have no seed in common yet\.$/,
  );
});
