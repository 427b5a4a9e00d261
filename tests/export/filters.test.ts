import { expect, it, describe } from 'vitest';
import { filterSpec } from '../../src/export/overrides.ts';
import { checkFilter, drawKept, mostKept, reads, readyNames, readsTruth } from '../../src/ppo/filter.ts';
import { defaultKnobs } from '../../src/ppo/knobs.ts';
import { shuffled, stream } from '../../src/ppo/random.ts';
import type { FilterConfig } from '../../src/protocol/config.ts';
import type { RandomStream } from '../../src/protocol/random-stream.ts';
import { askPython } from './python.ts';

/** In mode `select` they keep the same of the same batch, always. */
const settled = [
  ...['none', 'single', 'best-of-n', 'best-worst', 'trimmed-best-worst', 'middle-k', 'worst-k'],
  ...['max-variance', 'advantage-k', 'mu-2-sigma', 'top', 'top-bottom', 'dynamic-sampling', 'agreement'],
];
/** They draw in mode `select`. */
const drawing = [
  ...['best-random', 'worst-random', 'random-k', 'rank-profile', 'top-random'],
  ...['pow-1', 'pow-2', 'pow-3', 'max-min', 'max-random'],
];

const filter = (changes: Partial<FilterConfig>): FilterConfig => ({ ...defaultKnobs.filter, ...changes });
const spec = (config: FilterConfig, groupSize: number) =>
  filterSpec({ ...defaultKnobs, filter: config, groupSize }, 1);

type Kind = (random: RandomStream) => number;
/** Scores of any kind that a teacher gives: learned ones, shares of tests, right or wrong, all the same, off the scale. */
const kinds: Kind[] = [
  (random) => 10 * random.uniform() - 5,
  (random) => Math.fround(random.integer(11) / 5 - 1),
  (random) => 2 * random.integer(2) - 1,
  () => 0.3,
  (random) => [-Infinity, -2, 0, -0, 5, Infinity][random.integer(4) + 1],
];

function anyBatch(number: number) {
  const random = stream(1, 'bootstrap', number);
  const groupSize = 1 + random.integer(9);
  const promptCount = number % 10 === 0 ? 1 : 1 + random.integer(5);
  const kind = kinds[random.integer(kinds.length)];
  const scores = Float32Array.from({ length: promptCount * groupSize }, () => kind(random));
  const truths = Array.from(scores, () => [0, 0.5, 1, NaN][random.integer(4)]);
  return { random, groupSize, scores, truths };
}

