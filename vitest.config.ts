import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { browserFlags, findBrowser } from './scripts/browser.mjs';

// The editor is imported piece by piece, when it is first opened.
const editor = readFileSync('src/ui/response/monaco.ts', 'utf8');
const editorPieces = [...editor.matchAll(/'(monaco-editor\/[^'?]+)'/g)].map(([, path]) => path);

export default defineConfig({
  test: {
    projects: [
      {
        extends: './vite.config.ts',
        test: {
          name: 'unit',
          environment: 'node',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/**/*.browser.test.ts', 'tests/e2e/**'],
          // Vitest leaves a core to others, which is half of two.
          maxWorkers: availableParallelism(),
          // Against hanging only; a slow machine is no failure.
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: './vite.config.ts',
        // Found in the middle of a run, a new dependency would reload the page under the tests.
        optimizeDeps: {
          include: [
            '@tensorflow/tfjs',
            '@tensorflow/tfjs-backend-webgpu',
            'uplot',
            'idb',
            'acorn',
            ...editorPieces,
          ],
        },
        test: {
          name: 'browser',
          include: ['tests/**/*.browser.test.ts'],
          // The software adapter uses every core: one file, one device at a time.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: findBrowser(), args: browserFlags } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        extends: './vite.config.ts',
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['tests/e2e/**/*.e2e.test.ts'],
          globalSetup: 'tests/e2e/site.ts',
          // A run in the page uses every core, but much of these tests is waiting.
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
