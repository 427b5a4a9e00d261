import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../../scripts/serve.mjs';

let folder: string;
let site: Awaited<ReturnType<typeof serve>>;

interface Answer {
  status: number | undefined;
  type: string | undefined;
  body: string;
}

/** Sends the path as it stands; fetch would tidy the dots away. */
function get(path: string, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: 'localhost', port: new URL(site.url).port, path, method }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode, type: response.headers['content-type'], body }),
      );
    })
      .on('error', reject)
      .end();
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serve-'));
  await mkdir(join(folder, 'site', 'models'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'site', 'index.html'), 'page');
  await writeFile(join(folder, 'site', 'engine.wasm'), 'wasm');
  await writeFile(join(folder, 'site', 'models', 'policy.safetensors'), 'weights');
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
