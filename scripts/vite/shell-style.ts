import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { normalizePath, type Plugin } from 'vite';

/** What the shell of index.html is styled by; the app brings its own copy of the first two, with its components'. */
const files = ['tokens.css', 'page.css', 'shell.css'].map((name) => join('src/ui/css', name));

/** Without comments, and with spaces where lines were. */
function shortened(css: string): string {
  return css
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .trim();
}

/** Puts the shell's style into the page itself, so that the first paint waits for no other file. */
export function shellStyle(): Plugin {
  let root = '.';
  return {
    name: 'shell-style',
    configResolved(config) {
      root = config.root;
    },
    async transformIndexHtml(_html, { filename }) {
      // Vitest's page is none of ours.
      if (normalizePath(filename) !== normalizePath(join(root, 'index.html'))) return [];
      const texts = await Promise.all(files.map((file) => readFile(join(root, file), 'utf8')));
      return [{ tag: 'style', children: shortened(texts.join('\n')), injectTo: 'head' }];
    },
  };
}
