/** Who may import whom, besides itself: the table of docs/design.md. */
const layers = {
  protocol: { path: '^src/protocol/', mayImport: [] },
  tasks: { path: '^src/tasks/', mayImport: ['protocol'] },
  ppo: { path: '^src/ppo/', mayImport: ['protocol'] },
  record: { path: '^src/record/', mayImport: ['protocol', 'tasks', 'ppo', 'course'] },
  export: { path: '^src/export/', mayImport: ['protocol', 'tasks', 'ppo', 'record'] },
  evidence: { path: '^src/evidence/', mayImport: ['protocol', 'ppo'] },
  drawing: { path: '^src/drawing/', mayImport: [] },
  course: { path: '^src/course/', mayImport: ['protocol', 'ppo'] },
  languages: { path: '^src/languages/', mayImport: [] },
  kernels: { path: '^src/kernels/', mayImport: [] },
  model: { path: '^src/model/', mayImport: ['kernels', 'tasks', 'ppo', 'protocol'] },
  // train.ts, pretrain.ts and their neighbours.
  loop: { path: '^src/(?!main\\.ts)[^/]+$', mayImport: ['protocol', 'tasks', 'ppo', 'model', 'kernels'] },
  workers: {
    path: '^src/workers/',
    mayImport: ['loop', 'model', 'kernels', 'record', 'export', 'tasks', 'ppo', 'protocol'],
  },
  'judge-core': { path: '^src/judge/core/', mayImport: ['protocol'] },
  'judge-frame': { path: '^src/judge/frame/', mayImport: ['judge-core', 'protocol'] },
  'judge-host': { path: '^src/judge/host/', mayImport: ['judge-core', 'protocol'] },
  'judge-files': { path: '^src/judge/files/', mayImport: ['judge-core', 'protocol'] },
  ui: {
    path: '^src/(ui/(?!(article|compare|engine|evidence|judge|lab)/)|main\\.ts$)',
    mayImport: [
      'protocol',
      'ppo',
      'tasks',
      'record',
      'drawing',
      'course',
      'languages',
      'judge-host',
      'article-view',
      'compare-view',
      'engine-view',
      'evidence-view',
      'lab-view',
      'judge-view',
    ],
  },
  'article-view': {
    path: '^src/ui/article/',
    mayImport: ['ui', 'evidence-view', 'protocol', 'ppo', 'evidence', 'course'],
  },
  'compare-view': {
    path: '^src/ui/compare/',
    mayImport: ['ui', 'languages', 'evidence-view', 'protocol', 'ppo', 'evidence', 'record'],
  },
  'engine-view': { path: '^src/ui/engine/', mayImport: ['ui', 'protocol', 'ppo', 'kernels'] },
  'judge-view': { path: '^src/ui/judge/', mayImport: ['ui', 'judge-files', 'judge-host', 'protocol', 'ppo'] },
  'lab-view': {
    path: '^src/ui/lab/',
    mayImport: ['ui', 'languages', 'evidence-view', 'protocol', 'ppo', 'record'],
  },
  'evidence-view': { path: '^src/ui/evidence/', mayImport: ['ui', 'protocol', 'ppo', 'evidence', 'drawing'] },
};
const pure = ['protocol', 'tasks', 'ppo', 'drawing', 'course'];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(layers).map(([name, { path, mayImport }]) => ({
      name: `layer-${name}`,
      comment: `src/${name} may import ${mayImport.join(', ') || 'nothing'} besides itself.`,
      severity: /** @type {const} */ ('error'),
      from: { path },
      to: {
        path: '^(src|scripts|tests)/',
        pathNot: [path, ...mayImport.map((other) => layers[/** @type {keyof typeof layers} */ (other)].path)],
      },
    })),
    {
      name: 'views-when-opened',
      comment: 'The text of every kernel, the statistics of suites: Play must not wait for them.',
      severity: 'error',
      from: { path: layers.ui.path },
      to: {
        path: ['article-view', 'compare-view', 'engine-view', 'evidence-view', 'lab-view', 'judge-view'].map(
          (view) => layers[/** @type {keyof typeof layers} */ (view)].path,
        ),
        dependencyTypesNot: ['dynamic-import'],
      },
    },
    {
      name: 'no-layer',
      comment: 'A new folder under src needs a place in the table.',
      severity: 'error',
      from: { path: '^src/', pathNot: Object.values(layers).map(({ path }) => path) },
      to: {},
    },
    {
      name: 'pure-needs-no-package',
      comment: 'Pure folders are arithmetic and data: no packages, nothing of Node.',
      severity: 'error',
      from: { path: pure.map((name) => `^src/${name}/`) },
      to: { dependencyTypesNot: ['local', 'type-only'], pathNot: '^src/' },
    },
    {
      name: 'no-node-in-src',
      comment: 'src runs in a browser.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'scripts-without-ui',
      comment: 'Commands run without a page.',
      severity: 'error',
      from: { path: '^scripts/' },
      to: { path: ['^src/ui/', '^src/main\\.ts$', '^tests/'] },
    },
    {
      name: 'no-cycle',
      comment: 'Types are gone before anything runs, so an import of types alone closes no circle.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphan',
      comment: 'Nothing imports it and it imports nothing.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          '\\.d\\.ts$',
          '\\.as\\.ts$',
          '^src/workers/service-worker',
          '^src/languages/(\\.wuchale/|data\\.js)',
          '^scripts/[^/]+$',
          '^tests/',
          '^[^/]+$',
        ],
      },
      to: {},
    },
    {
      name: 'declared-packages-only',
      comment: 'A package that package.json does not name may go away any day.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-development-package-in-src',
      comment: 'What the page needs is a dependency, not a devDependency.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/svelte/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'svelte', 'browser', 'default'],
    },
  },
};
