import { expect, test } from 'vitest';
import { VerdictCache } from '../../../src/judge/core/verdict-cache.ts';
import type { Verdict } from '../../../src/protocol/verdict.ts';

const verdict = (got: string): Verdict => ({
  name: 'failed',
  testScore: 0,
  tests: [{ verdict: 'failed', got, expected: '6' }],
});

test('the oldest verdicts are forgotten when the bytes run out', () => {
  const cache = new VerdictCache(10_000);
  for (let index = 0; index < 1_000; index++) cache.add(`program ${index}`, verdict('5'));
  const kept = Array.from({ length: 1_000 }, (_, index) => cache.get(`program ${index}`) !== undefined);
  expect(kept.indexOf(true)).toBe(kept.lastIndexOf(false) + 1);
  expect(kept.filter(Boolean).length).toBeGreaterThan(20);
  expect(cache.bytes).toBeLessThanOrEqual(10_000);
});

test('what they return counts, and so do the programs themselves', () => {
  const cache = new VerdictCache(10_000);
  cache.add('short', verdict('5'));
  cache.add('long', verdict('x'.repeat(4_700)));
  expect(cache.get('short')).toBeUndefined();
  expect(cache.get('long')).toBeDefined();
  cache.add('x'.repeat(5_000), verdict('5'));
  expect(cache.get('long')).toBeUndefined();
  expect(cache.bytes).toBe(0);
});
