import { mount } from 'svelte';
import App from './App.svelte';
import { Run } from './run.svelte.ts';
import { turn } from './shell.ts';
import './css/fonts.css';
import './css/tokens.css';
import './css/page.css';

/** Starts a run and puts the app in the shell's place; where that throws the shell stays. */
export async function open(): Promise<void> {
  const run = new Run();
  await turn();
  const target = document.createElement('div');
  document.body.prepend(target);
  try {
    mount(App, { target, props: { run } });
  } catch (error) {
    target.remove();
    throw error;
  }
  document.getElementById('shell')?.remove();
}
