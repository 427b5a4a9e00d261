import { expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { filters, ownName, reads } from '../../../src/ppo/filter.ts';
import { defaultKnobs } from '../../../src/ppo/knobs.ts';
import type { Knobs } from '../../../src/protocol/config.ts';
import FilterPanel from '../../../src/ui/recipe/FilterPanel.svelte';
import { listen } from '../heard.ts';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';

test('a profile can be taken from a filter of the paper', async () => {
  const onchange = vi.fn<(knobs: Knobs) => void>();
  const { name } = filters.find(({ name: one }) => reads({ ...defaultKnobs.filter, name: one }, 'profile'))!;
  const knobs = {
    ...defaultKnobs,
    groupSize: 4,
    filter: { ...defaultKnobs.filter, name, profile: [1, 0, 0, 0], keep: 1 },
  };
  const screen = await render(FilterPanel, { knobs, onchange });
  const point = (of: string) => screen.getByRole('button', { name: of, exact: true });
  await expect.element(point('best-of-n')).toHaveAttribute('aria-pressed', 'true');
  await point('best-worst').click();
  expect(onchange.mock.lastCall![0].filter).toMatchObject({ name, profile: [0.5, 0, 0, 0.5], keep: 2 });
});

test('a filter that a visitor writes is opened, and becomes the run’s only where it is used', async () => {
  const onchange = vi.fn<(knobs: Knobs) => void>();
  const own = { isOpen: false, open: vi.fn(), close: vi.fn() };
  const screen = await render(FilterPanel, { knobs: defaultKnobs, own, onchange });
  const chip = screen.getByRole('radio', { name: ownName, exact: true });
  await chip.click({ force: true });
  expect([own.open.mock.calls, onchange.mock.calls]).toEqual([[[]], []]);
  await screen.rerender({ knobs: defaultKnobs, own: { ...own, isOpen: true }, onchange });
  await expect.element(chip).toBeChecked();
  await expect.element(screen.getByText(/The run’s filter is best-worst until\s+you use it/)).toBeVisible();
  await expect.element(screen.getByText('it depends')).toBeVisible();
  await screen.getByRole('radio', { name: 'none', exact: true }).click({ force: true });
  expect(own.close).toHaveBeenCalledOnce();
  expect(onchange).toHaveBeenCalledWith({
    ...defaultKnobs,
    filter: { ...defaultKnobs.filter, name: 'none' },
  });
  // Where nothing can be written, one that is written already can be chosen.
  await screen.rerender({ knobs: defaultKnobs, own: undefined, onchange });
  await expect.element(chip).not.toBeInTheDocument();
  const written = { ...defaultKnobs, filter: { ...defaultKnobs.filter, code: 'x' } };
  await screen.rerender({ knobs: written, own: undefined, onchange });
  await chip.click({ force: true });
  expect(onchange).toHaveBeenLastCalledWith({ ...written, filter: { ...written.filter, name: ownName } });
});

test('of another filter its sentence is heard, and no bare number', async () => {
  const onchange = vi.fn<(knobs: Knobs) => void>();
  const screen = await render(FilterPanel, { knobs: defaultKnobs, onchange });
  const heard = listen();
  await screen.getByRole('radio', { name: 'best-of-n', exact: true }).click({ force: true });
  await screen.rerender({ knobs: onchange.mock.lastCall![0] });
  await expect.poll(() => heard).toHaveLength(1);
  expect(heard[0]).toMatch(/^best-of-n keeps 1 of \d+: .* \(from the next batch on\)\.$/);
  // A slider says its value itself.
  const slider = screen.getByRole('slider', { name: 'Kept per prompt' });
  await expect.element(slider).toHaveAttribute('aria-valuetext', '1');
  expect(slider.element().closest('.dial')!.querySelector('output')!.textContent).toBe('1');
});
