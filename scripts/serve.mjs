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
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** What a build leaves beside a file, the one to prefer first; then the file itself. */
const encodings = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
  { name: 'identity', ending: '' },
];

/** Names that change with the content, as a build gives them: such a file never changes. */
const hashedName = /\/assets\/[^/]+-[\w-]{8}\.\w+$/;

/**
 * The file that a path of a request means, index.html for a folder.
 *
 * @param {string} folder a real path
 * @param {string} path from the folder, percent-encoded
 * @returns {Promise<{ file: string, size: number, mtimeMs: number } | undefined>} undefined where there is none inside
 *   the folder
 */
async function fileAt(folder, path) {
  try {
    const decoded = decodeURIComponent(path);
    // Links and dots are resolved first and the outcome compared: nothing outside the folder is ever opened.
    const file = await realpath(join(folder, decoded.endsWith('/') ? `${decoded}index.html` : decoded));
    const info = await stat(file);
    if (!file.startsWith(folder + sep) || !info.isFile()) return undefined;
    return { file, size: info.size, mtimeMs: info.mtimeMs };
  } catch {
    // Badly encoded, or not there.
    return undefined;
  }
}

/**
 * How much an Accept-Encoding header wants each encoding, from 0 (not at all) to 1. Not to compress is always allowed,
 * and comes last unless it is asked for.
 *
 * @param {string} header
 */
export function preference(header) {
  /** @type {Map<string, number>} */
  const wanted = new Map();
  for (const part of header.toLowerCase().split(',')) {
    const [name, ...parameters] = part.split(';').map((text) => text.trim());
    const q = parameters.find((text) => /^q\s*=/.test(text));
    if (name) wanted.set(name, q ? Number(q.slice(q.indexOf('=') + 1)) || 0 : 1);
  }
  return (/** @type {string} */ encoding) =>
    wanted.get(encoding) ?? (encoding === 'identity' ? 1e-4 : (wanted.get('*') ?? 0));
}

/**
 * Serves the files of a folder on localhost; compressed to clients that take it, where a build left them compressed.
 *
 * @param {string} dir
 * @param {{ port?: number, basePath?: string, headers?: Record<string, string> }} [options] `port` 0 (the default) takes any that is free; `basePath`
 *   begins and ends with a slash, what lies outside it is not found; `headers` go with every file
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} the address of index.html, and how to stop
 * @throws {Error} with code EADDRINUSE where the port is taken
 */
export async function serve(dir, { port = 0, basePath = '/', headers: common = {} } = {}) {
  const folder = await realpath(dir);
  const server = createServer((request, response) => {
    void answer(request, response);
  });

  /**
   * A file and what lies compressed beside it.
   *
   * @param {{ file: string, size: number }} original
   */
  async function variantsOf(original) {
    const beside = original.file.slice(folder.length).split(sep).map(encodeURIComponent).join('/');
    const found = await Promise.all(
      encodings.map(async ({ name, ending }) => {
        const variant = ending === '' ? original : await fileAt(folder, beside + ending);
        return variant ? [{ encoding: name, file: variant.file, size: variant.size }] : [];
      }),
    );
    return found.flat();
  }

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
    const variants = await variantsOf(found);
    const wants = preference(request.headers['accept-encoding']?.toString() ?? '');
    // Of equals the first: sorting keeps their order.
    const [chosen] = variants.toSorted((a, b) => wants(b.encoding) - wants(a.encoding));
    const etag = `W/"${found.size.toString(36)}-${Math.round(found.mtimeMs).toString(36)}"`;
    const headers = {
      ...common,
      // A new build must show at the next reload; what never changes need not be asked for again.
      'cache-control': hashedName.test(found.file) ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag,
      ...(variants.length > 1 ? { vary: 'accept-encoding' } : {}),
    };
    if (request.headers['if-none-match']?.split(/\s*,\s*/).includes(etag)) {
      response.writeHead(304, headers).end();
      return;
    }
    response.writeHead(200, {
      ...headers,
      'content-type': types[extname(found.file)] ?? 'application/octet-stream',
      'content-length': chosen.size,
      ...(chosen.encoding === 'identity' ? {} : { 'content-encoding': chosen.encoding }),
      'x-content-type-options': 'nosniff',
    });
    if (request.method === 'HEAD') response.end();
    // A visitor who leaves in the middle is no error.
    else await pipeline(createReadStream(chosen.file), response).catch(() => response.destroy());
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
