/** Has the browser keep the page for when there is no network, and says when a newer version of it waits. */
class Offline {
  /** A newer version, all of it fetched. It takes over at the next visit, or when it is told to. */
  #waiting = $state.raw<ServiceWorker>();
  #isDismissed = $state(false);
  /** How many other tabs kept it from being taken when that was asked for. */
  others = $state(0);

  get hasUpdate(): boolean {
    return this.#waiting !== undefined && !this.#isDismissed;
  }

  /** Where the browser or the host has no room for it, the page is as it would be without. */
  async start(): Promise<void> {
    // Not there on an insecure address.
    const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    const address = new URL('service-worker.js', document.baseURI);
    const registration = await container?.register(address).catch(() => undefined);
    if (!container || !registration) return;
    this.watch(registration);
    const { active } = await container.ready;
    const { connection } = navigator as { connection?: { saveData: boolean } };
    if (!connection?.saveData) active?.postMessage('keep-large');
  }

  /** The first version waits for nothing, and is no news. */
  watch(registration: ServiceWorkerRegistration): void {
    const look = () => {
      this.#waiting = registration.active ? (registration.waiting ?? undefined) : undefined;
    };
    const follow = () => registration.installing?.addEventListener('statechange', look);
    registration.addEventListener('updatefound', follow);
    follow();
    look();
  }

  /** The page comes again as the newer version; where others of it are open nothing happens, since those would get two versions' files. */
  take(): void {
    const waiting = this.#waiting;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<number>) => (this.others = data);
    waiting?.addEventListener('statechange', () => {
      if (waiting.state === 'activated') location.reload();
    });
    waiting?.postMessage('take', [port2]);
  }

  dismiss(): void {
    this.#isDismissed = true;
  }
}

/** One a page. */
export const offline = new Offline();

/** Begins once the page has what it needs itself: what is fetched for later keeps nobody waiting. */
export function keepOffline(isReady: () => boolean): void {
  // A server of sources has no build to keep.
  if (import.meta.env.DEV) return;
  let hasBegun = false;
  $effect.root(() => {
    $effect(() => {
      if (hasBegun || !isReady()) return;
      hasBegun = true;
      void offline.start();
    });
  });
}
