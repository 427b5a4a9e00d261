import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { preference, serve } from '../../scripts/serve.mjs';
import { compressFolder } from '../../scripts/vite/precompress.ts';

const script = 'export const words = [];\n'.repeat(200);
/** Bytes without any order, as in a font that is compressed already: by a linear congruence. */
const noise = Buffer.alloc(5000);
for (let i = 0, x = 1; i < noise.length; i++) {
  x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
  noise[i] = x >>> 24;
}

let folder: string;
let site: Awaited<ReturnType<typeof serve>>;

interface Answer {
  status: number | undefined;
  type: string | undefined;
  body: string;
}

/** Sends the path as it stands; fetch would tidy the dots away, and unpack what comes. */
function ask(path: string, method: string, headers: OutgoingHttpHeaders) {
  return new Promise<{ status: number | undefined; headers: IncomingHttpHeaders; bytes: Buffer }>(
    (resolve, reject) => {
      request({ host: 'localhost', port: new URL(site.url).port, path, method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            bytes: Buffer.concat(chunks),
          }),
        );
      })
        .on('error', reject)
        .end();
    },
  );
}

async function get(path: string, method = 'GET'): Promise<Answer> {
  const { status, headers, bytes } = await ask(path, method, {});
  return { status, type: headers['content-type'], body: bytes.toString() };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serve-'));
  await mkdir(join(folder, 'site', 'models'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'site', 'index.html'), 'page');
  await writeFile(join(folder, 'site', 'engine.wasm'), 'wasm');
  await writeFile(join(folder, 'site', 'models', 'policy.safetensors'), 'weights');
  await mkdir(join(folder, 'site', 'assets'));
  await writeFile(join(folder, 'site', 'assets', 'index-BmKHOBv8.js'), script);
  await writeFile(join(folder, 'site', 'assets', 'font-Dx4kXJAl.woff2'), noise);
  await compressFolder(join(folder, 'site'));
  await writeFile(join(folder, 'site', 'leak.txt'), 'public');
  await symlink(join(folder, 'secret.txt'), join(folder, 'site', 'leak.txt.gz'));
  await symlink(join(folder, 'secret.txt'), join(folder, 'site', 'link.txt'));
  site = await serve(join(folder, 'site'), { basePath: '/some/where/' });
});

afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

describe('serve', () => {
  test('files with their types, under the base path', async () => {
    expect(site.url).toMatch(/^http:\/\/localhost:\d+\/some\/where\/$/);
    expect(await get('/some/where/')).toEqual({
      status: 200,
      type: 'text/html; charset=utf-8',
      body: 'page',
    });
    expect(await get('/some/where/engine.wasm?version=2')).toEqual({
      status: 200,
      type: 'application/wasm',
      body: 'wasm',
    });
    const weights = await get('/some/where/models/policy.safetensors');
    expect(weights).toEqual({ status: 200, type: 'application/octet-stream', body: 'weights' });
  });

  test.each([
    '/',
    '/some/where',
    '/some/where/models',
    '/some/where/models/',
    '/engine.wasm',
    '/some/where/no.js',
  ])('%s is not found', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  test.each([
    '../secret.txt',
    '%2e%2e/secret.txt',
    '..%2fsecret.txt',
    'models/../../secret.txt',
    'link.txt',
    '%zz',
    '%00',
  ])('%s does not lead outside', async (path) => {
    const { status, body } = await get(`/some/where/${path}`);
    expect(status).toBe(404);
    expect(body).not.toContain('secret');
  });

  test('only reading is allowed', async () => {
    expect((await get('/some/where/', 'POST')).status).toBe(405);
    expect(await get('/some/where/', 'HEAD')).toMatchObject({ status: 200, body: '' });
  });

  test('a taken port is said by its code', async () => {
    const port = Number(new URL(site.url).port);
    await expect(serve(folder, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

function unpacked(bytes: Buffer, encoding: string | undefined): Buffer {
  if (encoding === undefined) return bytes;
  return encoding === 'br' ? brotliDecompressSync(bytes) : gunzipSync(bytes);
}

describe('what a build left compressed', () => {
  const asset = '/some/where/assets/index-BmKHOBv8.js';

  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['GZIP;q=0.5, br;q=0', 'gzip'],
    ['br;q=0.2, gzip; q=0.8', 'gzip'],
    ['*', 'br'],
    ['*;q=0, gzip', 'gzip'],
    ['identity, gzip;q=0.5', undefined],
    ['br;q=0, gzip;q=0', undefined],
    ['deflate', undefined],
    ['', undefined],
  ])('is sent to a client that says "%s" as %s', async (accepted, encoding) => {
    const { status, headers, bytes } = await ask(asset, 'GET', { 'accept-encoding': accepted });
    expect(status).toBe(200);
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(headers.vary).toBe('accept-encoding');
    expect(Number(headers['content-length'])).toBe(bytes.length);
    expect(unpacked(bytes, encoding).toString()).toBe(script);
    if (encoding) expect(bytes.length).toBeLessThan(script.length / 2);
  });

  test('is nothing where compression gains nothing', async () => {
    const { headers, bytes } = await ask('/some/where/assets/font-Dx4kXJAl.woff2', 'GET', {
      'accept-encoding': 'br, gzip',
    });
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers.vary).toBeUndefined();
    expect(bytes.equals(noise)).toBe(true);
  });

  test('is not read from outside the folder', async () => {
    const { headers, bytes } = await ask('/some/where/leak.txt', 'GET', { 'accept-encoding': 'gzip' });
    expect(headers['content-encoding']).toBeUndefined();
    expect(bytes.toString()).toBe('public');
  });

  test('a header of nonsense wants nothing', () => {
    const wants = preference(';;q=1, br;q=x, gzip;q=');
    expect([wants('br'), wants('gzip')]).toEqual([0, 0]);
    expect(wants('identity')).toBeGreaterThan(0);
  });
});

describe('what a browser keeps', () => {
  test('is for good where the name changes with the content, else asked for again', async () => {
    const keeping = async (path: string) =>
      (await ask(`/some/where/${path}`, 'GET', {})).headers['cache-control'];
    expect(await keeping('assets/index-BmKHOBv8.js')).toBe('public, max-age=31536000, immutable');
    expect(await keeping('')).toBe('no-cache');
    expect(await keeping('models/policy.safetensors')).toBe('no-cache');
  });

  test('is not sent again while it is as it was', async () => {
    const first = await ask('/some/where/', 'GET', {});
    const { etag } = first.headers;
    const again = await ask('/some/where/', 'GET', { 'if-none-match': `"other", ${etag}` });
    expect(again).toMatchObject({ status: 304, headers: { etag } });
    expect(again.bytes).toHaveLength(0);
    await writeFile(join(folder, 'site', 'index.html'), 'another page');
    const changed = await ask('/some/where/', 'GET', { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.bytes.toString()).toBe('another page');
    expect(changed.headers.etag).not.toBe(etag);
  });
});
