import { AxeBuilder } from '@axe-core/playwright';
import { afterEach, expect, inject, test } from 'vitest';
import type { Part } from '../../src/ui/lecture/lecture.svelte.ts';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;

let visitor: Visitor;
afterEach(() => visitor.leave());

test(
  'a lecturer makes a link that leaves parts out, and a student opens it, presses keys, and brings them back',
  async () => {
    visitor = await visit('?engine=cpu&prompts=8&n=4&seed=5&lesson=2');
    const { page } = visitor;
    await page.getByRole('button', { name: 'Link for a class' }).click();
    const dialog = page.getByRole('dialog', { name: 'A link for a class' });
    for (const part of ['the filter', 'the recipe', 'scenarios', 'the curves', 'the other views'])
      await dialog.getByRole('group', { name: 'Leave out' }).getByRole('checkbox', { name: part }).check();
    await dialog.getByRole('checkbox', { name: /^keys/ }).check();
    const { violations } = await new AxeBuilder({ page }).include('dialog').analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    const frame = await dialog.locator('pre').innerText();
    const link = /src="([^"]+)"/.exec(frame)![1];
    expect(link).toContain('hide=views,scenario,filter,recipe,curves&keys');
    await visitor.leave();

    visitor = await visit(link.slice(inject('siteUrl').length));
    const student = visitor.page;
    await student.getByRole('complementary', { name: 'Learn' }).getByText('lesson 2 of 10').waitFor();
    await student.getByText('seed 5', { exact: true }).waitFor();
    await student.getByText(/^The link to this page leaves some of it out/).waitFor();
    for (const title of ['What does it learn from?', 'Recipe', 'Score and truth'])
      expect(await student.getByRole('heading', { name: title }).count()).toBe(0);
    expect(await student.getByRole('link', { name: 'Compare', exact: true }).count()).toBe(0);
    await student.getByRole('heading', { name: /the untrained policy/ }).waitFor();

    await student.getByText(/^Ready\./).first().waitFor({ timeout: 2 * MINUTE }); // prettier-ignore
    await student.locator('h1').focus();
    await student.keyboard.press('u');
    await student.getByText(/Paused after update 1\b/).first().waitFor({ timeout: MINUTE }); // prettier-ignore
    await student.keyboard.press('l');
    expect(await student.evaluate(() => document.documentElement.dataset.type)).toBe('large');

    await student.getByRole('button', { name: 'Show everything' }).click();
    await student.getByRole('heading', { name: 'Recipe' }).waitFor();
    expect(new URL(student.url()).searchParams.has('hide')).toBe(false);
    expect(visitor.errors).toEqual([]);
  },
  5 * MINUTE,
);

test(
  'a lecturer locks the filter and the recipe, and a student reads them, trains, and cannot change them',
  async () => {
    visitor = await visit('?engine=cpu&prompts=8&n=4&filter=best-of-n&kl=0.3');
    await visitor.page.getByRole('button', { name: 'Learn', exact: true }).click();
    await visitor.page.getByRole('button', { name: 'Link for a class' }).click();
    const dialog = visitor.page.getByRole('dialog', { name: 'A link for a class' });
    for (const part of ['the filter', 'the recipe'])
      await dialog.getByRole('group', { name: 'Lock' }).getByRole('checkbox', { name: part }).check();
    await dialog.getByRole('checkbox', { name: /^open the lessons/ }).uncheck();
    const link = /src="([^"]+)"/.exec(await dialog.locator('pre').innerText())![1];
    expect(link).toContain('lock=filter,recipe');
    await visitor.leave();

    visitor = await visit(link.slice(inject('siteUrl').length));
    const { page } = visitor;
    await page.getByText(/^Ready\./).first().waitFor({ timeout: 2 * MINUTE }); // prettier-ignore
    const filter = page.getByRole('region', { name: 'What does it learn from?' });
    await filter.getByText('Locked by the link.').waitFor();
    // Scenario, filter and recipe say it, each once.
    await expect.poll(() => page.getByText('Locked by the link.').count()).toBe(3);
    expect(await filter.getByRole('radio', { name: 'best-of-n' }).isChecked()).toBe(true);
    await filter.getByText('none', { exact: true }).click({ force: true });
    const kl = page.getByRole('slider', { name: 'KL coefficient' });
    await kl.scrollIntoViewIfNeeded();
    const { x, y } = (await kl.boundingBox())!;
    await page.mouse.click(x + 2, y + 9);
    await page.keyboard.press('ArrowRight');
    // Every word that explains itself is still on the way of the Tab key, and no control of these parts is.
    await filter.getByRole('button', { name: 'Filter', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('note', { name: 'Filter' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('INPUT');
    const { violations } = await new AxeBuilder({ page }).include('.recipe').analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await page.getByRole('button', { name: 'Step update' }).click();
    await page.getByText(/Paused after update 1\b/).first().waitFor({ timeout: MINUTE }); // prettier-ignore
    const asked = new URL(page.url()).searchParams;
    expect([asked.get('lock'), asked.get('filter'), asked.get('kl')]).toEqual([
      'filter,recipe',
      'best-of-n',
      '0.3',
    ]);
    expect(visitor.errors).toEqual([]);
  },
  5 * MINUTE,
);

test(
  'every part that can be left out is there without the link, and not with it',
  async () => {
    visitor = await visit('?engine=cpu&prompts=8&n=4');
    const { page } = visitor;
    await page.getByText(/^Ready\./).first().waitFor({ timeout: 2 * MINUTE }); // prettier-ignore
    const placeOf = {
      views: page.getByRole('link', { name: 'Compare', exact: true }),
      flow: page.getByRole('list', { name: 'What an update does' }),
      scenario: page.getByRole('region', { name: 'Scenario' }),
      filter: page.getByRole('heading', { name: 'What does it learn from?' }),
      recipe: page.getByRole('heading', { name: 'Recipe' }),
      programs: page.locator('#matrix-title'),
      response: page.locator('#response-title'),
      curves: page.getByRole('heading', { name: 'Score and truth' }),
      trust: page.getByRole('heading', { name: /be trusted/ }),
      prediction: page.getByRole('heading', { name: 'Which filter should win?' }),
    } satisfies Record<Part, unknown>;
    for (const [part, place] of Object.entries(placeOf)) {
      await place.first().waitFor();
      await page.evaluate((name) => (document.documentElement.dataset.hide = name), part);
      await expect.poll(() => place.first().isVisible(), { message: part }).toBe(false);
      await page.evaluate(() => (document.documentElement.dataset.hide = ''));
    }
  },
  4 * MINUTE,
);

test(
  'the page trains within another site’s page',
  async () => {
    visitor = await visit('?engine=cpu');
    const { page } = visitor;
    const site = new URL(inject('siteUrl'));
    // The same machine by another name is another site to a browser.
    const other = site.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
    await page.goto(`${site.protocol}//${other}:${site.port}${site.pathname}icon-192.png`);
    const frame = `<iframe title="playground" width="1300" height="900" src="${site.href}?engine=cpu&prompts=8&n=4&eval-prompts=20"></iframe>`;
    await page.evaluate((html) => (document.body.innerHTML = html), frame);
    const inside = page.frameLocator('iframe');
    await inside.getByText(/^Ready\./).first().waitFor({ timeout: 2 * MINUTE }); // prettier-ignore
    await inside.getByRole('button', { name: 'Step update' }).click();
    await inside.getByText(/Paused after update 1\b/).first().waitFor({ timeout: MINUTE }); // prettier-ignore
  },
  5 * MINUTE,
);
