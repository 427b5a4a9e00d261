import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { dist } from '../../scripts/build.mjs';
import { visit, type Visitor } from './visitor.ts';

let visitor: Visitor;
afterEach(() => visitor.leave());

const MINUTE = 60_000;

const sentence = () => visitor.page.locator('p[role=status]').filter({ visible: true }).first();
const said = (pattern: RegExp) =>
  sentence()
    .filter({ hasText: pattern })
    .waitFor({ timeout: 2 * MINUTE });
const button = (name: string) =>
  visitor.page.getByRole('button', { name, exact: true }).filter({ visible: true });
const view = (name: string) =>
  visitor.page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name, exact: true });
const heading = (name: string) => visitor.page.getByRole('heading', { name, exact: true });
const update = async () => Number(/Update (\d+)/.exec(await sentence().innerText())?.[1] ?? -1);
const focused = () => visitor.page.evaluate(() => document.activeElement?.textContent);
const canvases = () => visitor.page.locator('canvas').count();

test(
  'a visitor opens the engine in training, reads what it takes, checks a kernel and goes back to a run that went on',
  async () => {
    visitor = await visit('?engine=cpu&seed=3');
    const { page, errors } = visitor;
    await said(/Ready\./);
    await expect.poll(canvases).toBeGreaterThan(0);
    await button('Train').click();
    await said(/^Update 2/);
    await view('Engine').click();
    await heading('Engine').waitFor();
    expect(page.url()).toMatch(/\?engine=cpu&seed=3&v=1#\/engine$/);
    expect(await focused()).toBe('Engine');
    await expect.poll(() => page.title()).toMatch(/^Update \d+ · Engine · PF-PPO Playground$/);
    // Of Play nothing is drawn.
    await expect.poll(canvases).toBe(0);
    const drawn = await page.evaluateHandle(() => {
      const seen = { changes: 0 };
      const observer = new MutationObserver((changes) => (seen.changes += changes.length));
      const what = { subtree: true, childList: true, characterData: true, attributes: true };
      observer.observe(document.querySelector('main[hidden] .columns')!, what);
      return seen;
    });
    const begun = await update();
    await expect.poll(update, { timeout: MINUTE }).toBeGreaterThan(begun + 2);
    expect(await drawn.jsonValue()).toEqual({ changes: 0 });

    await page.getByText(/ms a run, the mean of \d+ timed run/).waitFor({ timeout: MINUTE });
    const ops = page.getByRole('group', { name: 'Ops of training step, in order' }).getByRole('listitem');
    const label = page.locator('label').filter({ hasText: 'training step' });
    expect(await label.innerText()).toContain(`${await ops.count()} ops`);
    for (const text of await ops.allInnerTexts()) expect(text).toMatch(/\d ms/);
    await page.getByText('The last update, from its prompts to its last Adam step.').waitFor();

    await page
      .locator('summary')
      .filter({ hasText: /^adamw/ })
      .click();
    await page.getByText('Reference, in double precision: adamw.ref.ts').click();
    await page
      .getByLabel(/^adamw: Reference/)
      .filter({ hasText: 'export function adamw' })
      .waitFor();
    await button('Check this kernel').click();
    await page
      .getByText(/CPU: passed/)
      .first()
      .waitFor({ timeout: 2 * MINUTE });
    await page.getByText(/WebGPU: passed/).waitFor({ timeout: 2 * MINUTE });

    const last = await update();
    await page.goBack();
    await expect.poll(() => page.title()).toMatch(/^Update \d+ · PF-PPO Playground$/);
    expect(await heading('Engine').count()).toBe(0);
    await expect.poll(focused).toBe('PF-PPO Playground');
    await expect.poll(update, { timeout: MINUTE }).toBeGreaterThan(last);
    await expect.poll(canvases).toBeGreaterThan(0);
    await button('Pause').click();
    expect(errors).toEqual([]);
  },
  8 * MINUTE,
);

test(
  'an address leads to it, with a run at rest, and Play is made when it is asked for',
  async () => {
    visitor = await visit('?engine=cpu#/engine');
    const { page, errors } = visitor;
    await said(/Ready\./);
    await heading('Engine').waitFor();
    await page.getByText('The run is paused: times come with the next update.').waitFor();
    expect(await page.locator('[role=gridcell]').count()).toBe(0);
    await button('Step update').click();
    await said(/Paused after update 1/);
    await page.getByText(/ms a run, the mean of \d+ timed run/).waitFor({ timeout: MINUTE });
    await view('Play').click();
    await page.getByRole('gridcell').first().waitFor();
    expect(errors).toEqual([]);
  },
  5 * MINUTE,
);

test(
  'the gradients are proved beside a run, which goes on',
  async () => {
    visitor = await visit('?engine=cpu');
    const { page, errors } = visitor;
    await said(/Ready\./);
    await page.getByRole('button', { name: 'Engine: CPU' }).click();
    await page.getByRole('link', { name: /What it runs, op by op/ }).click();
    await button('Check the gradients').click();
    await page
      .getByText(/30 gradient tensors compared with the autograd of TensorFlow.js \(cpu\)/)
      .waitFor({ timeout: 2 * MINUTE });
    await button('Step update').click();
    await said(/Paused after update 1/);
    expect(errors).toEqual([]);
  },
  5 * MINUTE,
);

test(
  'the device is measured on both engines, training waits meanwhile, and there is a text to send',
  async () => {
    visitor = await visit('?engine=cpu#/engine');
    const { page, errors } = visitor;
    await said(/Ready\./);
    await button('Train').click();
    await said(/^Update 1/);
    await button('Measure').click();
    await said(/^Paused/);
    await button('Stop measuring').waitFor();
    await button('Copy as text').waitFor({ timeout: 3 * MINUTE });
    const text = await page.getByLabel('Measurements as text').innerText();
    expect(text).toMatch(/^PF-PPO Playground, preset tiny, build [\w-]{8}\nbrowser: \S+/);
    expect(text).toContain('WebGPU: google, swiftshader (a software adapter)');
    for (const name of ['CPU', 'WebGPU'])
      expect(text).toMatch(
        new RegExp(`training step, 64 responses +${name} +[\\d.]+ ms.* 1 submits, 1 read-backs`),
      );
    await said(/^Update \d+/);
    await button('Pause').click();
    await button('Measure').click();
    await button('Stop measuring').click();
    await button('Measure').waitFor();
    expect(errors).toEqual([]);
  },
  6 * MINUTE,
);

test('Play does not wait for the kernels’ texts', () => {
  const assets = join(dist, 'assets');
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js') && !name.includes('.worker-'));
  const withTexts = scripts.filter((name) =>
    readFileSync(join(assets, name), 'utf8').includes('@workgroup_size'),
  );
  expect(withTexts.length).toBe(1);
  expect(withTexts[0]).toMatch(/^EngineView-/);
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  expect(html).not.toContain('EngineView');
});
