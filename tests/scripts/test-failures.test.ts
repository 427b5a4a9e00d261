import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/install.mjs';
import { outcomeOf, shortened } from '../../scripts/test-failures.mjs';

test('what did not pass is named: failed and skipped tests, and files that could not be loaded', () => {
  const file = (name: string, ...statuses: string[]) => ({
    name: join(root, name),
    assertionResults: statuses.map((status, i) => ({ status, fullName: `test ${i}` })),
  });
  expect(
    outcomeOf([
      file('tests/a.test.ts', 'passed', 'failed', 'pending'),
      file('tests/b.test.ts'),
      file('c', 'passed'),
    ]),
  ).toEqual({
    passed: 2,
    failures: ['tests/a.test.ts > test 1', 'tests/a.test.ts > test 2', 'tests/b.test.ts'],
  });
});

test('of a failure that differs in thousands of numbers the name and the place are printed, and of the next one too', () => {
  const failure = (n: number, count: number) =>
    ` FAIL  \x1b[31mtest ${n}\x1b[0m\n${'- 1.5\n+ 1.6\n'.repeat(count)} ❯ tests/a.test.ts:${n}\n⎯⎯⎯[${n}/2]⎯⎯⎯\n`;
  const told = shortened(`begun\n${failure(1, 40_000)}\n${failure(2, 3)}`);
  expect(told.split('\n').length).toBeLessThan(120);
  for (const word of ['begun', 'test 1', 'a.test.ts:1', '[1/2]', 'test 2', 'a.test.ts:2', 'left out'])
    expect(told).toContain(word);
  expect(told).not.toContain('\x1b');
  expect(shortened(failure(2, 3)).split('\n')).toHaveLength(failure(2, 3).split('\n').length);
});
