import { expect, test } from 'vitest';
import { main, withMeasured } from '../../scripts/bench.ts';
import { tableOf, type Section } from '../../scripts/bench/table.ts';
import { timesOf, type Heard } from '../../scripts/bench/update.ts';

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

test('an update is from its prompts until it is done; an evaluation is what it adds before the next', () => {
  // 3 to 7 count: they take 103 to 107, are 5 apart, and 405 where an evaluation is in between.
  const heard: Heard[] = [];
  let now = 0;
  for (let update = 1; update <= 8; update++) {
    heard.push(['prompts', update, now]);
    now += update < 3 ? 999 : 100 + update;
    heard.push(['updated', update, now]);
    now += update % 5 === 0 ? 405 : 5;
  }
  expect(timesOf(heard, 5)).toEqual({ 'all ms': 105, 'between ms': 5, 'an evaluation ms': 400 });
  expect(timesOf(heard, 20)).toEqual({ 'all ms': 105, 'between ms': 5 });
});

test('what is measured replaces what was, and leaves the words above it', () => {
  const once = withMeasured('# Cost\n\n"Measured" is below.\n\n## Measured\n', 'old\n');
  expect(withMeasured(once, 'new\n')).toBe('# Cost\n\n"Measured" is below.\n\n## Measured\n\nnew\n');
  expect(() => withMeasured('# Cost\n', 'new\n')).toThrow('Measured');
});
