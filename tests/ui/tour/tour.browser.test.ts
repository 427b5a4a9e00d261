import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { filterNames } from '../../../src/ppo/filter.ts';
import { defaultKnobs, fitKnobs } from '../../../src/ppo/knobs.ts';
import { stops } from '../../../src/ui/tour/stops.ts';
import { tour } from '../../../src/ui/tour/tour.svelte.ts';
import TourCard from '../../../src/ui/tour/TourCard.svelte';
import { FakeRun } from './tours-run.svelte.ts';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';

const card = page.getByRole('region', { name: 'Tour' });
const heading = card.getByRole('heading');
const button = (name: string) => card.getByRole('button', { name, exact: true });
const marked = () => [...document.querySelectorAll('[data-toured]')].map(({ id }) => id);

let places: HTMLElement;
beforeEach(() => {
  tour.goTo(0);
  tour.begin();
  // Where the stops point, one of them made late.
  places = document.createElement('div');
  places.innerHTML = ['matrix', 'trust', 'filter', 'time', 'compare']
    .map((name) => `<section id="${name}"><h2 id="${name}-title">${name}</h2></section>`)
    .join('');
  document.body.append(places);
});
afterEach(() => places.remove());

test('goes from stop to stop, marks what each tells of, and has the focus where it is read', async () => {
  await render(TourCard, { run: new FakeRun() });
  await expect.element(heading).toHaveTextContent(`${stops[0].title} 1 of 6`);
  await expect.element(heading).toHaveFocus();
  expect(marked()).toEqual(['matrix']);
  await button('Next').click();
  await expect.element(heading).toHaveTextContent(`${stops[1].title} 2 of 6`);
  await expect.element(heading).toHaveFocus();
  expect(marked()).toEqual(['trust']);
  await button('Back').click();
  expect(marked()).toEqual(['matrix']);
  await userEvent.keyboard('{Escape}');
  expect(tour.isOpen).toBe(false);
});

test('marks a panel as soon as it is made, and none when it has been left', async () => {
  tour.goTo(3);
  const screen = await render(TourCard, { run: new FakeRun() });
  expect(marked()).toEqual([]);
  places.insertAdjacentHTML('beforeend', '<div class="flow" id="flow"></div>');
  await expect.poll(marked).toEqual(['flow']);
  await screen.unmount();
  expect(marked()).toEqual([]);
});

test('waits for the visitor’s own doing, and never stands in the way', async () => {
  tour.goTo(2);
  const run = new FakeRun();
  await render(TourCard, { run });
  await expect.element(card).toHaveTextContent('Choose another filter');
  const other = filterNames.find((name) => name !== defaultKnobs.filter.name)!;
  run.knobs = fitKnobs({ ...run.knobs, klCoef: 0.3 });
  await expect.element(card).toHaveTextContent('Choose another filter');
  run.knobs = fitKnobs({ ...run.knobs, filter: { ...run.knobs.filter, name: other } });
  await expect.element(card.getByRole('status')).toHaveTextContent('Done.');
  run.knobs = defaultKnobs;
  await expect.element(card.getByRole('status')).toHaveTextContent('Done.');
  await button('Next').click();
  await expect.element(heading).toHaveTextContent(stops[3].title);
});

test('trains for just five updates from where the run is, and lets one begin that was stopped', async () => {
  tour.goTo(4);
  const run = new FakeRun();
  await render(TourCard, { run });
  await button('Train for 5 updates').click();
  expect(run.play).toHaveBeenCalledExactlyOnceWith({ updates: 7 });
  const waiting = run.status;
  run.status = { kind: 'running', update: 3, phase: undefined, last: undefined };
  await expect.element(button('Train for 5 updates')).toBeDisabled();
  run.finished = 6;
  run.status = waiting; // Somebody paused it.
  await button('Train for 5 updates').click();
  expect(run.play).toHaveBeenLastCalledWith({ updates: 11 });
  run.finished = 10;
  await expect.element(button('Train for 5 updates')).toBeVisible();
  run.finished = 11;
  await expect.element(card.getByRole('status')).toHaveTextContent('Done.');
});

test('its end leads to the other views, and the next tour begins anew', async () => {
  tour.goTo(5);
  await render(TourCard, { run: new FakeRun() });
  await expect.element(card.getByRole('link', { name: 'Compare' })).toHaveAttribute('href', '#/compare');
  await button('That was it').click();
  expect([tour.isOpen, tour.at]).toEqual([false, 0]);
  tour.goTo(17);
  expect(tour.at).toBe(0);
});
