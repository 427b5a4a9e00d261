import { beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { TokenNumbers } from '../../../src/protocol/tokens.ts';
import { AskedTokens } from '../../../src/ui/tokens/asked.svelte.ts';
import Tokens from '../../../src/ui/tokens/Tokens.svelte';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';
import { numbersOf } from './numbers.ts';

const ask = vi.fn<() => Promise<TokenNumbers>>();

beforeEach(async () => {
  await page.viewport(800, 800);
  ask.mockReset();
  ask.mockImplementation(() => Promise.resolve(numbersOf()));
});

async function strip() {
  const screen = await render(Tokens, {
    update: 12,
    isKept: true,
    clipRange: 0.2,
    asked: new AskedTokens(ask),
  });
  await screen.getByRole('button', { name: 'Token by token' }).click();
  return screen;
}
const backgrounds = () =>
  [...document.querySelectorAll('[role=option]')].map((token) => getComputedStyle(token).backgroundColor);

test('asks when it is opened, not before, and once', async () => {
  const screen = await render(Tokens, {
    update: 12,
    isKept: true,
    clipRange: 0.2,
    asked: new AskedTokens(ask),
  });
  const button = screen.getByRole('button', { name: 'Token by token' });
  await expect.element(button).toHaveAttribute('aria-expanded', 'false');
  expect(ask).not.toHaveBeenCalled();
  await button.click();
  await expect.element(screen.getByRole('listbox')).toBeVisible();
  await button.click();
  await expect.element(screen.getByRole('listbox')).not.toBeInTheDocument();
  await button.click();
  await expect.element(screen.getByRole('listbox')).toBeVisible();
  expect(ask).toHaveBeenCalledOnce();
});

test('shows the lexemes in order, by which policy, and the numbers of the first', async () => {
  const screen = await strip();
  await expect
    .element(screen.getByText(/Log-probabilities are by the policy after update 12;/))
    .toBeVisible();
  const tokens = screen.getByRole('option').elements();
  expect(tokens.map((token) => token.textContent)).toEqual(['return', 'a', 'end']);
  expect(tokens.map((token) => token.getAttribute('aria-label'))).toEqual([
    ...['return, advantage +2.00', 'a, advantage +1.00', 'end, advantage −1.00'],
  ]);
  await expect.element(screen.getByText(/1 of 3/)).toBeVisible();
  await expect
    .element(screen.getByText(/min\(1\.500 · 2\.000, 1\.200 · 2\.000\) = 2\.400: clipped/))
    .toBeVisible();
});

test('arrows walk along it, Home and End go to its ends, and each has its numbers in the line', async () => {
  const screen = await strip();
  const stops = () => [...document.querySelectorAll<HTMLElement>('[role=option][tabindex="0"]')];
  await expect.poll(stops).toHaveLength(1);
  stops()[0].focus();
  await userEvent.keyboard('{ArrowRight}');
  expect(document.activeElement?.textContent).toBe('a');
  expect(stops()).toHaveLength(1);
  await expect.element(screen.getByText(/min\(0\.500 · 1\.000, 0\.800 · 1\.000\) = 0\.500/)).toBeVisible();
  const described = document.getElementById(document.activeElement!.getAttribute('aria-describedby')!);
  expect(described?.textContent).toContain('2 of 3');
  await userEvent.keyboard('{End}{ArrowRight}');
  expect(document.activeElement?.textContent).toBe('end');
  await userEvent.keyboard('{Home}{ArrowLeft}');
  expect(document.activeElement?.textContent).toBe('return');
});

test('a token under the pointer shows its numbers, and then the one with the focus again', async () => {
  const screen = await strip();
  await screen.getByRole('option').nth(1).hover();
  await expect.element(screen.getByText(/2 of 3/)).toBeVisible();
  await screen.getByRole('button', { name: 'Token by token' }).hover();
  await expect.element(screen.getByText(/1 of 3/)).toBeVisible();
});

test('is coloured by what is chosen, with numbers at the ends of the colours', async () => {
  const screen = await strip();
  await expect.element(screen.getByLabelText('Colours')).toHaveTextContent('−2.00 0.00 +2.00');
  const byAdvantage = backgrounds();
  expect(new Set(byAdvantage).size).toBe(3);
  await screen.getByRole('radio', { name: 'clipped' }).click({ force: true });
  const byClipping = backgrounds();
  expect(byClipping[1]).toBe(byClipping[2]);
  expect(byClipping[0]).not.toBe(byClipping[1]);
  await expect.element(screen.getByRole('option').first()).toHaveAccessibleName('return, clipped clipped');
  await screen.getByRole('radio', { name: 'ratio' }).click({ force: true });
  await expect.element(screen.getByLabelText('Colours')).toHaveTextContent('0.50 1.00 2.00');
});

test('offers no ratio where nobody knows what was thought when it was written', async () => {
  ask.mockImplementation(() => Promise.resolve(numbersOf({ oldLogprobs: undefined, isRemembered: false })));
  const screen = await strip();
  for (const name of ['ratio', 'clipped', 'objective'])
    await expect.element(screen.getByRole('radio', { name })).toBeDisabled();
  await expect.element(screen.getByRole('radio', { name: 'log-prob' })).toBeEnabled();
  await expect.element(screen.getByText(/^No ratio/)).toBeVisible();
});

test('what went wrong is said, and it can be asked again', async () => {
  ask.mockImplementationOnce(() => Promise.reject(new Error('The run has stopped.')));
  const screen = await strip();
  await expect
    .element(screen.getByRole('alert'))
    .toHaveTextContent('The policy could not be asked: The run has stopped.');
  await screen.getByRole('button', { name: 'Ask again' }).click();
  await expect.element(screen.getByRole('listbox')).toBeVisible();
  await expect.element(screen.getByRole('alert')).not.toBeInTheDocument();
});
