import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';

/**
 * The direction of imports. Each room may import itself, `src-shared` and the rooms named here, and only the packages
 * named here (`*` for any). A wrong arrow fails the build. Keep docs/architecture.md true when this changes.
 */
const rooms = {
  'src-shared': { rooms: [], packages: ['zod'] },
  'src-main/model': { rooms: [], packages: [] },
  'src-main/rules': { rooms: ['src-main/model'], packages: ['re2js', 'zod'] },
  'src-main/inventory': { rooms: ['src-main/model'], packages: [] },
  'src-main/routing': { rooms: ['src-main/model', 'src-main/inventory'], packages: ['zod'] },
  'src-main/engine': { rooms: ['src-main/model', 'src-main/rules', 'src-main/inventory', 'src-main/routing'], packages: [] },
  'src-main/radar': { rooms: ['src-main/model', 'src-main/rules', 'src-main/learning'], packages: ['zod'] },
  'src-main/trial': { rooms: ['src-main/model', 'src-main/rules', 'src-main/engine', 'src-main/learning', 'src-main/radar'], packages: [] },
  'src-main/pulse': { rooms: ['src-main/model'], packages: [] },
  'src-main/health': { rooms: ['src-main/model'], packages: [] },
  'src-main/learning': { rooms: ['src-main/model'], packages: ['zod'] },
  'src-main/language': {
    rooms: ['src-main/model', 'src-main/learning'],
    packages: ['@node-rs/jieba', 'zod', 'node:fs', 'node:module'],
  },
  'src-main/reports': { rooms: ['src-main/model', 'src-main/rules'], packages: ['exceljs', 'node:stream'] },
  'src-main/channels': {
    rooms: ['src-main/model'],
    packages: ['axios', 'zod', 'node:crypto', 'node:buffer', 'node:http', 'node:https'],
  },
  'src-main/feeds': { rooms: ['src-main/model'], packages: [] },
  'src-main/imports': {
    rooms: ['src-main/model'],
    packages: ['csv-parse', 'exceljs', 'zod', 'node:fs', 'node:stream', 'node:string_decoder', 'node:util', 'node:zlib'],
  },
  'src-main/hub': {
    rooms: [
      'src-main/model',
      'src-main/engine',
      'src-main/rules',
      'src-main/inventory',
      'src-main/routing',
      'src-main/pulse',
      'src-main/health',
      'src-main/learning',
      'src-main/language',
      'src-main/reports',
      'src-main/channels',
      'src-main/feeds',
      'src-main/imports',
      'src-main/trial',
      'src-main/radar',
      'src-main/gateway',
    ],
    packages: '*',
  },
  'src-main/partners': {
    rooms: ['src-main/model', 'src-main/hub'],
    packages: ['axios', 'nodemailer', 'cockatiel', 'ws', 'zod', 'node:crypto', 'node:http', 'node:https'],
  },
  'src-main/storage': { rooms: ['src-main/model', 'src-main/hub', 'src-main/trial'], packages: '*' },
  'src-main/gateway': { rooms: ['src-main/model'], packages: ['zod'] },
  /** The composition root: the only place that wires ports to their implementations. */
  'src-main/host': {
    rooms: [
      'src-main/model',
      'src-main/hub',
      'src-main/storage',
      'src-main/partners',
      'src-main/language',
      'src-main/channels',
      'src-main/gateway',
      'src-main/rules',
      'src-main/engine',
      'src-main/inventory',
      'src-main/routing',
      'src-main/pulse',
      'src-main/health',
      'src-main/trial',
    ],
    packages: '*',
  },
  'src-main/replay': {
    rooms: [
      'src-main/model',
      'src-main/hub',
      'src-main/storage',
      'src-main/host',
      'src-main/channels',
      'src-main/engine',
      'src-main/rules',
      'src-main/pulse',
      'src-main/health',
      'src-main/learning',
      'src-main/radar',
    ],
    packages: '*',
  },
  /** Stand-ins of platforms and partners: they know nothing of the program, so that no mistake can cancel itself out. */
  simulators: { rooms: [], packages: '*', shared: false },
  'src-main/demo': { rooms: ['src-main/hub', 'src-main/host', 'src-main/gateway', 'simulators'], packages: '*' },
  'src-main/server': { rooms: ['src-main/gateway', 'src-main/hub', 'src-main/host', 'src-main/demo'], packages: '*' },
  'src-main/electron': { rooms: ['src-main/gateway', 'src-main/hub', 'src-main/host', 'src-main/demo', 'src-main/server'], packages: '*' },
  'src-renderer': { rooms: [], packages: '*' },
};

