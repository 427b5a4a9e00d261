import { expect, test } from 'vitest';
import { main } from '../../scripts/bench.ts';
import { tableOf, type Section } from '../../scripts/bench/table.ts';

test('a table has every column that a row names, and blanks where a row has none', () => {
  const rows: Section['rows'] = [
    { network: 'small', ms: 1.5 },
    { network: 'large', submits: 2 },
  ];
  expect(tableOf({ title: 'Steps', rows })).toBe(`Steps

| network | ms | submits |
| --- | --- | --- |
| small | 1.5 |  |
| large |  | 2 |
`);
});

test('a filter that there is not: 2', async () => {
  expect(await main(['--filters', 'best-of-all'])).toBe(2);
});
