import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const ID = 'virtual:kernels-wasm';
const RESOLVED = `\0${ID}`;
const FOLDER = 'src/kernels';
const ENTRY = 'kernels.as.ts';
const OUTPUT = 'kernels.wasm';
const COMPILER = createRequire(import.meta.url)('assemblyscript/package.json') as { version: string };
const OPTIONS = ['-O3', '--enable', 'simd', '--runtime', 'stub', '--noAssert', '--use', 'abort='];

type Sources = ReadonlyMap<string, string>;

/**
 * TypeScript as we write it to AssemblyScript: a line `// @inline` stands for the decorator of that name, which TypeScript's
 * grammar (and so Prettier) does not allow on a function; and modules are named without their extension, else the
 * compiler takes `import … from` and `export … from` the same file for two modules.
 */
function toAssemblyScript(source: string): string {
  return source.replaceAll(/^\/\/ @inline$/gm, '@inline').replaceAll(/from '(\.\/[^']+)\.ts'/g, "from '$1'");
}

/** The AssemblyScript files by name, in order. */
async function readSources(root: string): Promise<Sources> {
  const names = (await readdir(join(root, FOLDER))).filter((name) => name.endsWith('.as.ts')).sort();
  const sources = new Map<string, string>();
  for (const name of names)
    sources.set(name, toAssemblyScript(await readFile(join(root, FOLDER, name), 'utf8')));
  return sources;
}

async function compile(sources: Sources): Promise<Uint8Array> {
  const { default: asc } = await import('assemblyscript/asc');
  let wasm: Uint8Array | undefined;
  let messages = '';
  const { error } = await asc.main([ENTRY, '--outFile', OUTPUT, ...OPTIONS], {
    readFile: (name) => sources.get(name) ?? null,
    writeFile(name, contents) {
      if (name === OUTPUT && typeof contents !== 'string') wasm = contents;
    },
    listFiles: () => [],
    stderr: {
      write(chunk) {
        messages += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      },
    },
  });
  if (error || !wasm) throw new Error(`${FOLDER}: AssemblyScript does not compile\n${messages}`);
  return wasm;
}

const builds = new Map<string, Promise<Uint8Array>>();

/** The module; compiled once, however many of a build's parts ask for it, and kept for the next build. */
function build(root: string, sources: Sources): Promise<Uint8Array> {
  const key = createHash('sha256').update(JSON.stringify([COMPILER.version, OPTIONS, ...sources]));
  const cached = join(root, '.cache', `kernels-${key.digest('hex').slice(0, 16)}.wasm`);
  const known = builds.get(cached) ?? fromCache(cached, sources);
  builds.set(cached, known);
  known.catch(() => builds.delete(cached));
  return known;
}

/** What these very sources were compiled to before, else now. */
async function fromCache(cached: string, sources: Sources): Promise<Uint8Array> {
  try {
    return await readFile(cached);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const wasm = await compile(sources);
  await mkdir(dirname(cached), { recursive: true });
  // Renamed into place, so that another process never reads half a file.
  await writeFile(`${cached}.${process.pid}`, wasm);
  await rename(`${cached}.${process.pid}`, cached);
  return wasm;
}

/** `virtual:kernels-wasm`: the AssemblyScript kernels as one WebAssembly module, in base64, the same in Node and browser. */
export function kernelsWasm(): Plugin {
  let root = '.';
  return {
    name: 'kernels-wasm',
    configResolved(config) {
      root = config.root;
    },
    resolveId(id) {
      return id === ID ? RESOLVED : undefined;
    },
    async load(id) {
      if (id !== RESOLVED) return undefined;
      const sources = await readSources(root);
      for (const name of sources.keys()) this.addWatchFile(join(root, FOLDER, name));
      const wasm = await build(root, sources);
      return `export default ${JSON.stringify(Buffer.from(wasm).toString('base64'))};`;
    },
    hotUpdate({ file }) {
      if (!file.endsWith('.as.ts')) return undefined;
      const module = this.environment.moduleGraph.getModuleById(RESOLVED);
      return module ? [module] : undefined;
    },
  };
}
