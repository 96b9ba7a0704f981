import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Node gives packages graphql's CommonJS build; Vite would give our files another copy, whose errors are not theirs.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts', 'baseline-model/test/**/*.test.ts'],
    globalSetup: ['test/environment/services.ts'],
    pool: 'forks',
    // The app has no module state but its schema and its job list, so that files may share what they import.
    isolate: false,
    maxWorkers: 2,
    retry: 0,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: ['default', 'json'],
    // .ci/run counts by it.
    outputFile: { json: 'node_modules/.vitest/report.json' },
  },
});
