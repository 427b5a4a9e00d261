import { expect, test } from 'vitest';
import { oracleScore } from '../../src/model/reward-model.ts';
import { noises } from '../../src/ppo/noise.ts';
import { scoresOfTests } from '../../src/ppo/tests-teacher.ts';
import { noise } from './any-noise.ts';

const shares = Float32Array.from({ length: 40 }, (_, row) => (row % 11) / 10).map((x) => Math.min(1, x));
const ended = Array.from(shares, (_, row) => row % 5 !== 0);

test('without noise it is the share of tests passed, bit for bit', () => {
  const scores = scoresOfTests(shares, ended, noise('none'), 1, 3);
  expect(scores).toEqual(shares.map((share, row) => oracleScore(share, ended[row])));
});

const alone = noises.filter(({ forBatch }) => !forBatch);
test.each(alone)('under $name what never ended scores −2, and nothing else moves with it', ({ name }) => {
  const scores = scoresOfTests(shares, ended, noise(name), 1, 3);
  const all = scoresOfTests(
    shares,
    shares.map(() => 1),
    noise(name),
    1,
    3,
  );
  scores.forEach((score, row) => expect(score).toBe(ended[row] ? all[row] : -2));
});

test('percentiles are of what ended: what never did has no say, whether it passed or not', () => {
  const config = noise('percentiles');
  const passed = Float32Array.from(shares, (_, row) => (row % 3 === 0 ? 1 : 0));
  const scores = scoresOfTests(passed, ended, config, 1, 3);
  scores.forEach((score, row) => {
    if (!ended[row]) expect(score).toBe(-2);
  });
  for (const truth of [0, 1]) {
    const others = passed.map((share, row) => (ended[row] ? share : truth));
    expect(scoresOfTests(others, ended, config, 1, 3)).toEqual(scores);
  }
  expect(
    scoresOfTests(
      passed.map((share, row) => (row < 12 ? 1 : share)),
      ended,
      config,
      1,
      3,
    ),
  ).not.toEqual(scores);
});

test('noise is of a seed, an update and a row: the same again, and others elsewhere', () => {
  const passed = new Float32Array(4).fill(1);
  const of = (seed: number, update: number) => [
    ...scoresOfTests(passed, passed, noise('even'), seed, update),
  ];
  expect(of(1, 3)).toEqual(of(1, 3));
  expect(new Set([...of(1, 3), ...of(1, 4), ...of(2, 3)]).size).toBe(12);
});
