import { defineConfig } from 'oxlint';
import type { OxlintOverride } from 'oxlint';

/**
 * The rooms of `src`. Imports go one way (DESIGN.md, Layout): a room sees itself, errors.ts and what is listed here; of what
 * is handed to it, which app.ts makes, it sees the types.
 */
const rooms: Record<string, { sees?: string[]; handed?: string[] }> = {
  platform: {},
  config: { sees: ['jobs'], handed: ['platform'] },
  // Which tables there are is a list of other rooms' types.
  db: { sees: ['platform'], handed: ['jobs', 'queue', 'access'] },
  'model-service': { sees: ['platform'] },
  jobs: { sees: ['db', 'platform'], handed: ['model-service'] },
  pubsub: { sees: ['jobs', 'platform'] },
  live: { sees: ['pubsub', 'jobs', 'db', 'platform'] },
  queue: { sees: ['pubsub', 'jobs', 'db', 'platform'], handed: ['model-service'] },
  access: { sees: ['config', 'jobs', 'subjects', 'db', 'platform'] },
  metrics: { sees: ['access', 'jobs', 'platform'], handed: ['live', 'queue'] },
  subjects: { sees: ['graphql', 'jobs', 'db', 'model-service', 'platform'] },
  graphql: {
    sees: ['subjects', 'queue', 'live', 'pubsub', 'jobs', 'db', 'platform'],
    handed: ['access', 'metrics', 'model-service', 'doctor'],
  },
  http: {
    sees: ['graphql', 'subjects', 'access', 'jobs', 'db', 'platform'],
    handed: ['config', 'metrics', 'model-service'],
  },
  stack: { sees: ['pubsub', 'db', 'platform'], handed: ['config', 'queue'] },
  doctor: {
    sees: ['config', 'stack', 'queue', 'subjects', 'jobs', 'db', 'model-service', 'platform'],
  },
  commands: {
    sees: [
      'app.ts',
      'doctor',
      'metrics',
      'config',
      'stack',
      'queue',
      'subjects',
      'jobs',
      'db',
      'access',
      'model-service',
      'platform',
    ],
  },
};

/** Folders below a room are at most so deep. */
const maxDepth = 3;

const environment = 'src/command-line.ts reads the environment, once, for readConfig.';
const paths = [{ name: 'node:process', importNames: ['env'], message: environment }];

interface Pattern {
  regex?: string;
  group?: string[];
  allowTypeImports?: boolean;
  message: string;
}

/** The baseline model is another program, and may be replaced by any other that serves the same HTTP contract. */
const otherWorkspace: Pattern = {
  regex: '^@fovea-jobs/|baseline-model/|/src/',
  message: 'The baseline model is called over HTTP: neither src nor it imports the other.',
};

/** What these files may not import, beside the environment. */
function restrict(files: string[], patterns: Pattern[]): OxlintOverride {
  return {
    files,
    rules: {
      'no-restricted-imports': ['error', { paths, patterns: [otherWorkspace, ...patterns] }],
    },
  };
}

/** Who knows of clients of other servers no more than their types. */
const knowsClients = ['pubsub', 'live', 'access', 'doctor', 'commands'];
const clients = ['ioredis', 'pg', '@electric-sql/pglite'];

function restrictClients(room = ''): Pattern[] {
  if (room === 'stack') return [];
  const restricted = room === 'queue' ? clients : ['bullmq', ...clients];
  return [
    {
      regex: `^(${restricted.join('|')})(/|$)`,
      allowTypeImports: knowsClients.includes(room),
      message:
        'Clients are made in src/stack and handed down; BullMQ is for src/queue and src/stack.',
    },
  ];
}

/** For the files at each depth of a room: the paths that they import begin with that many `../`. */
function restrictRoom(room: string): OxlintOverride[] {
  const { sees = [], handed = [] } = rooms[room]!;
  const seen = [...sees, ...handed, 'errors.ts'].map((name) =>
    name.endsWith('.ts') ? name : `${name}/**`,
  );
  return Array.from({ length: maxDepth }, (_, index) => {
    const up = '../'.repeat(index + 1);
    return restrict(
      [`src/${room}/${'*/'.repeat(index)}*.ts`],
      [
        ...restrictClients(room),
        ...handed.map((name) => ({
          regex: `^${up.replaceAll('.', String.raw`\.`)}${name}/`,
          allowTypeImports: true,
          message: 'Made in app.ts and handed down: import its type.',
        })),
        {
          group: [`${up}**`, ...seen.map((name) => `!${up}${name}`)],
          message: `Imports go one way (DESIGN.md, Layout): ${room} sees ${[...sees, 'errors'].join(', ')}.`,
        },
      ],
    );
  });
}

