import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeSafetensors } from '../../src/model/checkpoint.ts';
import { loadCheckpoint, sha256 } from '../../src/model/manifest.ts';
import { initialTensors, policyColumns } from '../../src/model/network.ts';
import { contextLength, lexemes } from '../../src/tasks/vocabulary.ts';
import { fetchUnder } from '../../src/workers/fetch-file.ts';

const network = {
  layers: 1,
  channels: 8,
  heads: 2,
  vocabulary: lexemes.length,
  contextLength,
  columns: policyColumns(lexemes.length),
};
/** Zeros: they compress so well that nobody can mistake the one length for the other. */
const tensors = new Map(
  [...initialTensors(network, 5)].map(([name, { length }]) => [name, new Float32Array(length)]),
);
const bytes = encodeSafetensors(network, tensors);

let server: Server | undefined;
async function serving(listener: RequestListener): Promise<string> {
  const started = createServer(listener).listen(0, 'localhost');
  server = started;
  await new Promise((resolve) => started.once('listening', resolve));
  return `http://localhost:${(started.address() as AddressInfo).port}/`;
}
afterEach(() => {
  vi.unstubAllGlobals();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

describe('a model file', () => {
  it('that the host compresses is told of in shares of its own length', async () => {
    const packed = gzipSync(bytes);
    const asked: (string | undefined)[] = [];
    const baseUrl = await serving((request, response) => {
      asked.push(request.url);
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed);
    });
    const entry = { file: 'policy.safetensors', bytes: bytes.length, sha256: await sha256(bytes), network };
    const told: number[][] = [];
    const loaded = await loadCheckpoint(fetchUnder(baseUrl), 'tiny', entry, (...progress) =>
      told.push(progress),
    );
    expect(loaded).toEqual(tensors);
    expect(asked).toEqual(['/models/tiny/policy.safetensors']);
    expect(new Set(told.map(([, total]) => total))).toEqual(new Set([bytes.length]));
    expect(told.at(-1)).toEqual([bytes.length, bytes.length]);
  });

  it('that is longer than it should be is never told of as more than whole', async () => {
    const baseUrl = await serving((_request, response) => response.end(bytes));
    const entry = { file: 'policy.safetensors', bytes: 100, sha256: '', network };
    const told: number[][] = [];
    const load = loadCheckpoint(fetchUnder(baseUrl), 'tiny', entry, (...progress) => told.push(progress));
    await expect(load).rejects.toThrow(`has ${bytes.length} bytes, expected 100`);
    expect(told.at(-1)).toEqual([100, 100]);
  });

  const broken: [string, RequestListener, RegExp][] = [
    ['is not there', (_request, response) => response.writeHead(404).end(), /is missing \(HTTP 404\)\./],
    [
      'breaks off',
      (_request, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('half of it');
        setTimeout(() => response.destroy(), 50);
      },
      /broke off \(.+\)\./,
    ],
    ['cannot be asked for', (request) => request.destroy(), /could not be fetched \(.+\)\./],
  ];
  it.each(broken)('that %s is named, in whole sentences', async (_, listener, problem) => {
    const fetchFile = fetchUnder(await serving(listener));
    const error: Error = await fetchFile('tiny/policy.safetensors').then(
      () => new Error('nothing was thrown'),
      (thrown: Error) => thrown,
    );
    expect(error.message).toMatch(/^models\/tiny\/policy\.safetensors /);
    expect(error.message).toMatch(problem);
    expect(error.message).not.toMatch(/\.\.|\.\)/);
  });

  it('is spoken of in one sentence though the browser ends its own with a stop', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('NetworkError when fetching resource.')));
    const load = fetchUnder('./')('tiny/manifest.json');
    await expect(load).rejects.toThrow(
      'could not be fetched (TypeError: NetworkError when fetching resource). ',
    );
  });
});
