import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { ownExamples } from '../../src/ppo/filter.ts';
import { defaultKnobs, fitKnobs } from '../../src/ppo/knobs.ts';
import { standardNoise } from '../../src/ppo/noise.ts';
import { trainTasks } from '../../src/tasks/tasks.ts';
import { glossary } from '../../src/ui/glossary.ts';
import { lecture, type Lockable } from '../../src/ui/lecture/lecture.svelte.ts';
import { OwnFilter } from '../../src/ui/own/own-filter.svelte.ts';
import OwnFilterPanel from '../../src/ui/own/OwnFilterPanel.svelte';
import FilterPanel from '../../src/ui/recipe/FilterPanel.svelte';
import RecipePanel from '../../src/ui/recipe/RecipePanel.svelte';
import ScenarioChoice from '../../src/ui/ScenarioChoice.svelte';
import '../../src/ui/css/tokens.css';
import '../../src/ui/css/page.css';

const SAID = 'Locked by the link.';
const onchange = vi.fn();
const lock = (...locked: Lockable[]) => (lecture.setup = { hidden: [], locked, hasKeys: false });
const isLocked = (name: keyof typeof defaultKnobs) => lecture.isLocked(name);
const enabled = () =>
  [...document.querySelectorAll<HTMLInputElement>('input, select')]
    .filter((input) => !input.matches(':disabled'))
    .map((input) => input.closest('[data-knob]')?.getAttribute('data-knob'));

beforeEach(() => {
  vi.clearAllMocks();
  sessionStorage.clear();
  return page.viewport(1000, 900);
});
afterEach(() => lock());

describe('a locked part', () => {
  test('the filter is seen with its values and its words, and neither mouse nor keys change it', async () => {
    const filter = { ...defaultKnobs.filter, name: 'rank-profile' };
    const knobs = fitKnobs({ ...defaultKnobs, filter });
    const screen = await render(FilterPanel, { knobs, isLocked: true, onchange });
    expect(screen.getByText(SAID).elements()).toHaveLength(1);
    const chosen = screen.getByRole('radio', { name: 'rank-profile', exact: true });
    await expect.element(chosen).toBeChecked();
    await expect.element(chosen).toBeDisabled();
    expect(enabled()).toEqual([]);
    await screen.getByRole('radio', { name: 'none', exact: true }).click({ force: true });
    const points = [...document.querySelectorAll<HTMLButtonElement>('.points button')];
    expect(points.map(({ disabled }) => disabled)).toEqual(points.map(() => true));
    expect(points.length).toBeGreaterThan(2);
    await userEvent.keyboard('{ArrowRight}{ArrowDown} ');
    expect(onchange).not.toHaveBeenCalled();
    // Its words still explain themselves.
    await screen.getByRole('button', { name: 'Filter', exact: true }).click();
    await expect.element(screen.getByRole('note', { name: glossary.filter.title })).toBeVisible();
  });

  test('the recipe is locked as a whole, and says so once; nothing brings the default back', async () => {
    lock('recipe');
    const noise = { ...standardNoise('profile') };
    const knobs = { ...defaultKnobs, teacher: 'tests' as const, noise };
    const screen = await render(RecipePanel, { knobs, open: true, isLocked, onchange });
    await screen.getByText('More', { exact: true }).click();
    expect(screen.getByText(SAID).elements()).toHaveLength(1);
    expect(enabled()).toEqual([]);
    const rate = screen.getByRole('slider', { name: 'Learning rate' });
    await expect.element(rate).toHaveAttribute('aria-valuetext', '2e\u22124');
    expect(screen.getByRole('button', { name: 'Back to the default' }).query()).toBeNull();
    expect(screen.getByRole('button', { name: /^Make one of your own/ }).query()).toBeNull();
    // A bar can be read by keyboard, and stays where it is.
    const bar = screen.getByRole('slider', { name: /^Scores from/ }).first();
    await expect.element(bar).toHaveAttribute('aria-disabled', 'true');
    (bar.element() as SVGElement).focus();
    await userEvent.keyboard('{ArrowUp}{Home}');
    await bar.click({ force: true });
    expect(onchange).not.toHaveBeenCalled();
  });

  test('a locked scenario locks what it sets wherever that is set, and nothing else', async () => {
    lock('scenario');
    const recipe = await render(RecipePanel, { knobs: defaultKnobs, open: true, isLocked, onchange });
    await recipe.getByText('More', { exact: true }).click();
    expect(recipe.getByText(SAID).elements()).toHaveLength(1);
    expect(enabled()).not.toContain('teacher');
    expect(enabled()).toContain('learningRate');
    await recipe.unmount();
    const screen = await render(ScenarioChoice, { knobs: defaultKnobs, learned: 3, onchoose: onchange });
    await expect.element(screen.getByText(SAID)).toBeVisible();
    expect(enabled()).toEqual([]);
    await expect.element(screen.getByRole('radio', { name: 'unsure middle' })).toBeChecked();
    expect(screen.getByText('another one').query()).toBeNull();
  });

  test('code can be read and not written, whatever is typed or pasted', async () => {
    const own = new OwnFilter({
      call: () => Promise.reject(new Error('no sandbox')),
      policyFacts: () => Promise.reject(new Error('no policy')),
      testsOf: () => Promise.reject(new Error('no judge')),
      task: () => trainTasks[0],
    });
    own.open(ownExamples[0].code);
    const shown = { judged: undefined, seed: 1, knobs: defaultKnobs };
    const screen = await render(OwnFilterPanel, {
      own,
      shown,
      waiting: true,
      isLocked: true,
      onuse: onchange,
    });
    const editor = screen.getByRole('textbox', { name: 'Code of your own filter' });
    await expect.element(editor, { timeout: 20_000 }).toBeInTheDocument();
    (editor.element() as HTMLElement).focus();
    await userEvent.keyboard('x{Delete}{Enter}');
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'pasted');
    editor.element().dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    expect(own.text).toBe(ownExamples[0].code);
    await expect.element(screen.getByRole('combobox')).toBeDisabled();
    await expect.element(screen.getByRole('button', { name: 'Use this filter' })).toBeDisabled();
    // What the page itself puts there is shown.
    own.edit(ownExamples[1].code);
    const words = (code: string) => code.match(/\w{4,}/g)!;
    const other = words(ownExamples[1].code).find((word) => !ownExamples[0].code.includes(word))!;
    await expect.poll(() => document.querySelector('.view-lines')!.textContent).toContain(other);
    // Code that came with the link may be run by whoever has read it.
    own.open(ownExamples[1].code, 'address');
    await expect.element(screen.getByRole('button', { name: 'Use this filter' })).toBeEnabled();
  });
});
