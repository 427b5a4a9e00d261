import { mount } from 'svelte';
import App from './ui/App.svelte';
import { Run } from './ui/run.svelte.ts';
import './ui/css/fonts.css';
import './ui/css/tokens.css';
import './ui/css/page.css';

mount(App, { target: document.body, props: { run: new Run() } });
