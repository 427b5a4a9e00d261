import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { trainTasks } from '../../src/tasks/tasks.ts';
import Controls from '../../src/ui/Controls.svelte';
import { Follow } from '../../src/ui/follow/follow.svelte.ts';
import FollowPanel from '../../src/ui/follow/FollowPanel.svelte';
import { keepFocus } from '../../src/ui/keep-focus.ts';
import Guides from '../../src/ui/Guides.svelte';
import Header from '../../src/ui/Header.svelte';
import Notices from '../../src/ui/Notices.svelte';
import type { Run } from '../../src/ui/run.svelte.ts';
import Scrub from '../../src/ui/runs/Scrub.svelte';
import type { Status } from '../../src/ui/status.ts';
import { FakeRun } from './learn/learners-run.svelte.ts';

/** The page, as far as the focus goes. */
const main = document.createElement('main');
let end: () => void;
beforeEach(() => {
  main.innerHTML = `<h1>Playground</h1>
    <section><h2>Curves</h2><button>Moved</button><button>Other</button></section>
    <div id="here"></div>
    <h2>Later</h2>`;
  document.body.prepend(main);
  end = keepFocus();
});
afterEach(() => {
  end();
  main.remove();
});
const here = <Props>(props: Props) => ({ target: main.querySelector('#here')!, props });
const heading = (name: string) => page.getByRole('heading', { name });
/** After all that the keeper may still do. */
const rest = () => new Promise((resolve) => setTimeout(resolve, 50));
async function press(name: string) {
  (page.getByRole('button', { name, exact: true }).element() as HTMLElement).focus();
  await userEvent.keyboard('{Enter}');
}

const past: Status = {
  ...{ kind: 'looking', update: 2, updates: 3, branchFrom: 2, last: undefined },
  live: { kind: 'paused', update: 3, finished: true, last: undefined },
} as Status;
const now = (past as { live: Status }).live;

test('who stops following a prompt is at the nearest heading before', async () => {
  const follow = new Follow({ answers: () => new Promise(() => undefined), judge: vi.fn() });
  await render(FollowPanel, here({ follow, finished: 0 }));
  follow.begin(trainTasks[0]);
  await expect.element(heading('The same prompt')).toBeVisible();
  await press('Stop following');
  await expect.element(heading('Curves')).toHaveFocus();
  expect(heading('The same prompt').elements()).toHaveLength(0);
});

test('who turns back to now is at the buttons, and who branches at the slider’s heading', async () => {
  const handlers = { ontrain: vi.fn(), onpause: vi.fn(), onstep: vi.fn(), onagain: vi.fn(), onseed: vi.fn() };
  const more = { onstoprules: vi.fn(), onrecording: vi.fn() };
  const controls = await render(
    Controls,
    here({
      ...{ status: past, seed: 1, warning: undefined, hasChanged: false, stopRules: {} },
      ...{ ...handlers, ...more, onnow: () => void controls.rerender({ status: now }) },
    }),
  );
  await press('Back to now');
  await expect.element(page.getByRole('region', { name: 'Training' })).toHaveFocus();
  await userEvent.keyboard('{Tab}');
  await expect.element(page.getByRole('button', { name: 'Train' })).toHaveFocus();

  await controls.unmount();
  const scrub = await render(
    Scrub,
    here({ status: past, onlook: vi.fn(), onbranch: () => void scrub.rerender({ status: now }) }),
  );
  await press('Branch from 2');
  await expect.element(heading('Curves')).toHaveFocus();
});

test.each([
  ['Learn', '{Escape}'],
  ['Learn', 'Close'],
  ['Tour', '{Escape}'],
  ['Tour', 'Leave the tour'],
])('who leaves %s by %s is at the button that opens it', async (name, how) => {
  const run = new FakeRun();
  await render(Header, here({ run: run as unknown as Run }));
  await render(Guides, here({ run: run as unknown as Run }));
  const opener = page.getByRole('button', { name, exact: true });
  await press(name);
  const title = page.getByLabelText(name, { exact: true }).getByRole('heading');
  await expect.element(title).toHaveFocus();
  // From within it as well.
  await userEvent.keyboard('{Tab}');
  if (how === '{Escape}') await userEvent.keyboard(how);
  else await press(how);
  await expect.element(title).not.toBeInTheDocument();
  await expect.element(opener).toHaveFocus();
  await expect.element(opener).not.toHaveAttribute('tabindex');
  await userEvent.keyboard('{Enter}');
  await expect.element(title).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  await expect.element(opener).toHaveFocus();
});

test('a notice that is dismissed leaves the focus near', async () => {
  const screen = await render(
    Notices,
    here({ notices: ['It fell back.'], ondismiss: () => void screen.rerender({ notices: [] }) }),
  );
  await press('Dismiss');
  await expect.element(heading('Curves')).toHaveFocus();
});

test('a button that is disabled by its press has the focus again when it can; one that was moved keeps it', async () => {
  const moved = page.getByRole('button', { name: 'Moved' });
  const button = moved.element() as HTMLButtonElement;
  button.onclick = () => (button.disabled = true);
  await press('Moved');
  await expect.element(heading('Curves')).toHaveFocus();
  button.disabled = false;
  await expect.element(moved).toHaveFocus();
  button.onclick = () => button.parentElement!.append(button);
  await press('Moved');
  await rest();
  await expect.element(moved).toHaveFocus();
});

test('whoever went elsewhere is not called back', async () => {
  const button = page.getByRole('button', { name: 'Moved' }).element() as HTMLButtonElement;
  button.onclick = () => (button.disabled = true);
  await press('Moved');
  await expect.element(heading('Curves')).toHaveFocus();
  const other = page.getByRole('button', { name: 'Other' });
  await userEvent.keyboard('{Tab}');
  await expect.element(other).toHaveFocus();
  button.disabled = false;
  await rest();
  await expect.element(other).toHaveFocus();
  // Nor who let it go by a press beside it.
  await page.getByRole('heading', { name: 'Later' }).click();
  other.element().remove();
  await rest();
  expect(document.activeElement).toBe(document.body);
});
