import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { judgeFrame } from './scripts/vite/judge-frame.ts';
import { kernelsWasm } from './scripts/vite/kernels-wasm.ts';
import { languages } from './scripts/vite/languages.ts';
import { offline } from './scripts/vite/offline.ts';
import { precompress } from './scripts/vite/precompress.ts';
import { shellStyle } from './scripts/vite/shell-style.ts';
import { tex } from './scripts/vite/tex.ts';

export default defineConfig(({ mode }) => ({
  base: './',
  plugins: [
    // Commands and tests of modules run the source, which is in English; several at once, where this writes catalogues.
    mode === 'production' || mode === 'development' ? languages() : [],
    svelte({ configFile: false }),
    kernelsWasm(),
    judgeFrame(),
    tex(),
    shellStyle(),
    precompress(),
    offline(),
  ],
  worker: {
    format: 'es',
    plugins: () => [kernelsWasm()],
    // A worker is one file: WebKit runs a worker's first file again when another one imports it.
    rolldownOptions: { output: { codeSplitting: false } },
  },
  build: { target: 'es2023' },
}));
