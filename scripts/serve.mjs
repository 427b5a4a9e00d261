import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** @type {Record<string, string>} */
const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.safetensors': 'application/octet-stream',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/**
 * The file that a path of a request means, index.html for a folder.
 *
 * @param {string} folder a real path
 * @param {string} path from the folder, percent-encoded
 * @returns {Promise<{ file: string, size: number } | undefined>} undefined where there is none inside the folder
 */
async function fileAt(folder, path) {
  try {
    const decoded = decodeURIComponent(path);
    // Links and dots are resolved first and the outcome compared: nothing outside the folder is ever opened.
    const file = await realpath(join(folder, decoded.endsWith('/') ? `${decoded}index.html` : decoded));
    const info = await stat(file);
    return file.startsWith(folder + sep) && info.isFile() ? { file, size: info.size } : undefined;
  } catch {
    // Badly encoded, or not there.
    return undefined;
  }
}

/**
 * Serves the files of a folder on localhost.
 *
 * @param {string} dir
 * @param {{ port?: number, basePath?: string }} [options] `port` 0 (the default) takes any that is free; `basePath`
 *   begins and ends with a slash, what lies outside it is not found
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} the address of index.html, and how to stop
 * @throws {Error} with code EADDRINUSE where the port is taken
 */
export async function serve(dir, { port = 0, basePath = '/' } = {}) {
  const folder = await realpath(dir);
  const server = createServer((request, response) => {
    void answer(request, response);
  });

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async function answer(request, response) {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    const [path] = (request.url ?? '/').split('?');
    const found = path.startsWith(basePath)
      ? await fileAt(folder, path.slice(basePath.length - 1))
      : undefined;
    if (!found) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('Not found\n');
      return;
    }
    response.writeHead(200, {
      'content-type': types[extname(found.file)] ?? 'application/octet-stream',
      'content-length': found.size,
      // A new build must show at the next reload.
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    });
    if (request.method === 'HEAD') response.end();
    // A visitor who leaves in the middle is no error.
    else await pipeline(createReadStream(found.file), response).catch(() => response.destroy());
  }

  await new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, 'localhost', () => resolve(undefined));
  });
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://localhost:${address.port}${basePath}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
