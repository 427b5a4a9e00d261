import { createRawSnippet } from 'svelte';
import { expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { trainTasks } from '../../src/tasks/tasks.ts';
import { Follow } from '../../src/ui/follow/follow.svelte.ts';
import FollowPanel from '../../src/ui/follow/FollowPanel.svelte';
import Term from '../../src/ui/Term.svelte';

const more = createRawSnippet<[() => void]>(() => ({ render: () => '<p>Its formula.</p>' }));
const stopOf = (screen: Awaited<ReturnType<typeof render>>) =>
  screen.container.querySelector('.term')!.getAttribute('tabindex');

test('of places that explain one word the first is on the way of the Tab key, and so is any that has more to say', async () => {
  const first = await render(Term, { id: 'kl' });
  const second = await render(Term, { id: 'kl' });
  const formula = await render(Term, { id: 'kl', more });
  await expect.poll(() => [first, second, formula].map(stopOf)).toEqual(['0', '-1', '0']);
});

test('answers to a prompt that is followed can be scrolled by keyboard', async () => {
  const never = () => new Promise<never>(() => undefined);
  const follow = new Follow({ answers: never, judge: never });
  follow.begin(trainTasks[0]);
  const screen = await render(FollowPanel, { follow, finished: 0 });
  const list = screen.getByRole('list', { name: 'Answers so far' });
  await expect.element(list).toHaveAttribute('tabindex', '0');
});
