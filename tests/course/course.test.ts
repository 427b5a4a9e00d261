import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { heldOf, isOf, rowOf, tableOf, type Made } from '../../scripts/course.ts';
import { course } from '../../src/course/course.ts';
import type { Measured, Numbers, Trace } from '../../src/course/exercise.ts';
import { correlation, passRates, percent, points, short } from '../../src/course/read.ts';
import { checkKnobs, defaultKnobs, fitKnobs } from '../../src/ppo/knobs.ts';
import type { MetricName } from '../../src/protocol/metrics.ts';
import { glossary } from '../../src/ui/glossary.ts';
import held from '../../src/ui/learn/held.json' with { type: 'json' };

const made = JSON.parse(readFileSync('docs/results/course/results.json', 'utf8')) as Made[];
const rows = course.map((exercise) => rowOf(exercise, made));
const exerciseOf = (id: string) => course.find((exercise) => exercise.id === id)!;

test('there are ten lessons, each with a name, options and runs of its own', () => {
  expect(course).toHaveLength(10);
  expect(new Set(course.map(({ id }) => id)).size).toBe(10);
  for (const { options, usual, trials } of course) {
    expect(new Set(options).size).toBe(options.length);
    expect(options[usual]).toBeDefined();
    expect(new Set(trials.map(({ does }) => does)).size).toBe(trials.length);
    // A prediction that lies always at the same place is none.
  }
  expect(new Set(course.map(({ usual }) => usual)).size).toBeGreaterThan(1);
});

test.each(course)(
  '$id: the words that it leads to are explained, and its settings can be trained with',
  (exercise) => {
    for (const term of exercise.terms) expect(glossary[term]?.title).toBeTruthy();
    for (const { knobs } of exercise.trials) {
      const all = { ...defaultKnobs, ...knobs };
      expect(checkKnobs(all)).toBeUndefined();
      expect(fitKnobs(all)).toEqual(all);
    }
  },
);

test.each(rows)(
  'in nine of ten runs or more, over eight seeds or more, $exercise.id comes out as the page says that it usually does',
  ({ held, of }) => {
    expect(of).toBeGreaterThanOrEqual(8);
    expect(held / of).toBeGreaterThanOrEqual(0.9);
  },
);

test('what the page says of it, and the table, are of these runs', () => {
  expect(held).toEqual(heldOf(rows));
  expect(readFileSync('docs/results/course/README.md', 'utf8')).toBe(tableOf(rows));
});

test('a run counts for the lesson as it is: not where its settings or its length are others now', () => {
  const [first] = made;
  expect(isOf(first, first)).toBe(true);
  expect(isOf({ ...first, updates: first.updates + 1 }, first)).toBe(false);
  expect(isOf({ ...first, knobs: { temperature: 2 } }, first)).toBe(false);
  expect(isOf({ ...first, seed: first.seed + 1 }, first)).toBe(false);
});

