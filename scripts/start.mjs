/** `npm start`: installs and builds what is missing or out of date, then serves the page until Ctrl+C. */
import { ensureInstalled } from './install.mjs';
import { dist, ensureBuilt } from './build.mjs';
import { serve } from './serve.mjs';

const firstPort = 4173;

/** @param {number} port */
async function serveFrom(port) {
  try {
    return await serve(dist, { port });
  } catch (error) {
    // Taken, or not ours to take: try the next few, then whatever is free.
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if (port === 0 || (code !== 'EADDRINUSE' && code !== 'EACCES')) throw error;
    return serveFrom(port < firstPort + 9 ? port + 1 : 0);
  }
}

ensureInstalled();
try {
  ensureBuilt();
} catch (error) {
  console.error(/** @type {Error} */ (error).message);
  process.exit(1);
}
const { url } = await serveFrom(firstPort);
console.log(`PF-PPO Playground: ${url} (Ctrl+C stops it)`);
