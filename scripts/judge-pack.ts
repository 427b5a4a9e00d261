/**
 * `npm run judge-pack -- --out DIR`: the judge as a package of npm, `pf-ppo-judge-VERSION.tgz`, that needs Node and nothing else:
 * `npx ./pf-ppo-judge-VERSION.tgz PROGRAMS.jsonl` is `npm run judge -- PROGRAMS.jsonl`. Exit codes: 0 done; 2 wrong arguments.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, normalizePath, type Plugin } from 'vite';
import { outFolder, withArguments } from './arguments.ts';
import { root } from './install.mjs';
import { judgeParts } from './judge/parts.ts';

const NAME = 'pf-ppo-judge';

/** Packages whose code is in the package. */
const within = ['@jitl/quickjs-wasmfile-release-sync', 'acorn', 'quickjs-emscripten-core'];

const ENTRY = 'virtual:judge-pack';

/** The command as a program; what `judge/parts.ts` builds is there already, beside it. */
const packaged: Plugin = {
  name: 'judge-pack',
  enforce: 'pre',
  resolveId: (id) => (id === ENTRY ? id : undefined),
  load(id) {
    if (id === ENTRY)
      return `import { main } from '${normalizePath(join(root, 'scripts/judge.ts'))}';
        process.exitCode = await main(process.argv.slice(2));`;
    if (id.endsWith('scripts/judge/parts.ts'))
      return `import { readFile } from 'node:fs/promises';
        const beside = (name) => new URL(name, import.meta.url);
        export const judgeParts = async () =>
          ({ workerText: await readFile(beside('worker.js'), 'utf8'), wasm: await readFile(beside('quickjs.wasm')) });`;
    return undefined;
  },
};

/** `scripts/judge.ts` with all that it imports, as one module. */
async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    root,
    logLevel: 'error',
    publicDir: false,
    plugins: [packaged],
    ssr: { noExternal: true },
    build: {
      ...{ write: false, ssr: true, target: 'node20' },
      rolldownOptions: { input: ENTRY, output: { codeSplitting: false } },
    },
  });
  const chunks = [built].flat().flatMap((result) => ('output' in result ? result.output : []));
  const [chunk] = chunks;
  if (chunks.length !== 1 || chunk.type !== 'chunk')
    throw new Error(`The judge was built into ${chunks.length} files; expected one.`);
  const strange = chunk.moduleIds
    .map((id) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(normalizePath(id))?.[1])
    .find((name) => name !== undefined && !within.includes(name));
  if (strange !== undefined)
    throw new Error(`The judge has code of ${strange}: add it to those whose licences go along.`);
  return chunk.code;
}

/** What their licences ask for. */
async function licences(): Promise<string> {
  const texts = within.map(async (name) => {
    const folder = join(root, 'node_modules', name);
    const file = (await readdir(folder)).find((one) => /^licen[sc]e/i.test(one));
    const { license, author } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    return `${name} (${String(license)})\n\n${file ? await readFile(join(folder, file), 'utf8') : JSON.stringify(author)}`;
  });
  return (await Promise.all(texts)).join('\n\n---\n\n');
}

/** The part of the document that is about the command, for those who have nothing else. */
function readmeOf(document: string): string {
  const command = document.slice(document.indexOf('## The command'));
  const lead =
    'Judges JavaScript programs that nobody trusts against unit tests: each runs in QuickJS, fresh, with counted steps and memory. A part of the PF-PPO Playground.';
  return `# ${NAME}\n\n${lead}\n\n${command.replaceAll('npm run -s judge --', `npx ${NAME}`)}`;
}

/** @returns the path of the package */
async function pack(out: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${NAME}-`));
  try {
    const text = (path: string) => readFile(join(root, path), 'utf8');
    const { version, license, engines } = JSON.parse(await text('package.json')) as Record<string, unknown>;
    const { workerText, wasm } = await judgeParts();
    const manifest = {
      ...{ name: NAME, version, license, engines, type: 'module' },
      description: 'Judges JavaScript programs that nobody trusts against unit tests.',
      bin: { [NAME]: 'judge.js' },
    };
    const files = {
      'package.json': `${JSON.stringify(manifest, undefined, 2)}\n`,
      'judge.js': `#!/usr/bin/env node\n${await bundle()}`,
      'worker.js': workerText,
      'quickjs.wasm': wasm,
      'README.md': readmeOf(await text('docs/judge.md')),
      LICENSE: await text('LICENSE'),
      'THIRD-PARTY.txt': await licences(),
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    await chmod(join(folder, 'judge.js'), 0o755);
    const npm = process.env.npm_execpath;
    const [command, ...args] = npm ? [process.execPath, npm] : ['npm'];
    const packed = promisify(execFile)(
      command,
      [...args, 'pack', folder, '--pack-destination', out, '--json'],
      {
        shell: !npm && process.platform === 'win32',
      },
    );
    const [{ filename }] = JSON.parse((await packed).stdout) as [{ filename: string }];
    return join(out, filename);
  } finally {
    await rm(folder, { recursive: true });
  }
}

export function main(args: string[]): Promise<number> {
  return withArguments(args, { out: outFolder() }, async ({ out }) => {
    console.log(await pack(out));
    return 0;
  });
}
