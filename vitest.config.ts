import { defineConfig } from 'vitest/config';

const quick = ['test/**/*.test.ts', 'baseline-model/test/**/*.test.ts'];
const slow = ['test/slow/**/*.test.ts', 'baseline-model/test/slow/**/*.test.ts'];

const shared = {
  pool: 'forks',
  // The app has no module state but its schema and its job list, so that files may share what they import.
  isolate: false,
  retry: 0,
  testTimeout: 20_000,
  hookTimeout: 60_000,
} as const;

// Node gives packages graphql's CommonJS build; Vite would give our files another copy, whose errors are not theirs.
const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] };

export default defineConfig({
  resolve,
  test: {
    ...shared,
    // One Redis and one PostgreSQL for both projects.
    globalSetup: ['test/environment/services.ts'],
    maxWorkers: 2,
    reporters: ['default', 'json'],
    // .ci/run counts by it.
    outputFile: { json: 'node_modules/.vitest/report.json' },
    projects: [
      {
        resolve,
        test: { ...shared, name: 'quick', include: quick, exclude: slow },
      },
      { resolve, test: { ...shared, name: 'slow', include: slow } },
    ],
  },
});
