/**
 * The page without a network, after one visit. Every file of a build is known by its address, and kept in one cache: what the page
 * needs to open and train before this worker is installed, what is large and seldom needed when it is first used, or in the
 * background. A newer version waits until no page of the older one is open, or a visitor says so: a page never gets files of
 * two builds.
 */

/** As the build names a file. */
interface BuiltFile {
  url: string;
  /** Null where the name changes with the content. */
  revision: string | null;
}
declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: readonly BuiltFile[] };

interface KeptFile {
  address: string;
  /** What it is kept under: no two contents have one key. */
  key: string;
  isLarge: boolean;
}

const scope = new URL('./', self.location.href).href;
/** Caches are the origin's: another copy of the page there has its own. */
const CACHE = `files of ${scope}`;
/** How many files come at a time while the page is in use. */
const LANES = 4;
/** The editor, TensorFlow.js (in three workers) and the models of those who have a GPU: 13 MB of 18. */
const LARGE =
  /^(assets\/(monaco|editor\.worker|codicon|javascript|policy-tfjs|reward-tfjs|check\.worker)|models\/small\/)/;

const files = new Map(
  self.__WB_MANIFEST.map(({ url, revision }): [string, KeptFile] => {
    const address = new URL(url, scope).href;
    const key = revision === null ? address : `${address}?${revision}`;
    return [address, { address, key, isLarge: LARGE.test(url) }];
  }),
);

/** The file that a request is for, whatever settings its query holds. */
function fileAt(url: string): KeptFile | undefined {
  const { origin, pathname } = new URL(url);
  const address = origin + pathname;
  return files.get(address === scope ? `${scope}index.html` : address);
}

/** Puts a response away. One that came by another address must not answer for a page: browsers refuse it. */
async function put(cache: Cache, { key }: KeptFile, response: Response): Promise<void> {
  const { status, statusText, headers, redirected } = response;
  await cache.put(key, redirected ? new Response(response.body, { status, statusText, headers }) : response);
}

/** Fetches what is not there. @throws Error where it does not come, or there is no room for it. */
async function keep(file: KeptFile): Promise<void> {
  const cache = await caches.open(CACHE);
  if (await cache.match(file.key)) return;
  // Under a name that stays, what the browser has from before may be of an older build.
  const response = await fetch(file.address, { cache: file.key === file.address ? 'default' : 'no-cache' });
  if (!response.ok) throw new Error(`${file.address}: HTTP ${response.status}`);
  await put(cache, file, response);
}

async function keepAll(wanted: readonly KeptFile[], lanes: number): Promise<void> {
  const left = wanted.values();
  const lane = async () => {
    for (const file of left) await keep(file);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

const ofSize = (isLarge: boolean) => [...files.values()].filter((file) => file.isLarge === isLarge);

async function dropOthers(): Promise<void> {
  const cache = await caches.open(CACHE);
  const keys = new Set([...files.values()].map(({ key }) => key));
  const others = (await cache.keys()).filter(({ url }) => !keys.has(url));
  await Promise.all(others.map((request) => cache.delete(request)));
}

async function answer(event: FetchEvent, file: KeptFile): Promise<Response> {
  const { request } = event;
  const cache = await caches.open(CACHE);
  const kept = await cache.match(file.key);
  if (kept === undefined) {
    const response = await fetch(request);
    // Where there is no room for it, it comes again next time.
    if (response.ok && request.method === 'GET')
      event.waitUntil(put(cache, file, response.clone()).catch(() => undefined));
    return response;
  }
  // The page asks which headers came with it: they are those that hold.
  const { status, statusText, headers } = kept;
  return request.method === 'HEAD' ? new Response(null, { status, statusText, headers }) : kept;
}

/** Takes the place of the version before, unless other pages are open, where a run may be going on; says how many. */
async function take(port: MessagePort): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const others = pages.filter(({ url }) => url.startsWith(scope)).length - 1;
  port.postMessage(others);
  if (others <= 0) await self.skipWaiting();
}

self.addEventListener('install', (event) => event.waitUntil(keepAll(ofSize(false), LANES)));
self.addEventListener('activate', (event) => event.waitUntil(dropOthers()));
self.addEventListener('fetch', (event) => {
  const { url, method } = event.request;
  const file = method === 'GET' || method === 'HEAD' ? fileAt(url) : undefined;
  if (file) event.respondWith(answer(event, file));
});
self.addEventListener('message', (event) => {
  // What does not come now comes at another visit, or when it is used.
  if (event.data === 'keep-large') event.waitUntil(keepAll(ofSize(true), 1).catch(() => undefined));
  if (event.data === 'take') event.waitUntil(take(event.ports[0]));
});