/** Of a subject, these files see less than what GraphQL shows of it. */
function restrictSubjects(): OxlintOverride[] {
  const sees = ['jobs', 'db', 'model-service', 'platform'];
  return [
    restrict(
      ['src/subjects/*/queries.ts', 'src/subjects/*/job.ts'],
      [
        ...restrictClients(),
        { group: ['**/graphql.ts'], message: 'GraphQL stands above what it shows.' },
        {
          group: ['../../**', ...sees.map((room) => `!../../${room}/**`), '!../../errors.ts'],
          message: `Imports go one way (DESIGN.md, Layout): this sees ${sees.join(', ')}, errors.`,
        },
      ],
    ),
    restrict(
      ['src/subjects/*/table.ts'],
      [
        {
          group: ['**', '!kysely', '!../../db/columns.ts', '!../*/table.ts'],
          message: 'A table is types of columns, its own and those of other tables.',
        },
      ],
    ),
    restrict(
      ['src/subjects/*/wire.ts', 'src/model-service/fields.ts', 'src/model-service/stream-line.ts'],
      [
        {
          group: ['**', '!zod', '!../../model-service/fields.ts'],
          message:
            'What goes over the wire is zod alone, and the fields that endpoints have in common.',
        },
      ],
    ),
  ];
}

export default defineConfig({
  options: { typeAware: true, denyWarnings: true, reportUnusedDisableDirectives: 'error' },
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'node'],
  env: { builtin: true, node: true },
  ignorePatterns: ['node_modules', '.data', 'coverage', 'web/dist'],
  categories: { correctness: 'error', suspicious: 'error' },
  rules: {
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'import/no-default-export': 'error',
    'import/no-duplicates': 'error',
    'import/extensions': ['error', 'always', { ignorePackages: true }],
    'import/no-named-as-default': 'off',
    'import/no-named-as-default-member': 'off',
    'import/no-unassigned-import': 'off',
    'oxc/no-accumulating-spread': 'error',
    'no-empty': 'error',
    'no-nested-ternary': 'error',
    'no-shadow': 'off',
    'no-underscore-dangle': 'off',
    'no-unmodified-loop-condition': 'off',
    'no-var': 'error',
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'object-shorthand': 'error',
    'prefer-const': 'error',
    'promise/always-return': 'off',
    'promise/no-promise-in-callback': 'off',
    'typescript/consistent-return': 'off',
    'typescript/consistent-type-imports': 'error',
    'typescript/method-signature-style': ['error', 'property'],
    'typescript/no-deprecated': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-unsafe-argument': 'error',
    'typescript/no-unsafe-assignment': 'error',
    'typescript/no-unsafe-call': 'error',
    'typescript/no-unsafe-member-access': 'error',
    'typescript/no-unsafe-return': 'error',
    'typescript/no-unsafe-type-assertion': 'off',
    'typescript/only-throw-error': ['error', { allowThrowingUnknown: true }],
    'typescript/return-await': ['error', 'error-handling-correctness-only'],
    'typescript/switch-exhaustiveness-check': [
      'error',
      { considerDefaultExhaustiveForUnions: true },
    ],
    'unicorn/catch-error-name': 'error',
    'unicorn/consistent-function-scoping': 'off',
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'unicorn/prefer-node-protocol': 'error',
    'no-restricted-properties': [
      'error',
      { object: 'process', property: 'env', message: environment },
    ],
    'no-restricted-imports': ['error', { paths }],
  },
  overrides: [
    {
      files: ['{baseline-model/,web/,}test/**', '**/*.mjs'],
      rules: {
        'typescript/no-unsafe-argument': 'off',
        'typescript/no-unsafe-assignment': 'off',
        'typescript/no-unsafe-call': 'off',
        'typescript/no-unsafe-member-access': 'off',
        'typescript/no-unsafe-return': 'off',
      },
    },
    {
      files: ['{baseline-model/,}src/**'],
      rules: {
        'no-console': 'error',
        'max-lines': ['error', { max: 200 }],
        'max-depth': ['error', 3],
        'unicorn/no-process-exit': 'error',
      },
    },
    restrict(['src/errors.ts'], [{ group: ['./**'], message: 'Errors stand on nothing.' }]),
    restrict(
      ['src/app.ts', 'src/app-context.ts', 'src/start-*.ts'],
      [
        ...restrictClients(),
        {
          group: ['./command-line.ts', './commands/**'],
          message:
            'Imports go one way (DESIGN.md, Layout): only the command line stands above app.',
        },
      ],
    ),
    {
      files: [
        'src/command-line.ts',
        'src/main.ts/**',
        'src/commands/**',
        'baseline-model/src/main.ts',
      ],
      rules: { 'no-console': 'off' },
    },
    {
      files: ['src/command-line.ts'],
      rules: {
        'no-restricted-properties': 'off',
        'unicorn/no-process-exit': 'off',
        'no-restricted-imports': ['error', { patterns: [otherWorkspace, ...restrictClients()] }],
      },
    },
    { files: ['src/commands/serve.ts'], rules: { 'unicorn/no-process-exit': 'off' } },
    ...Object.keys(rooms).flatMap(restrictRoom),
    ...restrictSubjects(),
    restrict(['baseline-model/src/**'], []),
    { files: ['baseline-model/**'], rules: { 'import/no-cycle': 'error' } },
    {
      files: ['baseline-model/src/main.ts', 'client/src/terminal/main.ts'],
      rules: { 'no-restricted-properties': 'off' },
    },
    restrict(
      ['migrations/**'],
      [
        ...restrictClients(),
        { group: ['../**'], message: 'A migration must not change when the source does.' },
      ],
    ),
    {
      files: ['web/test/**'],
      // Pages talk over channels, which are of one origin and take none.
      rules: { 'unicorn/require-post-message-target-origin': 'off' },
    },
    {
      files: ['{baseline-model/,web/,}test/**'],
      plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'node', 'vitest'],
      rules: {
        'typescript/no-explicit-any': 'off',
        'vitest/expect-expect': [
          'error',
          { assertFunctionNames: ['expect', 'expect*', 'eventually', 'assert*'] },
        ],
        'vitest/no-conditional-expect': 'off',
        'vitest/no-focused-tests': 'error',
        'vitest/no-identical-title': 'error',
        'vitest/no-standalone-expect': 'off',
        'vitest/hoisted-apis-on-top': 'off',
        'vitest/require-mock-type-parameters': 'off',
      },
    },
    {
      files: ['{baseline-model/,web/,}test/**/*.test.ts'],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            paths: ['node:timers/promises', 'timers/promises'].map((name) => ({
              name,
              message: 'No sleeps for order: a gate, next() of a collector, or eventually().',
            })),
          },
        ],
      },
    },
    {
      files: ['examples/**'],
      rules: {
        'import/no-default-export': 'off',
        // Its types are those of the package as it is published, which a test builds and checks it with.
        'typescript/no-unsafe-argument': 'off',
        'typescript/no-unsafe-assignment': 'off',
        'typescript/no-unsafe-call': 'off',
        'typescript/no-unsafe-member-access': 'off',
      },
    },
    // A worker and a BroadcastChannel have no target origin.
    {
      files: ['client/test/pages/**'],
      rules: { 'unicorn/require-post-message-target-origin': 'off' },
    },
    {
      files: ['test/environment/**', 'bench/**'],
      rules: { 'no-restricted-properties': 'off' },
    },
    {
      files: ['web/src/**'],
      plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'react', 'jsx-a11y'],
      rules: {
        'max-lines': ['error', { max: 200 }],
        'no-console': 'error',
        'react/rules-of-hooks': 'error',
        'react/exhaustive-deps': 'error',
        'react/no-danger': 'error',
        'react/react-in-jsx-scope': 'off',
        // A round asks the same again.
        'react/exhaustive-effect-dependencies': 'off',
        'jsx-a11y/prefer-tag-over-role': 'off',
      },
    },
    { files: ['web/src/api/generated/**'], rules: { 'max-lines': 'off' } },
    { files: ['*.config.ts', 'web/*.config.ts'], rules: { 'import/no-default-export': 'off' } },
  ],
});
