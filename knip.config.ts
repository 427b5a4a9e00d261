import type { KnipConfig } from 'knip';

export default {
  // Besides what index.html, the configs and package.json lead to: commands by name, workers by URL, what a plugin bundles.
  entry: [
    'scripts/{pretrain,experiment,course,course-pack,report,record,trace,export,judge,judge-pack,lighthouse,icons,examples}.ts',
    'scripts/bench/page.ts',
    'src/**/*.worker.ts',
    'src/workers/service-worker.ts',
    'src/languages/*.loader.ts',
    'wuchale.config.js',
    'src/judge/frame/frame.ts',
    'src/ui/css/shell.css',
  ],
  project: ['src/**/*.{ts,svelte,css}', 'scripts/**/*.{ts,mjs}', 'tests/**/*.ts'],
  ignore: ['src/**/*.as.ts'],
  // Named by its path in scripts/test.mjs.
  ignoreDependencies: ['svelte-check'],
  ignoreExportsUsedInFile: { interface: true, type: true },
  compilers: {
    /** Fonts come from packages. */
    css: (text) => [...text.matchAll(/url\('(@[^']+)'\)/g)].map(([, path]) => `import '${path}';`).join('\n'),
  },
} satisfies KnipConfig;
