import { flushSync, mount } from 'svelte';
import App from './App.svelte';
import { keepFocus } from './keep-focus.ts';
import { keepOffline } from './offline.svelte.ts';
import { Run } from './run.svelte.ts';
import { turn } from './shell.ts';
import { ownTurn } from './turns.ts';
import './css/fonts.css';
import './css/tokens.css';
import './css/page.css';
import './css/parts.css';

/** Starts a run and, once the app's panels are made, puts it in the shell's place; where that throws the shell stays. */
export async function open(): Promise<void> {
  const run = new Run();
  await turn();
  const target = document.createElement('div');
  mount(App, { target, props: { run } });
  // What of the app comes in turns asks for them now, and so before this does.
  flushSync();
  await ownTurn();
  document.body.prepend(target);
  document.getElementById('shell')?.remove();
  keepFocus();
  keepOffline(() => run.engine !== undefined);
}
