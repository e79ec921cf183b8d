import js from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';

/** What each layer may import besides itself; see ARCHITECTURE.md. The arrows go one way. */
const LAYERS = {
  core: [],
  data: ['core'],
  formats: ['core'],
  bridge: ['core', 'formats', 'engine'],
  engine: ['core', 'data', 'formats', 'bridge'],
  store: ['bridge', 'core', 'formats'],
  ui: ['store', 'bridge', 'core', 'formats'],
  cli: ['engine', 'bridge', 'core', 'formats', 'data'],
};

const zones = Object.entries(LAYERS).map(([layer, allowed]) => ({
  target: `./src/${layer}`,
  from: './src',
  except: [layer, ...allowed].map((name) => `./${name}`),
  message: `${layer} imports ${allowed.length === 0 ? 'no other layer' : `only ${allowed.join(', ')}`}.`,
}));

const NO_TFJS = {
  regex: '^@tensorflow/',
  message: 'Only core and engine import tfjs: the main bundle stays free of it.',
};
const NO_NODE = { regex: '^node:', message: 'This layer runs in the browser, too.' };
const ENGINE_TYPES = {
  regex: '^\\.\\./(.*/)?engine/',
  allowTypeImports: true,
  message: 'The engine runs behind the protocol: import its types only.',
};

/** @param {string} layer @param {object[]} patterns */
const restrictImports = (layer, patterns) => ({
  files: [`src/${layer}/**/*.{ts,tsx}`],
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});

/** What some tsconfig covers. */
const TYPED = ['{src,scripts,test,bench}/**/*.{ts,tsx,mts}', '*.config.ts'];

/** Type information comes from the project that `npm run check` uses for the same folder. */
const typed = (project, files) => ({
  files,
  languageOptions: {
    parserOptions: { project: `./tsconfig.${project}.json`, tsconfigRootDir: import.meta.dirname },
  },
});

export default defineConfig(
  // wasm/ is AssemblyScript, which is not TypeScript.
  globalIgnores([
    'dist/',
    '.cache/',
    'coverage/',
    'models/',
    'public/',
    'wasm/',
    'src/engine/wasm/*Binary.ts',
  ]),
  js.configs.recommended,
  { files: TYPED, extends: [ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked] },
  typed('core', ['src/{core,data,formats}/**/*.ts']),
  typed('engine', ['src/engine/**/*.ts']),
  typed('ui', ['src/{bridge,store,ui}/**/*.{ts,tsx}']),
  typed('node', ['{src/cli,src/engine/node,scripts,test,bench}/**/*.{ts,tsx,mts}', '*.config.ts']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: [...TYPED, '**/*.{js,mjs}'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.tsx'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/resolver-next': [createNodeResolver()],
    },
    rules: {
      'max-lines': ['error', 400],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-self-import': 'error',
      'import-x/no-duplicates': 'error',
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
    },
  },
  {
    files: TYPED,
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      // Its remedy, `!`, is what the strict rules forbid.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['src/{core,data}/**/*.ts'],
    rules: {
      // Values in, values out: a run is repeatable only if nothing else has a say.
      'no-restricted-globals': [
        'error',
        ...['window', 'document', 'navigator', 'self', 'globalThis', 'process', 'localStorage'],
        ...['performance', 'fetch', 'setTimeout', 'setInterval', 'crypto', 'console'],
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Take a seed: core/random.ts.' },
        { object: 'Date', property: 'now', message: 'The engine keeps the time.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"]', message: 'The engine keeps the time.' },
      ],
    },
  },
  restrictImports('core', [NO_NODE]),
  restrictImports('{data,formats}', [NO_NODE, NO_TFJS]),
  restrictImports('bridge', [NO_NODE, NO_TFJS, ENGINE_TYPES]),
  restrictImports('{store,ui}', [NO_NODE, NO_TFJS]),
  restrictImports('cli', [NO_TFJS]),
  {
    files: ['src/ui/**/*.{ts,tsx}', 'test/ui/**/*.{ts,tsx}'],
    ...reactHooks.configs.flat.recommended,
  },
  {
    files: ['**/*.{js,mjs}'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { globals: globals.node },
  },
);
