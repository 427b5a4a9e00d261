import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { news } from '../../src/ui/news.svelte.ts';
import NewsBar from '../../src/ui/NewsBar.svelte';
import { route } from '../../src/ui/route.svelte.ts';
import '../../src/ui/css/tokens.css';
import '../../src/ui/css/page.css';

const main = document.createElement('main');
main.innerHTML = '<h2 tabindex="-1">Evidence</h2>';
beforeEach(() => {
  document.body.prepend(main);
  route.view = 'evidence';
  news.draw({ kind: 'starting' }, 'evidence');
});
afterEach(() => {
  main.remove();
  for (const view of ['play', 'compare'] as const) news.dismiss(view);
  route.view = 'play';
});

test('who dismisses news by the keys goes on from the next, and from the head of the view after the last', async () => {
  await page.viewport(360, 700);
  await render(NewsBar);
  news.tell('compare', 'All runs are done.');
  news.tell('play', 'Paused as was set, after update 8.');
  const buttons = page.getByRole('button', { name: 'Dismiss' });
  await expect.poll(() => buttons.elements().length).toBe(2);
  (buttons.elements()[0] as HTMLElement).focus();
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => buttons.elements().length).toBe(1);
  await expect.element(page.getByRole('status')).toHaveTextContent(/^Play: Paused as was set/);
  await expect.element(buttons).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('heading', { name: 'Evidence' })).toHaveFocus();
  expect(buttons.elements()).toHaveLength(0);
});
