import { afterEach, expect, test } from 'vitest';
import { giveSuite } from './evidence-suite.ts';
import { expectFits, expectNoOverflow } from './fits.ts';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;

let visitor: Visitor;
afterEach(() => visitor.leave());

const button = (name: string) => visitor.page.getByRole('button', { name, exact: true });
const status = () => visitor.page.locator('.controls p[role=status]');
const language = () => visitor.page.evaluate(() => document.documentElement.lang);

test(
  'a German browser is spoken to in German, in every view, and nothing runs out of its place',
  async () => {
    visitor = await visit('?engine=cpu&prompts=8&n=4&eval-prompts=50', { locale: 'de-DE' });
    const { page, errors } = visitor;
    await giveSuite(page);
    await status()
      .filter({ hasText: 'Bereit.' })
      .waitFor({ timeout: 2 * MINUTE });
    expect(await language()).toBe('de');
    await button('Update-Schritt').click();
    await status().filter({ hasText: /^Pausiert nach Update 1/ }).waitFor({ timeout: MINUTE }); // prettier-ignore
    const views = [
      ['', 'Woraus lernt die Policy?'],
      ['compare', 'Vergleichen'],
      ['evidence', 'Belege'],
      ['engine', 'Engine'],
      ['judge', 'Prüfer'],
      ['lab', 'Labor'],
      ['glossary', 'Glossar'],
      ['article', 'PF-PPO in fünf Minuten'],
    ];
    for (const [hash, title] of views) {
      await page.evaluate((to) => (location.hash = `#/${to}`), hash);
      await page.getByRole('heading', { name: title, exact: true }).waitFor({ timeout: MINUTE });
      for (const width of [1440, 768, 360]) {
        await page.setViewportSize({ width, height: 900 });
        await (width === 1440 ? expectFits(page, width) : expectNoOverflow(page, width));
      }
      await page.setViewportSize({ width: 1440, height: 900 });
    }
    expect(errors.filter((error) => !error.includes('evidence/gone.json'))).toEqual([]);
  },
  6 * MINUTE,
);

test(
  'whoever changes the language keeps the run, and is spoken to in it from then on',
  async () => {
    visitor = await visit('?engine=cpu&prompts=8&n=4&eval-prompts=50');
    const { page, errors } = visitor;
    await status()
      .filter({ hasText: 'Ready.' })
      .waitFor({ timeout: 2 * MINUTE });
    await button('Step update').click();
    await status().filter({ hasText: /^Paused after update 1/ }).waitFor({ timeout: MINUTE }); // prettier-ignore
    await button('Deutsch').click();
    await status().filter({ hasText: 'Update 1' }).waitFor({ timeout: 2 * MINUTE }); // prettier-ignore
    await button('Trainieren').waitFor();
    expect(new URL(page.url()).searchParams.get('lang')).toBe('de');
    await page.goto(page.url().replace(/[?&]lang=de/, (found) => (found.startsWith('?') ? '?' : '')));
    await button('Trainieren').waitFor({ timeout: MINUTE });
    await button('English').click();
    await button('Train').waitFor({ timeout: MINUTE });
    expect(await language()).toBe('en');
    expect(errors).toEqual([]);
  },
  6 * MINUTE,
);
