import { expect, it } from 'vitest';
import { whiten } from '../../src/ppo/whiten.ts';
import { whitenings } from '../../src/protocol/config.ts';
import { stream } from '../../src/ppo/random.ts';
import { askPython } from './python.ts';

const [ROWS, TOKENS] = [8, 5];
const random = stream(3, 'bootstrap');
const matrix = (value: (row: number, token: number) => number) =>
  Array.from({ length: ROWS }, (_, row) => Array.from({ length: TOKENS }, (__, token) => value(row, token)));

/** Two prompts with four responses each, in an order of verl's. */
const uids = ['a', 'b', 'b', 'a', 'a', 'b', 'a', 'b'];
const lengths = [5, 2, 3, 1, 4, 5, 2, 3];
const totals = [0.5, 2, -1, 0.1, -2, 0.3, 1, 0.2];
const mask = matrix((row, token) => (token < lengths[row] ? 1 : 0));
const raw = matrix(() => 4 * random.uniform() - 2);
const values = matrix(() => random.uniform());
const batch = {
  response_mask: mask,
  values,
  returns: matrix((row, token) => raw[row][token] + values[row][token]),
  // What verl has whitened already is not read.
  advantages: matrix(() => 99),
  token_level_scores: matrix((row, token) => (token === lengths[row] - 1 ? totals[row] : 0)),
  responses: matrix((row, token) => 10 * row + token),
};
const meta = { global_token_num: lengths.map((length) => length + 7), temperature: 1, names: ['x', 'y'] };

interface Chosen {
  batch: Record<keyof typeof batch, number[][]>;
  uids: string[];
  meta: typeof meta;
}
const reweight = (...specs: string[]) =>
  askPython<Chosen>(specs.map((spec) => ({ action: 'reweight', batch, uids, meta, spec })));

const close = (actual: number[][], expected: number[][]) =>
  actual.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(expected[i][j], 4)));

it('whitens as the tab does', async () => {
  const questions = whitenings.map((how) => ({ action: 'whiten', advantages: raw, mask, how }));
  const answers = await askPython<number[][]>(questions);
  answers.forEach((advantages, i) =>
    close([advantages.flat()], [[...whiten(raw.flat(), mask.flat(), whitenings[i])]]),
  );
});

it('gives rows whose columns belong together, and advantages whitened as is asked for', async () => {
  // Best and worst of a: rows 6 and 4; of b: 1 and 2.
  const kept = [1, 2, 4, 6];
  const specs = whitenings.map((how) => `best-worst keep=2 whitening=${how} rows=2`);
  const answers = await reweight(...specs);
  answers.forEach((chosen, i) => {
    expect(chosen.uids).toEqual(['b', 'b', 'a', 'a']);
    expect(chosen.batch.responses).toEqual(kept.map((row) => batch.responses[row]));
    expect(chosen.batch.response_mask).toEqual(kept.map((row) => mask[row]));
    close(
      chosen.batch.returns,
      kept.map((row) => batch.returns[row]),
    );
    expect(chosen.meta).toEqual({ ...meta, global_token_num: kept.map((row) => lengths[row] + 7) });
    const how = whitenings[i];
    const rows = how === 'all' ? Array.from(uids.keys()) : kept;
    const expected = whiten(
      rows.flatMap((row) => raw[row]),
      rows.flatMap((row) => mask[row]),
      how,
    );
    const places = kept.map((row) => rows.indexOf(row) * TOKENS);
    close(
      chosen.batch.advantages,
      places.map((place) => [...expected.subarray(place, place + TOKENS)]),
    );
  });
});

it('fills an incomplete minibatch with rows that count nowhere', async () => {
  const [chosen] = await reweight('best-worst keep=2 whitening=kept rows=3');
  expect(chosen.batch.responses).toHaveLength(6);
  expect(chosen.batch.response_mask.slice(4).flat()).toEqual(new Array(2 * TOKENS).fill(0));
  expect(chosen.batch.advantages.slice(4).flat()).toEqual(new Array(2 * TOKENS).fill(0));
  const [whole] = await reweight('best-worst keep=2 whitening=kept rows=2');
  close(chosen.batch.advantages.slice(0, 4), whole.batch.advantages);
});

it('makes a minibatch without a gradient where nothing is kept', async () => {
  const equal = { ...batch, token_level_scores: matrix(() => 0) };
  const [chosen] = await askPython<Chosen>([
    { action: 'reweight', batch: equal, uids, meta, spec: 'dynamic-sampling whitening=kept rows=4' },
  ]);
  expect(chosen.batch.responses).toHaveLength(4);
  expect(chosen.batch.advantages.flat()).toEqual(new Array(4 * TOKENS).fill(0));
  close(chosen.batch.returns, chosen.batch.values);
  // One row counts, so that no mean is over nothing.
  expect(chosen.batch.response_mask.map((row) => row.some((counts) => counts > 0))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
