import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { beforeAll, expect, test } from 'vitest';
import { judgeFrame } from '../../scripts/vite/judge-frame.ts';

let files: Map<string, string>;
beforeAll(async () => {
  const built = await build({
    configFile: false,
    root: fileURLToPath(new URL('../e2e/judge-page', import.meta.url)),
    base: './',
    logLevel: 'error',
    plugins: [judgeFrame()],
    build: { write: false, minify: false, target: 'es2023' },
  });
  const outputs = [built].flat().flatMap((result) => ('output' in result ? result.output : []));
  files = new Map(
    outputs.map((file) => [
      file.fileName,
      file.type === 'chunk' ? file.code : Buffer.from(file.source).toString('latin1'),
    ]),
  );
});

/** The directives of a policy, as a meta element of an HTML text states it. */
function policyIn(html: string): Map<string, string> {
  const [, content] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
  const directives = (content ?? '').replaceAll('&#39;', "'").split('; ');
  return new Map(
    directives.map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1).join(' ')]),
  );
}

function srcdocOf(): string {
  const scripts = [...files].filter(([name]) => name.endsWith('.js')).map(([, code]) => code);
  const [, literal] = /= ("<!doctype html>.*");?$/m.exec(scripts.join('\n')) ?? [];
  return JSON.parse(literal ?? '""') as string;
}

test('the frame may run its own script and a worker of its own making, and nothing else', () => {
  const srcdoc = srcdocOf();
  const [, script] = /<script>([^]*)<\/script>$/.exec(srcdoc) ?? [];
  expect(script.length).toBeGreaterThan(10_000);
  expect(script).not.toContain('</script');
  const hash = `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
  expect(Object.fromEntries(policyIn(srcdoc))).toEqual({
    'default-src': "'none'",
    'script-src': `${hash} 'wasm-unsafe-eval'`,
    'worker-src': 'blob:',
    'base-uri': "'none'",
    'form-action': "'none'",
  });
  // The frame inherits the page's policy, so its script must be named there too.
  expect(policyIn(files.get('index.html') ?? '').get('script-src')).toBe(`'self' 'wasm-unsafe-eval' ${hash}`);
});

test('the page may be navigated nowhere from a frame, and talks to its own server alone', () => {
  const policy = policyIn(files.get('index.html') ?? '');
  policy.delete('script-src');
  expect(Object.fromEntries(policy)).toEqual({
    'default-src': "'self'",
    'worker-src': "'self' blob:",
    'frame-src': "'none'",
    'style-src': "'self' 'unsafe-inline'",
    'connect-src': "'self'",
    'img-src': "'self' data:",
    'font-src': "'self' data:",
    'object-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'none'",
  });
});

test('QuickJS is one file, and no copy of it is packed into a script', () => {
  const wasm = [...files.keys()].filter((name) => name.endsWith('.wasm'));
  expect(wasm).toHaveLength(1);
  expect([...files.values()].some((text) => text.includes('data:application/wasm'))).toBe(false);
});
