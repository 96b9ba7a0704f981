import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/environment/longest-first.ts';

const quick = ['test/**/*.test.ts', 'baseline-model/test/**/*.test.ts', 'client/test/**/*.test.ts'];
const slow = [
  'test/slow/**/*.test.ts',
  'baseline-model/test/slow/**/*.test.ts',
  'client/test/slow/**/*.test.ts',
  // In Chromium.
  'web/test/**/*.test.ts',
];

const shared = {
  pool: 'forks',
  // The app has no module state but its schema and its job list, so that files may share what they import.
  isolate: false,
  retry: 0,
  // They end what hangs. How long anything takes is for bench/ to say: a machine may be slow, or share its cores.
  testTimeout: 120_000,
  hookTimeout: 120_000,
} as const;

// Node gives packages graphql's CommonJS build; Vite would give our files another copy, whose errors are not theirs.
const resolve = {
  alias: [
    { find: /^graphql$/, replacement: 'graphql/index.js' },
    // As the console's pages take it: unbuilt.
    { find: /^fovea-jobs-client$/, replacement: join(import.meta.dirname, 'client/src/index.ts') },
  ],
};

export default defineConfig({
  resolve,
  test: {
    ...shared,
    // One Redis and one PostgreSQL for both projects.
    globalSetup: ['test/environment/services.ts'],
    sequence: { sequencer: LongestFirst },
    reporters: ['default', 'json'],
    // .ci/run counts by it.
    outputFile: { json: 'node_modules/.vitest/report.json' },
    projects: [
      {
        resolve,
        test: { ...shared, name: 'quick', include: quick, exclude: slow, maxWorkers: 2 },
      },
      {
        resolve,
        test: {
          ...shared,
          name: 'slow',
          include: slow,
          // Each starts processes of its own: with more at once, what must come in time comes late.
          maxWorkers: 2,
          // After the quick ones: a worker that goes from one project to another is started anew.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
