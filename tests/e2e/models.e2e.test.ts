import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { count } from '../../src/ui/format.ts';
import { visit, type Visitor } from './visitor.ts';

let visitor: Visitor;
afterEach(() => visitor.leave());

const MINUTE = 60_000;
/** "34,605 parameters", as the preset's own card has them. */
function parametersOf(preset: string): string {
  const text = readFileSync(new URL(`../../public/models/${preset}/manifest.json`, import.meta.url), 'utf8');
  const { policy } = JSON.parse(text) as { policy: { parameters: number } };
  return `${count(policy.parameters)} parameters`;
}
const said = (pattern: RegExp) =>
  visitor.page
    .locator('.controls p[role=status]')
    .filter({ hasText: pattern })
    .waitFor({ timeout: 2 * MINUTE });
const ready = () => said(/Ready\..*\d+ pass/);

test(
  'a visitor sees how large the models are and what an update would take, chooses others, and trains them',
  async () => {
    visitor = await visit('?engine=cpu&prompts=8&n=4&eval-prompts=50');
    const { page } = visitor;
    await ready();
    const card = page.getByRole('dialog', { name: 'Engine and models' });
    const badge = page.getByRole('button', { name: /^Engine: CPU/ });
    await badge.click();
    const models = card.getByRole('radiogroup', { name: 'Model' });
    await models.getByText(`${parametersOf('tiny')}, 136 kB`).waitFor();
    await models.getByText(`${parametersOf('small')}, 868 kB`).waitFor();
    expect(await models.getByRole('radio', { checked: true }).count()).toBe(1);

    await card.getByRole('button', { name: 'How long would an update take here?' }).click();
    const times = models.getByText(/an update takes about [\d.]+ s here/);
    await expect.poll(() => times.count(), { timeout: 2 * MINUTE }).toBe(2);
    const [tiny, small] = (await times.allTextContents()).map((text) =>
      Number(/about ([\d.]+)/.exec(text)?.[1]),
    );
    expect(small).toBeGreaterThan(tiny);

    await models.getByRole('radio', { name: /^small/ }).check();
    await ready();
    expect(new URL(page.url()).searchParams.get('preset')).toBe('small');
    await badge.click();
    await card.getByText(`Models: small; the policy has ${parametersOf('small')}.`).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Step update', exact: true }).click();
    await said(/Paused after update 1:.* KL/);
    const keptRun = () => page.evaluate(() => sessionStorage.getItem('pf-ppo-run') ?? '');
    await expect.poll(keptRun, { timeout: MINUTE }).toContain('preset=small');
    await page.reload();
    await page.getByText('This is the run as you left it').waitFor({ timeout: MINUTE });
    await badge.waitFor({ timeout: MINUTE });
    await badge.click();
    await card.getByText(`Models: small; the policy has ${parametersOf('small')}.`).waitFor();
    expect(visitor.errors).toEqual([]);
  },
  8 * MINUTE,
);
