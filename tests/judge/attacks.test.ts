import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNodeJudge } from '../../scripts/node-judge.ts';
import type { NodeJudge } from '../../scripts/node-judge.ts';
import { attacks, harmless, sumTests } from './attacks.ts';

/** Programs of this class must pass, of every other must not. */
const mustPass = 'honest';

let judge: NodeJudge;
beforeAll(async () => {
  judge = await createNodeJudge();
});
afterAll(() => judge.close());

test('every attack is one of its own, and the README counts them rightly', () => {
  const all = Object.values(attacks).flat();
  const honest = attacks[mustPass].length;
  expect(readFileSync('README.md', 'utf8').replace(/\s+/g, ' ')).toContain(
    `against ${all.length - honest} broken or hostile programs, none of which may pass, and ${honest} odd but honest ones`,
  );
  expect(new Set(all.map((attack) => attack.program)).size).toBe(all.length);
  expect(all.every(({ allowed }) => allowed.length > 0)).toBe(true);
});

describe.each(Object.entries(attacks))('%s', (kind, list) => {
  test.each(list.map((attack): [string, (typeof list)[number]] => [attack.name, attack]))(
    '%s',
    async (_, attack) => {
      const next = `${harmless} // after ${attack.name}`;
      const [verdict, after] = await judge.judge(
        [attack.program, next].map((program) => ({ program, entryPoint: 'f', tests: sumTests })),
      );
      expect(
        attack.allowed,
        verdict.tests.map((result) => result.message ?? result.got).join('; '),
      ).toContain(verdict.name);
      expect(verdict.name === 'passed').toBe(kind === mustPass);
      expect(after.name).toBe('passed');
    },
  );
});
