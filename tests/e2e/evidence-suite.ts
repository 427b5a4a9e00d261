import type { Page } from 'playwright';
import { compacted } from '../../src/evidence/compact.ts';
import { defaultKnobs } from '../../src/ppo/knobs.ts';
import { suite } from '../evidence/suite-results.ts';

/** What the site would have, had a suite been run: one in which every arm says how it was set; and one that is missing. */
export async function giveSuite(page: Page): Promise<void> {
  const results = suite();
  for (const arm of results.arms)
    arm.knobs = {
      ...defaultKnobs,
      filter: { ...defaultKnobs.filter, name: 'best-of-n' },
      klCoef: arm.klCoef,
    };
  const files = {
    'index.json': [
      { file: 'paper.json', title: 'The paper', says: 'What it asked.' },
      { file: 'gone.json', title: 'Another', says: 'Never run.' },
    ],
    'paper.json': compacted(results),
  };
  for (const [name, json] of Object.entries(files))
    await page.route(`**/evidence/${name}`, (route) => route.fulfill({ json }));
}
