import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { glossary } from '../../../src/ui/glossary.ts';
import GlossaryView from '../../../src/ui/glossary/GlossaryView.svelte';
import Term from '../../../src/ui/Term.svelte';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';

const play = document.createElement('main');
afterEach(() => {
  play.remove();
  location.hash = '#/';
});
const goTo = async (hash: string) => {
  location.hash = hash;
  await new Promise((resolve) => setTimeout(resolve, 50));
};
const heading = (name: string) => page.getByRole('heading', { name, exact: true });

test('a search leaves the terms that have the words, and says how many', async () => {
  await render(GlossaryView);
  const all = Object.keys(glossary).length;
  await expect.element(page.getByRole('status')).toHaveTextContent(`${all} of ${all} terms`);
  await userEvent.fill(page.getByRole('searchbox', { name: 'Search' }), 'cliprange');
  await expect.element(page.getByRole('status')).toHaveTextContent(`1 of ${all} terms`);
  await expect.element(heading('Clip range ε')).toBeVisible();
  await userEvent.fill(page.getByRole('searchbox', { name: 'Search' }), 'no such word');
  await expect.element(page.getByRole('status')).toHaveTextContent('No term has these words.');
});

test('a term in the page leads to its place, whatever was sought before', async () => {
  await goTo('#/glossary');
  await render(GlossaryView);
  await userEvent.fill(page.getByRole('searchbox', { name: 'Search' }), 'entropy');
  const term = await render(Term, { id: 'kl' });
  await userEvent.click(term.container.querySelector('.term')!);
  await userEvent.click(page.getByRole('link', { name: 'In the glossary' }));
  await expect.element(heading('KL')).toHaveFocus();
  expect(term.container.querySelector('[popover]')!.matches(':popover-open')).toBe(false);
  await goTo('#/glossary?term=entropy');
  await expect.element(heading('Entropy')).toHaveFocus();
});

test('from a term to where it stands in Play, be it folded away, and to the place beside which it stands', async () => {
  play.innerHTML =
    '<details><summary>More</summary><button data-term="kl">KL</button></details><button data-term="filter">Filter</button>';
  document.body.append(play);
  await goTo('#/glossary');
  await render(GlossaryView);
  await userEvent.click(page.getByRole('button', { name: 'Show KL in Play' }));
  await expect.element(page.getByRole('button', { name: 'KL', exact: true })).toHaveFocus();
  expect(location.hash).toBe('#/');
  await userEvent.click(page.getByRole('button', { name: 'Show Random-k in Play' }));
  await expect.element(page.getByRole('button', { name: 'Filter', exact: true })).toHaveFocus();
});
