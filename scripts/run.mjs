/**
 * `node scripts/run.mjs NAME …` runs `main(…)` of scripts/NAME.ts and exits with the number it resolves to. The file is
 * loaded through Vite, so that `?raw`, Wasm and TypeScript mean in a command what they mean in the page.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './install.mjs';

const [name, ...args] = process.argv.slice(2);
const { scripts } = /** @type {{ scripts: Record<string, string> }} */ (
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
);
const names = Object.keys(scripts).filter((script) => scripts[script] === `node scripts/run.mjs ${script}`);
if (!names.includes(name)) {
  console.error(`${name ? `No command ${name}` : 'No command given'}; there are: ${names.join(', ')}.`);
  process.exit(2);
}
ensureInstalled();

const { createRunnableDevEnvironment, resolveConfig } = await import('vite');
// In a mode of its own: commands speak English, as the source does.
const config = await resolveConfig({ root, logLevel: 'warn' }, 'serve', 'command');
const environment = createRunnableDevEnvironment('ssr', config, {
  runnerOptions: { hmr: false },
  hot: false,
});
await environment.init();
try {
  /** @type {{ main(args: string[]): Promise<number> }} */
  const command = await environment.runner.import(join(root, 'scripts', `${name}.ts`));
  process.exitCode = await command.main(args);
} finally {
  await environment.close();
}
