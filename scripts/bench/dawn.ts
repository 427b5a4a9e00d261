/** WebGPU without a browser: Dawn in Node, by a package that only those get who ask for it, for it is 50 MB. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../install.mjs';

const PACKAGE = 'webgpu@0.6.2';
/** Beside node_modules, which holds what package-lock.json names and no more. */
const FOLDER = join(root, '.cache', 'dawn');

/** A page is told of time in steps of a tenth of a millisecond at best, which is longer than a kernel takes. */
const OPTIONS = ['disable-dawn-features=timestamp_quantization'];

/** Nothing could be measured; the message is a line that says why. */
export class NoGpu extends Error {
  override name = 'NoGpu';
}

interface Dawn {
  create(options: string[]): GPU;
  globals: object;
}

/** Loads the package, which is fetched the first time. */
async function loadDawn(): Promise<Dawn> {
  const index = join(FOLDER, 'node_modules', 'webgpu', 'index.js');
  if (!existsSync(index)) {
    console.error(`Fetching ${PACKAGE} …`);
    const npm = ['install', '--prefix', FOLDER, '--no-save', '--no-package-lock', PACKAGE];
    const { status } = spawnSync('npm', npm, { stdio: 'inherit', shell: process.platform === 'win32' });
    if (status !== 0) throw new Error(`npm ${npm.join(' ')} failed.`);
  }
  return (await import(/* @vite-ignore */ pathToFileURL(index).href)) as Dawn;
}

const remedy = 'On Linux it needs a Vulkan loader (libvulkan1) and the driver of the GPU.';

/**
 * Gives this process `navigator.gpu` and WebGPU's globals; to be called before anything that names them is imported. Resolves to what
 * takes the GPU away again, without which Node would not end.
 * @throws NoGpu where the package does not load, or finds no adapter
 */
export async function openDawn(load = loadDawn): Promise<() => void> {
  let dawn: Dawn;
  try {
    dawn = await load();
  } catch (error) {
    const [why] = (error as Error).message.split('\n');
    throw new NoGpu(`WebGPU in Node does not load: ${why} ${remedy}`, { cause: error });
  }
  Object.assign(globalThis, dawn.globals);
  // Later versions of Node have a navigator, but no GPU in it; jax-js asks it for the browser's name.
  if (!('navigator' in globalThis))
    Object.defineProperty(globalThis, 'navigator', { value: { userAgent: `Node ${process.version}` } });
  Object.defineProperty(navigator, 'gpu', { value: dawn.create(OPTIONS), configurable: true });
  const close = () => void Reflect.deleteProperty(navigator, 'gpu');
  if (await navigator.gpu.requestAdapter()) return close;
  close();
  throw new NoGpu(`Dawn finds no GPU on this machine. ${remedy}`);
}
