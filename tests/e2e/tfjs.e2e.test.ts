import { afterEach, expect, test } from 'vitest';
import { visit, type Visitor } from './visitor.ts';

let visitor: Visitor;
afterEach(() => visitor.leave());

const MINUTE = 60_000;

test(
  'a visitor chooses TensorFlow.js, and it trains to update 3, step by step and at a run',
  async () => {
    visitor = await visit('?engine=cpu&prompts=4&n=4&eval-prompts=4');
    const { page } = visitor;
    const said = (pattern: RegExp) =>
      page
        .locator('.controls p[role=status]')
        .filter({ hasText: pattern })
        .waitFor({ timeout: 3 * MINUTE });
    await said(/Ready\..*\d+ pass/);
    await page.getByRole('button', { name: /^Engine:/ }).click();
    const card = page.getByRole('dialog', { name: 'Engine and models' });
    await card.getByRole('radio', { name: /^TensorFlow\.js/ }).check();
    await said(/Ready\..*\d+ pass/);
    expect(new URL(page.url()).searchParams.get('engine')).toBe('tfjs');
    await page.getByRole('button', { name: /^Engine: TensorFlow\.js/ }).click();
    await card.getByText('TensorFlow.js on WebGPU, as chosen').waitFor();
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Step update', exact: true }).click();
    await said(/Paused after update 1/);
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.waitForFunction(
      () =>
        Number(
          /Update (\d+)/.exec(document.querySelector('.controls p[role=status]')?.textContent ?? '')?.[1],
        ) >= 3,
      undefined,
      { timeout: 3 * MINUTE },
    );
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await said(/Paused/);
    expect(visitor.errors).toEqual([]);
  },
  10 * MINUTE,
);
