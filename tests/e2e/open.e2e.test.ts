import { afterAll, beforeAll, expect, test } from 'vitest';
import { visit, type Visitor } from './visitor.ts';

let visitor: Visitor;
beforeAll(async () => {
  visitor = await visit();
});
afterAll(() => visitor.leave());

test('the built page opens under a sub-path', async () => {
  const { page } = visitor;
  expect(await page.title()).toContain('PF-PPO');
  await page.getByRole('button', { name: 'Train' }).waitFor();
});

test('nothing is asked of another host, and nothing goes wrong', async () => {
  const { page, errors, strayRequests } = visitor;
  await page.waitForLoadState('networkidle');
  expect(strayRequests).toEqual([]);
  expect(errors).toEqual([]);
});
