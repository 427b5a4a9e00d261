import { mount } from 'svelte';
import App from './App.svelte';
import { Run } from './run.svelte.ts';
import './css/fonts.css';
import './css/tokens.css';
import './css/page.css';

/** Puts the app in the shell's place, at once; where it throws the shell stays. */
export function open(): void {
  const shell = document.getElementById('shell');
  const target = document.createElement('div');
  document.body.prepend(target);
  try {
    mount(App, { target, props: { run: new Run(location.search) } });
  } catch (error) {
    target.remove();
    throw error;
  }
  shell?.remove();
}
