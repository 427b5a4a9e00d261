import { expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { defaultConfig } from '../../../src/ppo/knobs.ts';
import type { Run } from '../../../src/ui/run.svelte.ts';
import TasksDialog from '../../../src/ui/tasks/TasksDialog.svelte';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';

test('a judge that cannot answer is told of, and no run begins', async () => {
  const judge = () => Promise.reject(new Error('The judge’s frame did not start.'));
  const run = { config: defaultConfig, judge } as unknown as Run;
  const screen = await render(TasksDialog, { run, onclose: () => undefined });
  await screen.getByRole('button', { name: 'An example' }).click();
  await expect
    .element(screen.getByRole('status'))
    .toHaveTextContent('The tasks could not be checked: The judge’s frame did not start.');
  await expect.element(screen.getByRole('button', { name: 'A new run on these' })).toBeDisabled();
});

const wrong = new File(['{"statement": '], 'tasks.json');
const written = (screen: { getByRole: (role: string) => { element: () => Element } }) =>
  (screen.getByRole('textbox').element() as HTMLTextAreaElement).value;

test('takes a file that is dropped on it, and the page does not; what was written is there when it is opened again', async () => {
  const atPage = vi.fn();
  window.addEventListener('drop', atPage);
  const run = { config: defaultConfig, judge: vi.fn() } as unknown as Run;
  const screen = await render(TasksDialog, { run, onclose: () => undefined });
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(wrong);
  screen
    .getByRole('textbox')
    .element()
    .dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true, bubbles: true }));
  await expect.element(screen.getByRole('status')).toHaveTextContent(/it is no JSON/);
  expect(atPage).not.toHaveBeenCalled();
  window.removeEventListener('drop', atPage);
  await screen.getByRole('textbox').fill('[1]');
  await userEvent.keyboard('{Escape}');
  await screen.unmount();
  const again = await render(TasksDialog, { run, onclose: () => undefined });
  expect(written(again)).toBe('[1]');
  await expect.element(again.getByRole('status')).toHaveTextContent(/no object/);
});

test('a file that belongs to the judge is led there', async () => {
  const onclose = vi.fn();
  const run = { config: defaultConfig } as unknown as Run;
  const screen = await render(TasksDialog, { run, onclose });
  await screen.getByRole('textbox').fill('{"task_id": "JavaScript/0", "prompt": "", "test": ""}');
  await expect
    .element(screen.getByRole('status'))
    .toHaveTextContent(/^Line 1: it is of a file for the judge/);
  await screen.getByRole('link', { name: 'Judge' }).click();
  expect(location.hash).toBe('#/judge');
  await expect.poll(() => onclose.mock.calls.length).toBe(1);
  history.back();
});
