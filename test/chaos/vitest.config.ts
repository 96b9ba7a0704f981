import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    projects: undefined,
    include: ['test/chaos/**/*.chaos.ts'],
    // Not the suite's shared services: a run breaks its own.
    globalSetup: [],
    reporters: ['default'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    // A line a fault, as it happens.
    disableConsoleIntercept: true,
  },
});
