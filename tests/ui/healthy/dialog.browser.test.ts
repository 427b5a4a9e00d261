import { afterEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import TimePanel from '../../../src/ui/TimePanel.svelte';
import { run, settle } from '../charts.ts';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';

const examples = await (await fetch('/examples.json')).text();
const fetched = vi.spyOn(window, 'fetch');
afterEach(() => fetched.mockReset());

async function openFrom(chart: string) {
  const history = run(20);
  await render(TimePanel, {
    ...{ history, ghosts: [], version: history.version, markers: [] },
    ...{ evalPromptsAt: () => 200, evalEvery: 5 },
  });
  await settle();
  await page.getByRole('button', { name: new RegExp(`^${chart}: axes`) }).click();
  await page.getByRole('menuitem', { name: 'Healthy looks like …' }).click();
}

test('where the runs cannot be fetched it says so, with all that is known without them, and asks again', async () => {
  fetched.mockRejectedValueOnce(new TypeError('no network'));
  await openFrom('R²');
  await expect.element(page.getByRole('dialog', { name: 'Healthy looks like: R²' })).toBeVisible();
  await expect.element(page.getByRole('alert')).toHaveTextContent(/examples\.json could not be fetched/);
  await expect.element(page.getByText('0.952 for best-worst')).toBeVisible();
  await page.getByRole('button', { name: 'Close' }).click();
  fetched.mockResolvedValueOnce(new Response(examples));
  await page.getByRole('button', { name: /^KL: axes/ }).click();
  await page.getByRole('menuitem', { name: 'Healthy looks like …' }).click();
  await expect.element(page.getByText('Levels off near 2 nats.')).toBeVisible();
  const drawn = page.getByRole('dialog').getByRole('img').elements();
  expect(drawn.map((figure) => figure.getAttribute('aria-label'))).toEqual([
    expect.stringContaining('sampled 0.00 at first, 2.01 after 40 updates'),
    expect.stringContaining('sampled 0.00 at first, 17.00 after 40 updates'),
    expect.stringMatching(/^Learning rate 0\.003 \(× 15\).*sampled 0\.00 at first, highest/),
  ]);
  expect(fetched).toHaveBeenCalledTimes(2);
});