const allRooms = Object.keys(rooms);
const zones = allRooms.flatMap((room) =>
  allRooms
    .filter((other) => other !== room && (other !== 'src-shared' || rooms[room].shared === false) && !rooms[room].rooms.includes(other))
    .map((other) => ({
      target: `./${room}`,
      from: `./${other}`,
      message: `${room} may not import ${other}: see the table in eslint.config.js and docs/architecture.md.`,
    })),
);

/** Only these may name the packages that tie code to one host, one database or one transport. */
const exclusive = [
  { packages: ['better-sqlite3', 'kysely', 'pg'], only: ['src-main/storage'] },
  { packages: ['electron'], only: ['src-main/electron'] },
  { packages: ['axios'], only: ['src-main/channels', 'src-main/partners', 'src-main/demo', 'src-renderer/api', 'simulators'] },
  { packages: ['vue', 'pinia', 'naive-ui', 'echarts', 'vue-router', 'vue-i18n'], only: ['src-renderer'] },
];

const pureRooms = allRooms.filter((room) => Array.isArray(rooms[room].packages) && room !== 'src-main/partners');
const pureGlobals = [
  { object: 'Date', property: 'now', message: 'Time is a fact: take it as an argument.' },
  { object: 'Math', property: 'random', message: 'Chance is a fact: take it as an argument.' },
  { object: 'crypto', property: 'randomUUID', message: 'Ids are facts: take them as arguments.' },
];

function packageRule(room) {
  const { packages } = rooms[room];
  const forbidden = exclusive.filter(({ only }) => !only.some((place) => place === room)).flatMap((entry) => entry.packages);
  const patterns = [];
  if (Array.isArray(packages)) {
    const allowed = packages.map((name) => name.replaceAll('/', '\\/')).join('|');
    patterns.push({
      regex: allowed ? `^(?!(?:\\.|#)|(?:${allowed})(?:/|$)).+` : '^(?!\\.|#).+',
      message: `${room} may import only: ${packages.join(', ') || 'no packages'}.`,
    });
  } else if (forbidden.length > 0) {
    patterns.push({
      group: forbidden.flatMap((name) => [name, `${name}/*`]),
      message: 'This package belongs to another room: see eslint.config.js.',
    });
  }
  return ['error', { patterns }];
}

export default tseslint.config(
  { ignores: ['out/**', 'dist/**', 'node_modules/**', 'test-results/**', 'playwright-report/**', 'coverage/**'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    files: ['**/*.{ts,vue,js}'],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.vue', '.js', '.json'] })] },
    languageOptions: { globals: {} },
    rules: {
      'no-undef': 'off',
      'no-console': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'vue/multi-word-component-names': 'off',
      'vue/require-default-prop': 'off',
    },
  },
  ...allRooms.map((room) => ({
    files: [`${room}/**/*.{ts,vue}`],
    rules: {
      'no-restricted-imports': packageRule(room),
      ...(pureRooms.includes(room) ? { 'no-restricted-properties': ['error', ...pureGlobals] } : {}),
    },
  })),
  {
    files: ['src-renderer/api/**/*.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['src-renderer/{views,components,charts,stores}/**/*.{ts,vue}'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['axios', 'ws', 'electron', 'better-sqlite3'], message: 'Pages reach the hub only through src-renderer/api.' },
          ],
        },
      ],
    },
  },
  {
    files: ['src-main/{hub,storage,server,demo,replay,electron}/**/*.ts'],
    rules: { 'no-console': ['error', { allow: ['error', 'info'] }] },
  },
  prettier,
);
