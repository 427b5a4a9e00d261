import { afterEach, expect, test } from 'vitest';
import { visit, type Visitor } from './visitor.ts';

let visitor: Visitor;
afterEach(() => visitor.leave());

const MINUTE = 60_000;

const sentence = () => visitor.page.locator('.controls p[role=status]');
const button = (name: string) => visitor.page.getByRole('button', { name, exact: true });
const passRates = () =>
  visitor.page.getByRole('slider', { name: 'pass@1, by update' }).getAttribute('aria-valuetext');

/** Waits until the status sentence matches. */
async function said(pattern: RegExp, timeout = 2 * MINUTE): Promise<string> {
  await sentence().filter({ hasText: pattern }).waitFor({ timeout });
  return sentence().innerText();
}

/** Waits until the sentence speaks of an update that is at least this far. */
const updateReached = (update: number, timeout: number) =>
  visitor.page.waitForFunction(
    (wanted) => {
      const text = document.querySelector('.controls p[role=status]')?.textContent ?? '';
      return Number(/Update (\d+)/.exec(text)?.[1] ?? -1) >= wanted;
    },
    update,
    { timeout },
  );

/** From now on compares, after every change, what is drawn of the programs with what is said of them beside the flow. */
const watchAgreement = () =>
  visitor.page.evaluate(() => {
    const seen = { drawn: new Set<number>(), disagreements: [] as string[] };
    Object.assign(window, { seen });
    new MutationObserver(() => {
      const cells = [...document.querySelectorAll('[role="gridcell"]')];
      const said = document.querySelector('.sink b')?.textContent;
      const drawn = cells.filter((cell) => cell.classList.contains('passed')).length;
      if (cells.length < 256 || drawn === 0 || said === undefined) return; // not all there, or not judged yet
      seen.drawn.add(drawn);
      if (Number(said) !== drawn) seen.disagreements.push(`${drawn} drawn, ${said} said`);
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  });
const agreement = () =>
  visitor.page.evaluate(() => {
    const { seen } = window as unknown as { seen: { drawn: Set<number>; disagreements: string[] } };
    return { batches: seen.drawn.size, disagreements: seen.disagreements };
  });

async function heldOut(): Promise<number> {
  return Number(/held-out (\d?\.\d+)/.exec((await passRates()) ?? '')?.[1]);
}

test(
  'a visitor presses Train, changes the filter in mid-run and sees held-out pass@1 rise',
  async () => {
    visitor = await visit('?engine=cpu');
    const { page } = visitor;
    const before = await said(/Ready\. The untrained policy wrote 256 programs; \d+ pass/);
    await expect.poll(heldOut, { timeout: MINUTE }).toBeGreaterThan(0.2);
    const start = await heldOut();
    expect(start).toBeLessThan(0.6);
    expect(await page.getByRole('heading', { name: /What the untrained policy wrote/ }).count()).toBe(1);

    await watchAgreement();
    await button('Train').click();
    await updateReached(4, 2 * MINUTE);
    await page.getByRole('radio', { name: 'none', exact: true }).check({ force: true });
    await said(/all 256 kept/);
    await expect.poll(heldOut, { timeout: 4 * MINUTE, interval: 1000 }).toBeGreaterThan(start + 0.1);

    const faded = await page.evaluate(async () => {
      let most = 0;
      for (let frame = 0; frame < 60; frame++) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        most = Math.max(most, document.getAnimations().length);
      }
      return most;
    });
    await button('Pause').click();
    await button('Train').waitFor();
    // It pauses after whatever stage it was in; the truth of a whole update may come after the pause.
    const paused = await said(/Paused (in update|after update.* \d+ pass)/);
    await page.waitForTimeout(1500);
    expect(await sentence().innerText()).toBe(paused);
    expect(faded).toBe(0);
    const { batches, disagreements } = await agreement();
    expect(disagreements).toEqual([]);
    expect(batches).toBeGreaterThan(3);

    await button('Again as it was').click();
    expect(await said(/Ready\. The untrained policy wrote 256 programs; \d+ pass/)).toBe(before);
    expect(visitor.errors).toEqual([]);
    expect(visitor.strayRequests).toEqual([]);
  },
  10 * MINUTE,
);

test(
  'stepping goes phase by phase and update by update, and stops there',
  async () => {
    visitor = await visit('?engine=cpu');
    await said(/Ready/);
    await button('Step phase').click();
    await said(/Paused in update 1/);
    await button('Train').waitFor();
    const after = await sentence().innerText();
    await visitor.page.waitForTimeout(1500);
    expect(await sentence().innerText()).toBe(after);
    await button('Step update').click();
    await said(/Paused after update 1.*keeps 64; KL/);
    await button('Train').waitFor();
    expect(visitor.errors).toEqual([]);
  },
  5 * MINUTE,
);

test(
  'a response can be opened, edited, judged and scored again',
  async () => {
    visitor = await visit('?engine=cpu');
    const { page } = visitor;
    await said(/Ready\..*\d+ pass/);
    await page.getByRole('gridcell').first().click();
    const panel = page.locator('section.response');
    // The editor that takes its place has the same name.
    const listing = await panel.locator('pre[aria-label=Program]').textContent();
    const [signature] = (listing ?? '').split('\n');
    await panel.locator('.monaco-editor .view-line').first().click({ timeout: MINUTE });
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText(`${signature}\n  return 10 ** 9;\n}`);
    await panel.getByText('edited, not judged yet').waitFor();
    await button('Judge and score again').click();
    await panel.getByText('It returns a wrong value.').waitFor({ timeout: MINUTE });
    await panel.getByText(/^0 of \d+ tests/).waitFor({ timeout: MINUTE });
    await panel.getByText(/→ [+−]\d/).waitFor({ timeout: MINUTE });
    await panel.getByText(/^With this score it would be .+ of 8, and (not )?kept\.$/).waitFor();
    expect(visitor.errors).toEqual([]);
  },
  5 * MINUTE,
);

test(
  'on the WebGPU engine it trains to update 3',
  async () => {
    visitor = await visit('?engine=webgpu');
    await said(/Ready/, 8 * MINUTE);
    await visitor.page.getByRole('button', { name: /WebGPU/ }).waitFor();
    await button('Train').click();
    await updateReached(3, 8 * MINUTE);
    await said(/Update \d+.*keeps 64; KL/, 4 * MINUTE);
    expect(visitor.errors).toEqual([]);
  },
  20 * MINUTE,
);

test(
  'told to, it pauses by itself: after an update, with its evaluation, and says so',
  async () => {
    visitor = await visit('?engine=cpu&prompts=8&n=4&eval-prompts=50&eval-every=2');
    const { page } = visitor;
    await said(/Ready/);
    await button('until …').click();
    const card = page.getByRole('dialog', { name: 'When to pause' });
    await card.getByLabel('after update').fill('4');
    await page.keyboard.press('Escape');
    await button('until update 4').waitFor();
    await button('Train').click();
    await said(/Paused after update 4:/);
    await page.getByText('Paused as was set, after update 4.').waitFor();
    await expect.poll(passRates).toMatch(/^update 4: .*held-out \d\.\d+(?! \()/);
    // What was reached does not stop it again.
    await button('Train').click();
    await updateReached(6, 2 * MINUTE);
    expect(visitor.errors).toEqual([]);
  },
  3 * MINUTE,
);
