import { describe, expect, it } from 'vitest';
import { compacted } from '../../src/evidence/compact.ts';
import { parseResults, type Results } from '../../src/evidence/results.ts';
import { suite } from './suite-results.ts';

const reread = (results: Results) => parseResults(JSON.stringify(compacted(results)));

describe('results for the page', () => {
  it('read back, are the same but for seconds and digits', () => {
    const results = suite();
    const [first] = results.runs;
    Object.assign(first.evaluations[4], {
      passAt1HeldOut: 0.123456,
      flops: 123_456,
      steps: 123_456,
      kl: -1e-7,
    });
    const last = reread(results).runs[0].evaluations[4];
    expect(last).toMatchObject({ passAt1HeldOut: 0.1235, flops: 123_500, steps: 123_456, kl: -1e-7 });
    expect(last).not.toHaveProperty('seconds');
    // What has few digits is what it was.
    const plain = suite();
    for (const { evaluations } of plain.runs)
      for (const one of evaluations) {
        delete one.seconds;
        one.passAt1HeldOut = Number(one.passAt1HeldOut.toPrecision(4));
      }
    expect(reread(plain).runs[4].evaluations).toEqual(plain.runs[4].evaluations);
    expect(reread(plain).arms).toEqual(plain.arms);
    // A name that one of the updates lacks, or whose value is unknown, is unknown.
    expect(reread(plain).runs[0].predictors).toEqual([
      { update: 0, values: { gamma: 1.99, 'r2-binned': -2, never: null } },
      { update: 20, values: { gamma: -2, 'r2-binned': null, never: null } },
    ]);
  });

  it('of nothing yet is nothing', () => {
    const empty = { ...suite(), runs: [] };
    expect(reread(empty)).toEqual(empty);
    const [run] = suite().runs;
    const without = { ...suite(), runs: [{ ...run, predictors: [] }] };
    expect(reread(without).runs[0].predictors).toEqual([]);
  });

  it.each<[string, (file: { form: string; runs: { evaluations: Record<string, unknown[]> }[] }) => void]>([
    ['form: ', (file) => (file.form = 'rows')],
    ['runs.0.evaluations.flops.1: ', ({ runs }) => (runs[0].evaluations.flops[1] = 'many')],
    ['runs.0.evaluations.4.flops: ', ({ runs }) => runs[0].evaluations.flops.pop()],
    ['runs.1.evaluations: must hold an evaluation', ({ runs }) => (runs[1].evaluations = {})],
  ])('broken, says where: %s', (where, broken) => {
    const file = JSON.parse(JSON.stringify(compacted(suite())));
    broken(file);
    expect(() => parseResults(JSON.stringify(file))).toThrow(where);
  });
});
