import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { evidenceOf } from '../../scripts/report/page.ts';
import { compacted } from '../../src/evidence/compact.ts';
import { parseResults } from '../../src/evidence/results.ts';

const read = (path: string) => readFileSync(path, 'utf8');

it('what the page shows of a suite is what docs/results has of it, and all of it is listed', () => {
  const listed = (JSON.parse(read('public/evidence/index.json')) as { file: string }[]).map(
    ({ file }) => file,
  );
  expect(listed.length).toBeGreaterThan(0);
  const others = readdirSync('public/evidence').filter((name) => name !== 'index.json');
  expect([...listed].sort()).toEqual(others.sort());
  for (const file of listed) {
    const results = parseResults(read(`docs/results/${file.replace('.json', '')}/results.json`));
    expect(JSON.parse(read(`public/evidence/${file}`))).toEqual(
      JSON.parse(JSON.stringify(compacted(results))),
    );
    for (const arm of results.arms) expect(arm.knobs).toMatchObject({ klCoef: arm.klCoef });
  }
});

it('what the README and Play say of the suite is what its report says', () => {
  expect(read('README.md').replace(/\s*\|\s*/g, '|')).toContain(
    read('docs/results/scenarios/summary.md')
      .replace(/\s*\|\s*/g, '|')
      .trim(),
  );
  const results = parseResults(read('docs/results/scenarios/results.json'));
  expect(JSON.parse(read('src/ui/evidence.json'))).toEqual(JSON.parse(JSON.stringify(evidenceOf(results))));
});
