import type { Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

/** What a browser asks for to install the page, and the service worker with the names of all files of the build. */
export function offline(): Plugin[] {
  return VitePWA({
    strategies: 'injectManifest',
    srcDir: 'src/workers',
    filename: 'service-worker.ts',
    // The page registers it itself, once it has what it needs (src/ui/offline.svelte.ts).
    injectRegister: false,
    includeManifestIcons: false,
    injectManifest: {
      globPatterns: ['**/*'],
      // A browser gets these in place of the files; PNGs are for whoever installs the page; the plugin adds the manifest itself.
      globIgnores: ['**/*.{br,gz,png,webmanifest}'],
      maximumFileSizeToCacheInBytes: 8e6,
      dontCacheBustURLsMatching: /^assets\/.+-[\w-]{8}\.\w+$/,
    },
    manifest: {
      id: './',
      name: 'PF-PPO Playground',
      short_name: 'PF-PPO',
      description:
        'Policy Filtration PPO, trained live in the browser: a policy writes JavaScript, a reward model scores it, a filter keeps what can be trusted.',
      categories: ['education'],
      display: 'standalone',
      theme_color: '#fffefb',
      background_color: '#f9f7f2',
      icons: [
        { src: './icon.svg', sizes: 'any', type: 'image/svg+xml' },
        { src: './icon-192.png', sizes: '192x192', type: 'image/png' },
        { src: './icon-512.png', sizes: '512x512', type: 'image/png' },
        { src: './icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      ],
    },
  });
}
