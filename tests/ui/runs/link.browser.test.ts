import { beforeEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { ownName } from '../../../src/ppo/filter.ts';
import { defaultConfig, defaultKnobs } from '../../../src/ppo/knobs.ts';
import type { RunConfig } from '../../../src/protocol/config.ts';
import { RunRecord } from '../../../src/record/run-record.ts';
import { readTasks } from '../../../src/tasks/own-tasks.ts';
import { exampleTasks } from '../../../src/ui/tasks/example.ts';
import { configFromAddress } from '../../../src/ui/address.ts';
import CopyLink from '../../../src/ui/CopyLink.svelte';
import { linkOf } from '../../../src/ui/runs/link.ts';

const config: RunConfig = { ...defaultConfig, seed: 7, knobs: { ...defaultKnobs, klCoef: 0.2 } };
const here = { origin: 'https://example.org', pathname: '/p/' };
const said = (record: RunRecord, isBranch = false) => linkOf(record, isBranch, here as Location).left;
const write = vi.spyOn(navigator.clipboard, 'writeText');
beforeEach(() => {
  write.mockReset();
});

test('a link begins a run as it began, and says of what it leaves behind', () => {
  const record = new RunRecord(config);
  const { link, left } = linkOf(record, false, here as Location);
  expect([link.startsWith('https://example.org/p/?seed=7&'), left]).toEqual([true, '']);
  expect(configFromAddress(new URL(link).search).config).toEqual(config);

  record.push({ type: 'knobs', update: 3, phase: 'prompts', knobs: { temperature: 0.5 } });
  expect(said(record)).toBe(
    'It begins with the settings that this run began with: what was changed on the way does not come along. A whole run travels as a file.',
  );
  expect(configFromAddress(new URL(linkOf(record, false, here as Location).link).search).config).toEqual(
    config,
  );
  expect(said(record, true)).toMatch(
    /^It begins with the untrained policy: .* A whole run travels as a file\.$/,
  );
  expect(said(new RunRecord({ ...config, tasks: readTasks(exampleTasks).tasks }))).toMatch(
    /^Tasks and policies of your own/,
  );
  const filter = { ...defaultKnobs.filter, name: ownName, code: `// ${'é€'.repeat(1990)}` };
  expect(said(new RunRecord({ ...config, knobs: { ...config.knobs, filter } }))).toMatch(
    /^Its code is too long/,
  );
});

test('is copied, or shown where the browser does not allow that, or why there is none', async () => {
  const linkTo = vi.fn(() =>
    Promise.resolve({ link: 'https://example.org/?seed=7', left: 'Some stays here.' }),
  );
  write.mockResolvedValueOnce();
  const screen = await render(CopyLink, { of: 1, label: 'Link to it', linkTo });
  const button = screen.getByRole('button', { name: 'Link to it' });
  await button.click();
  await expect.element(screen.getByRole('status')).toHaveTextContent('Copied. Some stays here.');
  expect(write).toHaveBeenCalledExactlyOnceWith('https://example.org/?seed=7');
  // What was said of another one goes.
  await screen.rerender({ of: 2 });
  await expect.element(screen.getByRole('status')).not.toBeInTheDocument();

  write.mockRejectedValueOnce(new Error('not allowed'));
  await button.click();
  await expect.element(screen.getByLabelText('The link')).toHaveValue('https://example.org/?seed=7');

  linkTo.mockRejectedValueOnce(new Error('It was deleted in another tab.'));
  await button.click();
  await expect.element(screen.getByRole('status')).toHaveTextContent('It was deleted in another tab.');
  await expect.element(page.getByLabelText('The link')).not.toBeInTheDocument();
});
