/** Builds the scripts that run inside the judge's sandbox, and the policies that let nothing else run there. */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, normalizePath } from 'vite';
import type { Plugin } from 'vite';

const judgeFolder = join(dirname(fileURLToPath(import.meta.url)), '../../src/judge');
const workerName = 'virtual:judge-worker';
const frameName = 'virtual:judge-frame';

/** Serves a text as a module of its own. */
function textModule(name: string, textOf: () => Promise<string>): Plugin {
  return {
    name,
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: async (id) =>
      id === `\0${name}` ? `export default ${JSON.stringify(await textOf())};` : undefined,
  };
}

/**
 * Emscripten's loader names a .wasm file beside itself, which bundlers would pack in a second time. The engine gets its
 * bytes in a message, and a script of an opaque origin has no address.
 */
const withoutModuleUrl: Plugin = {
  name: 'judge-without-module-url',
  enforce: 'pre',
  transform: (code, id) =>
    id.includes('emscripten-module')
      ? { code: code.replaceAll('import.meta.url', '""'), map: null }
      : undefined,
};

/** One self-contained classic script. */
async function buildScript(entry: string, plugins: Plugin[]): Promise<string> {
  const built = await build({
    configFile: false,
    root: judgeFolder,
    logLevel: 'error',
    publicDir: false,
    plugins: [withoutModuleUrl, ...plugins],
    build: {
      write: false,
      target: 'es2023',
      lib: { entry: join(judgeFolder, entry), formats: ['iife'], name: 'judge', fileName: 'judge' },
    },
  });
  const chunks = [built].flat().flatMap((result) => ('output' in result ? result.output : []));
  const [chunk] = chunks;
  if (chunks.length !== 1 || chunk.type !== 'chunk')
    throw new Error(
      `${entry} was built into ${chunks.length} files; expected one script that needs no other.`,
    );
  return chunk.code;
}

/** The script of the worker in which programs run, as one text: in the page's frame, and in a thread of Node. */
export function buildJudgeWorker(): Promise<string> {
  return buildScript('frame/judge.worker.ts', []);
}

/** A script's text such that an HTML parser hands on exactly its bytes. */
function inlined(script: string): string {
  const text = script.trim().replace(/<\/(?=script)/gi, '<\\/');
  if (/<!--|\r|\0/.test(text))
    throw new Error(
      "The frame's script holds a character or a comment that HTML would change: escape it in the source.",
    );
  return text;
}

interface FrameDocument {
  srcdoc: string;
  /** As a policy names it. */
  scriptHash: string;
}

async function buildFrame(): Promise<FrameDocument> {
  const script = inlined(await buildScript('frame/frame.ts', [textModule(workerName, buildJudgeWorker)]));
  const scriptHash = `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
  const policy = [
    "default-src 'none'",
    `script-src ${scriptHash} 'wasm-unsafe-eval'`,
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const srcdoc = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><script>${script}</script>`;
  return { srcdoc, scriptHash };
}

/**
 * The page's own policy. The frame inherits it, so it carries what the frame needs as well; `frame-src 'none'` keeps the
 * frame, which is made from a text, from being navigated anywhere.
 */
function pagePolicy(scriptHash: string, isDev: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'wasm-unsafe-eval' ${scriptHash}`,
    "worker-src 'self' blob:",
    "frame-src 'none'",
    "style-src 'self' 'unsafe-inline'",
    `connect-src 'self'${isDev ? ' ws:' : ''}`,
    "img-src 'self' data:",
    "font-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** Gives the page `virtual:judge-frame` and its policy, with which the frame's script and no other inline one may run. */
export function judgeFrame(): Plugin {
  let frame: Promise<FrameDocument> | undefined;
  let page = '';
  let isDev = false;
  const built = () => (frame ??= buildFrame());

  return {
    ...textModule(frameName, async () => (await built()).srcdoc),
    name: 'judge-frame',
    configResolved(config) {
      page = normalizePath(join(config.root, 'index.html'));
      isDev = config.command === 'serve';
    },
    transformIndexHtml: {
      order: 'post',
      async handler(_html, { filename }) {
        if (normalizePath(filename) !== page) return [];
        const content = pagePolicy((await built()).scriptHash, isDev);
        const attrs = { 'http-equiv': 'Content-Security-Policy', content };
        return [{ tag: 'meta', attrs, injectTo: 'head-prepend' }];
      },
    },
    hotUpdate({ file, server }) {
      if (!/src\/judge\/(core|frame)\//.test(normalizePath(file))) return;
      frame = undefined;
      const served = this.environment.moduleGraph.getModuleById(`\0${frameName}`);
      if (served) this.environment.moduleGraph.invalidateModule(served);
      server.ws.send({ type: 'full-reload' });
      return [];
    },
  };
}
