import { expect, test } from 'vitest';
import { oracleScore } from '../../src/model/reward-model.ts';
import { noiseNames } from '../../src/ppo/noise.ts';
import { scoresOfTests } from '../../src/ppo/tests-teacher.ts';
import { noise } from './any-noise.ts';

const shares = Float32Array.from({ length: 40 }, (_, row) => (row % 11) / 10).map((x) => Math.min(1, x));
const ended = Array.from(shares, (_, row) => row % 5 !== 0);

test('without noise it is the share of tests passed, bit for bit', () => {
  const scores = scoresOfTests(shares, ended, noise('none'), 1, 3);
  expect(scores).toEqual(shares.map((share, row) => oracleScore(share, ended[row])));
});

test.each(noiseNames)('under %s what never ended scores −2, and nothing else moves with it', (name) => {
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

test('noise is of a seed, an update and a row: the same again, and others elsewhere', () => {
  const passed = new Float32Array(4).fill(1);
  const of = (seed: number, update: number) => [
    ...scoresOfTests(passed, passed, noise('even'), seed, update),
  ];
  expect(of(1, 3)).toEqual(of(1, 3));
  expect(new Set([...of(1, 3), ...of(1, 4), ...of(2, 3)]).size).toBe(12);
});
