import { expect, test } from 'vitest';
import { Judge } from '../../../src/judge/host/judge.ts';
import type { JudgeItem } from '../../../src/judge/host/judge.ts';

const tests = [{ args: [3], expected: 6 }];
/** Right, wrong, endless and broken ones, no two alike. */
const items: JudgeItem[] = Array.from({ length: 24 }, (_, i) => ({
  program: [
    `function f(n) { return n + 3; } // ${i}`,
    `function f(n) { return n; } // ${i}`,
    `function f(n) { for (;;); } // ${i}`,
    `function f(n) { return ( } // ${i}`,
  ][i % 4],
  entryPoint: 'f',
  tests,
}));

test('three frames say what one says, and all three are asked', async () => {
  const frames = () => document.querySelectorAll('iframe[title="Judge"]').length;
  const names = async (judge: Judge) => (await judge.judge(items)).map(({ name }) => name);
  const one = await names(new Judge(1));
  expect(frames()).toBe(1);
  expect(one.slice(0, 4)).toEqual(['passed', 'failed', 'fuel', 'syntax']);
  expect(await names(new Judge(3))).toEqual(one);
  expect(frames()).toBe(4);
});
