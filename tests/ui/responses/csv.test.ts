import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvOf } from '../../../src/ui/responses/csv.ts';
import type { Row } from '../../../src/ui/responses/rows.ts';

const row: Row = {
  ...{
    row: 17,
    taskId: 'array/even',
    prompt: 'the sum of a',
    program: 'function f(a) {\n  return "a, b";\n}\n',
  },
  ...{ body: 'return "a, b";', score: Math.fround(1.1), truth: 0.75, verdict: 'failed', rank: 2, kept: 0 },
  ...{ weight: 0.125, advantage: undefined, kl: NaN, tokens: 9 },
};

const shown = { update: 1, filter: { name: 'none' } };

/** What a reader makes of a file, by RFC 4180. */
function read(csv: string): string[][] {
  const lines: string[][] = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n"]*))(,|\r\n|$)/g)) {
    if (end === '' && quoted === undefined && plain === '') break;
    lines.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\r\n') lines.push([]);
  }
  return lines.filter((line) => line.length > 0);
}

test('a row has every column, its numbers with all their digits, its program whole, and nothing where nothing is known', () => {
  const [head, line, ...more] = read(csvOf([row], { update: 12, filter: { name: 'none' } }));
  expect(more).toEqual([]);
  expect(Object.fromEntries(head.map((name, i) => [name, line[i]]))).toEqual({
    ...{
      update: '12',
      filter: 'none',
      row: '17',
      task: 'array/even',
      prompt: 'the sum of a',
      program: row.program,
    },
    ...{ score: '1.100000023841858', truth: '0.75', verdict: 'failed', rank: '2', kept: '0' },
    ...{ weight: '0.125', advantage: '', kl: '', tokens: '9' },
  });
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', ' \t=1', '\t1', '\r1', '＝1'])(
  'a program that begins with %j is no formula',
  (program) => {
    const [, line] = read(csvOf([{ ...row, program }], shown));
    expect(line[5]).toBe(`'${program}`);
  },
);

test('a negative number is a number', () => {
  const [, line] = read(csvOf([{ ...row, score: -2, advantage: -0.5 }], shown));
  expect(line).toContain('-2');
  expect(line).toContain('-0.5');
});

test('whatever a policy writes is read back as it was, but for the guard', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }), (programs) => {
      const lines = read(
        csvOf(
          programs.map((program) => ({ ...row, program })),
          shown,
        ),
      );
      expect(lines).toHaveLength(programs.length + 1);
      lines.slice(1).forEach((line, i) => expect([programs[i], `'${programs[i]}`]).toContain(line[5]));
    }),
  );
});