describe('what the exported Python keeps', () => {
  it('knows every filter but a visitor’s code', () => {
    expect([...settled, ...drawing].sort()).toEqual([...readyNames].sort());
  });

  it('is what the tab keeps, on 1,000 batches, wherever a prompt’s rows stand', async () => {
    const asked: { question: object; expected: number[] }[] = [];
    let ties = 0;
    for (let number = 0; number < 1000; number++) {
      const { random, groupSize, scores, truths } = anyBatch(number);
      if (new Set(scores).size < scores.length) ties++;
      // verl may order rows by length: those of a prompt stay in their order.
      const place = shuffled(scores.length, random);
      const uids = place.map((at) => Math.floor(at / groupSize));
      const seen = new Map<number, number>();
      const rows = uids.map((uid) => {
        const nth = seen.get(uid) ?? 0;
        seen.set(uid, nth + 1);
        return uid * groupSize + nth;
      });
      for (const name of settled) {
        const asIs = filter({ name });
        const keep = 1 + random.integer(Math.max(1, Math.min(mostKept(asIs, groupSize), groupSize)));
        const config = filter({ name, keep });
        expect(checkFilter(config, groupSize), name).toBeUndefined();
        // The batch's mean, added up in another order, is another number.
        const isMixed = reads(config, 'keep') || name === 'best-of-n';
        const order = isMixed ? rows : Array.from(scores.keys());
        const kept = drawKept(scores, groupSize, config, random, readsTruth(config) ? truths : undefined);
        const expected = kept.map((row) => order.indexOf(row)).sort((a, b) => a - b);
        asked.push({
          question: {
            action: 'kept',
            scores: order.map((row) => String(scores[row]).replace('Infinity', 'inf')),
            uids: order.map((row) => Math.floor(row / groupSize)),
            spec: spec(config, groupSize),
            truths: order.map((row) => truths[row]),
          },
          expected,
        });
      }
    }
    expect(ties).toBeGreaterThan(300);
    const answers = await askPython<number[]>(asked.map(({ question }) => question));
    expect(answers).toHaveLength(asked.length);
    answers.forEach((kept, i) => expect(kept, JSON.stringify(asked[i].question)).toEqual(asked[i].expected));
  });

  it('is drawn as often as in the tab', async () => {
    const scores = Float32Array.from([0.3, -1.5, 2, 2, -0.25, 1, -3, 0.1, 0.1, 4]);
    const groupSize = 5;
    const uids = Array.from(scores, (_, row) => Math.floor(row / groupSize));
    const profile = [0.6, 0.1, 0, 0.1, 0.2];
    const configs = [
      ...drawing.map((name) => filter({ name, keep: 3, profile })),
      ...readyNames
        .filter((name) => name !== 'agreement')
        .map((name) => filter({ name, mode: 'resample', profile })),
    ];
    const random = stream(2, 'filter');
    const draw = (config: FilterConfig) =>
      Array.from({ length: TIMES }, () => drawKept(scores, groupSize, config, random));
    const questions = configs.map((config, seed) => ({
      ...{ action: 'draws', scores: Array.from(scores), uids, spec: spec(config, groupSize) },
      ...{ times: TIMES, seed },
    }));
    const answers = await askPython<number[][]>(questions);
    answers.forEach((theirs, i) => {
      const { chi2, most } = compared(draw(configs[i]), theirs);
      expect(chi2, questions[i].spec).toBeLessThan(most);
    });
    // It can tell filters apart.
    const [best, worst] = [0, 1].map((i) => answers[i]);
    const apart = compared(best, worst);
    expect(apart.chi2).toBeGreaterThan(apart.most);
  });

  it('says in a sentence what cannot be', async () => {
    const questions = [
      { spec: 'own whitening=kept rows=4 seed=1' },
      { spec: 'best-worst keep=9', scores: [1, 2], uids: [0, 0] },
      { spec: 'best-worst hold=2' },
      { spec: 'best-worst mode=both' },
      { spec: 'best-worst', scores: ['nan', 1], uids: [0, 0] },
      { spec: 'rank-profile profile=1/0/1 keep=1', scores: [1, 2], uids: [0, 0] },
      { spec: 'agreement', scores: [1, 2], uids: [0, 0] },
    ];
    const answers = await askPython<string>(questions.map((question) => ({ action: 'refuse', ...question })));
    expect(answers).toEqual([
      expect.stringMatching(/^No filter is named 'own' here: .* Code of your own is not translated\.$/),
      'best-worst can keep 1 to 2 of 2 responses: got 9.',
      expect.stringMatching(/^'hold=2' is no option of a filter: there are /),
      'mode=both: it can be select, resample.',
      'Score 0 is nan and has no rank.',
      expect.stringMatching(/^A profile for 2 responses has up to 2 weights/),
      expect.stringMatching(/^agreement needs the share of tests passed/),
    ]);
  });
});

/** Batches drawn of each. */
const TIMES = 4000;

/**
 * Pearson's χ² of two samples, over the counts of rows where all draws are independent of each other (as many rows as the batch has), else of
 * sets of rows; rare ones together. By chance it is above `most` once in 10,000 times at most (Laurent and Massart, 2000, lemma 1).
 */
function compared(ours: readonly number[][], theirs: readonly number[][]): { chi2: number; most: number } {
  const isDrawnAlike = ours.every(({ length }) => length === 10);
  const texts = (samples: readonly number[][]) =>
    samples.flatMap((kept) => (isDrawnAlike ? kept.map(String) : [kept.join()]));
  const counts = new Map<string, [number, number]>();
  [ours, theirs].forEach((samples, side) => {
    for (const text of texts(samples)) {
      const both = counts.get(text) ?? [0, 0];
      both[side]++;
      counts.set(text, both);
    }
  });
  const rare: [number, number] = [0, 0];
  const cells: [number, number][] = [rare];
  for (const both of counts.values()) {
    if (both[0] + both[1] >= 20) cells.push(both);
    else both.forEach((count, side) => (rare[side] += count));
  }
  const used = cells.filter(([a, b]) => a + b > 0);
  const [a, b] = [0, 1].map((side) => used.reduce((sum, both) => sum + both[side], 0));
  const chi2 = used.reduce(
    (sum, [x, y]) => sum + (Math.sqrt(b / a) * x - Math.sqrt(a / b) * y) ** 2 / (x + y),
    0,
  );
  const degrees = used.length - 1;
  const x = Math.log(10_000);
  return { chi2, most: degrees + 2 * Math.sqrt(degrees * x) + 2 * x };
}
