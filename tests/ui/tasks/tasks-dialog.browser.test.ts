import { expect, test } from 'vitest';
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
