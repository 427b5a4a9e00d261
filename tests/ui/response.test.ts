import { describe, expect, test } from 'vitest';
import { highlight } from '../../src/ui/response/highlight.ts';
import { advantageWords, keptWords, klWords, rankWords, responseOf } from '../../src/ui/response/response.ts';
import { viewBatch } from '../../src/ui/batch-view.ts';
import type { JudgedBatch } from '../../src/ui/run/run-model.ts';
import { batchOf } from './batch.ts';

const of = (known: JudgedBatch, row: number, filter = known.batch.filter) =>
  responseOf(known, viewBatch(known.batch, undefined, filter, 1), row);

describe('responseOf', () => {
  /** Of the rows that best-worst keeps: 1 and 2 of the first prompt. */
  const experience = { kl: Float32Array.of(0.5, 0.018), advantages: Float32Array.of(-1, 0.92) };
  test('collects what is known of a row', () => {
    expect(of({ batch: batchOf(), experience }, 2)).toMatchObject({
      update: 3,
      taskId: 'one',
      program: 'function f(a) {\n  return 2;\n}\n',
      score: 2,
      rank: 1,
      groupSize: 4,
      kept: 1,
      advantage: expect.closeTo(0.92, 6) as number,
      kl: expect.closeTo(0.018, 6) as number,
    });
    expect(of({ batch: batchOf(), experience }, 7)).toMatchObject({ taskId: 'two', rank: 4 });
  });
  test('says in words what it was taught', () => {
    expect(advantageWords(of({ batch: batchOf(), experience }, 2))).toBe('+0.92, more of it');
    expect(advantageWords(of({ batch: batchOf(), experience }, 1))).toBe('−1.00, less of it');
    expect(klWords(of({ batch: batchOf(), experience }, 2))).toBe('0.018 nats');
  });
  test('and why there is nothing to say', () => {
    expect(klWords(of({ batch: batchOf(), experience }, 0))).toBe('not learned from');
    expect(klWords(of({ batch: batchOf() }, 2))).toBe('not worked out yet');
    expect(klWords(of({ batch: batchOf({}, 0) }, 2))).toBe('not learned from');
  });
});

test('what a filter that is only tried would do is said as that', () => {
  const batch = batchOf();
  const best = { ...batch.filter, name: 'best-of-n' };
  const words = (row: number, filter = batch.filter) => keptWords(of({ batch }, row, filter));
  expect([2, 1, 0].map((row) => words(row))).toEqual(['kept', 'kept', 'dropped']);
  expect([2, 1, 0].map((row) => words(row, best))).toEqual([
    'would be kept',
    'would be dropped',
    'would be dropped',
  ]);
  expect(klWords(of({ batch }, 2, best))).toBe('not learned from');
});

test('rankWords', () => {
  expect([1, 2, 3, 8].map((rank) => rankWords(rank, 8))).toEqual([
    'best of 8',
    'rank 2 of 8',
    'rank 3 of 8',
    'worst of 8',
  ]);
  expect(rankWords(1, 1)).toBe('only one');
});

describe('highlight', () => {
  const program = "function f(a) {\n  // a 1 return\n  return 'let' + 12.5;\n}\n";
  test('leaves out nothing and adds nothing', () => {
    expect(
      highlight(program)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(program);
  });
  test('tells keywords, numbers, strings and comments apart', () => {
    expect(highlight(program).filter((piece) => piece.kind !== 'plain')).toEqual([
      { text: 'function', kind: 'keyword' },
      { text: '// a 1 return', kind: 'comment' },
      { text: 'return', kind: 'keyword' },
      { text: "'let'", kind: 'string' },
      { text: '12.5', kind: 'number' },
    ]);
  });
});