/** What each lesson says of numbers that decide it for each option, in the order of options; undefined where numbers cannot. */
const cases: Record<string, (Numbers[] | undefined)[]> = {
  trust: [
    [{ high: 0.5, middle: 0.7, low: 0.1 }],
    [{ high: 0.8, middle: 0.5, low: 0.2 }],
    [{ high: 0.9, middle: 0.8, low: 0.4 }],
  ],
  'two-of-eight': [
    [
      { before: 0.4, after: 0.7 },
      { before: 0.4, after: 0.4 },
    ],
    [
      { before: 0.4, after: 0.7 },
      { before: 0.4, after: 0.45 },
    ],
    [
      { before: 0.4, after: 0.7 },
      { before: 0.4, after: 0.6 },
    ],
  ],
  loss: [-0.8, 0.2, 0.8].map((correlation) => [{ before: 0.4, after: 0.7, correlation }]),
  hacking: [
    [{ before: 0.4, after: 0.6, scoreBefore: 0, scoreAfter: 1, peak: 0.65, kl: 3 }],
    [{ before: 0.4, after: 0.42, scoreBefore: 0, scoreAfter: 1, peak: 0.65, kl: 13 }],
    [{ before: 0.4, after: 0.2, scoreBefore: 0, scoreAfter: -1, peak: 0.5, kl: 13 }],
  ],
  'negative-kl': [0, 0.4, 1].map((negative) => [{ negative, least: -1, mean: 0.1, evaluated: 0.3 }]),
  leash: [
    [0.5, 0.4],
    [8, 0.4],
    [8, 7],
  ].map((all) => all.map((kl) => ({ before: 0.4, after: 0.5, clipped: 0.01, kl }))),
  ratio: [0.1, 0.01, 0].map((clipped) => [
    { clipped, moved: 0 },
    { clipped: 0.2, moved: 0.1 },
  ]),
  contrast: [0.9, 0.66, 0.5].map((after) => [
    { before: 0.4, after: 0.7, flat: 0.2 },
    { before: 0.4, after, flat: 1 },
  ]),
  centring: [0.8, 0.68, 0.5].map((after) => [
    { before: 0.4, after },
    { before: 0.4, after: 0.7 },
  ]),
  fate: [
    [0.39, 0.3],
    [0.6, 0.3],
    [0.6, 0.5],
  ].map((all) => all.map((after) => ({ before: 0.4, after }))),
};

test.each(course)('$id: each of its options can come out, and says numbers', (exercise) => {
  expect(cases[exercise.id]).toHaveLength(exercise.options.length);
  cases[exercise.id].forEach((numbers, answer) => {
    if (!numbers) return;
    const finding = exercise.find(numbers);
    expect(finding.answer).toBe(answer);
    for (const text of [finding.says, exercise.why(numbers)])
      expect(text).not.toMatch(/NaN|undefined|Infinity/);
    expect(finding.says).toMatch(/\d/);
  });
});

const known = (values: Partial<Record<MetricName, number[]>>): Trace => ({
  known: (name) => (values[name] ?? []).map((value, update): Measured => ({ update, value })),
});

test('what is read of a run: rates before and at the end, correlations by update', () => {
  expect(passRates(known({ 'eval/pass@1_held_out': [0.4, 0.1, 0.6, 0.8] }))).toEqual({
    before: 0.4,
    after: 0.7,
  });
  const line = (values: number[], from = 0) => values.map((value, i) => ({ update: from + i, value }));
  expect(correlation(line([1, 2, 3]), line([2, 4, 6]))).toBeCloseTo(1, 12);
  expect(correlation(line([1, 2, 3]), line([9, 6, 4, 2], -1))).toBeCloseTo(-1, 12);
  expect(correlation(line([1, 1, 1]), line([1, 2, 3]))).toBe(0);
});

test('trust reads fifths of a batch, by score', () => {
  const scores = [9, 1, 7, 3, 5];
  const testScores = [1, 0, 0.9, 1, 1];
  const [trial] = exerciseOf('trust').trials;
  expect(trial.read({ ...known({}), batch: { scores, testScores, groupSize: 5 } })).toEqual({
    ...{ high: 1, middle: 2 / 3, low: 0 },
  });
});

test('contrast reads how many prompts have nothing but one score', () => {
  const [trial] = exerciseOf('contrast').trials;
  const batch = { scores: [1, 1, 1, -1], testScores: [1, 1, 1, 0], groupSize: 2 };
  expect(trial.read({ ...known({ 'eval/pass@1_held_out': [0.4, 0.6] }), batch }).flat).toBe(0.5);
});

test('numbers are written with a true minus, and none where there is nothing', () => {
  expect([percent(0.456), percent(0)]).toEqual(['46 %', '0 %']);
  expect([points(0.124), points(-0.124), points(0.001)]).toEqual([
    '+12 points',
    '\u221212 points',
    '0 points',
  ]);
  expect([short(1.26), short(-0.4), short(0.0123)]).toEqual(['1.3', '\u22120.40', '0.012']);
});
