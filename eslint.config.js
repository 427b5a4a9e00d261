import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';

/** Code that must mean the same on every machine, at every time and in every thread. */
const pureFolders = [
  'src/protocol/**',
  'src/tasks/**',
  'src/ppo/**',
  'src/evidence/**',
  'src/drawing/**',
  'src/course/**',
];

/** Syntax banned everywhere: a later entry for the same rule replaces it, so every such entry spreads it. */
const bannedSyntax = [
  {
    selector: "Identifier[name='reward']",
    message: 'The bare word means three things here: say rmScore, testScore or rewards.',
  },
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
];
const unseeded = {
  selector: "MemberExpression[object.name='Math'][property.name='random']",
  message: 'Draw from a named stream (ppo/random.ts), so that a run can be repeated.',
};

const windowPixels = {
  selector: 'MemberExpression[property.name=/^(client|offset|page)[XY]$/]',
  message: 'Pixels of the window are not those of the page in large type: ask ui/place.ts.',
};

/** Off where types come from elsewhere. */
const allowAny = /** @type {const} */ ({
  '@typescript-eslint/no-unsafe-argument': 'off',
  '@typescript-eslint/no-unsafe-assignment': 'off',
  '@typescript-eslint/no-unsafe-call': 'off',
  '@typescript-eslint/no-unsafe-member-access': 'off',
  '@typescript-eslint/no-unsafe-return': 'off',
});

export default ts.config(
  {
    ignores: [
      'dist/',
      '.cache/',
      'coverage/',
      'test-results/',
      'public/',
      '**/*.as.ts',
      'src/languages/{.wuchale,data.js}',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true } },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', ...bannedSyntax],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-undef': 'off', // TypeScript knows better, world by world.
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      // An async method may implement a promised one without waiting itself.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'always' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNullish: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['src/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...bannedSyntax, unseeded],
    },
  },
  {
    files: ['src/ui/**'],
    rules: { 'no-restricted-syntax': ['error', ...bannedSyntax, unseeded, windowPixels] },
  },
  {
    files: pureFolders,
    rules: {
      'no-restricted-globals': ['error', 'Date', 'console', 'globalThis', 'performance', 'crypto', 'Intl'],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    // Meant for state; it also complains of values that nothing watches.
    rules: { 'svelte/prefer-svelte-reactivity': 'off' },
  },
  // Casts in JSDoc and the types of components are invisible to these; tsc and svelte-check heed both.
  { files: ['**/*.mjs', '**/*.js', '**/*.svelte'], rules: allowAny },
  {
    // A test file is one long function by nature, may run programs, and reads what it gets back.
    files: ['tests/**'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-implied-eval': 'off', ...allowAny },
  },
);
