import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { startApp } from '../../../src/app.ts';
import type { AppOptions, Role } from '../../../src/app.ts';
import { readConfig } from '../../../src/config/config.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import type { Logger } from '../../../src/platform/logger.ts';
import { createTestDatabase } from './database.ts';
import { createGraphQLClient } from '../clients/graphql-client.ts';
import type { GraphQLClient } from '../clients/graphql-client.ts';

const run = promisify(execFile);

/** What depends on the stack is tested on both: `describe.each(stackKinds)`; docs/tests.md says what does. */
export const stackKinds = ['embedded', 'external'] as const;
export type StackKind = (typeof stackKinds)[number];

/** A database and a queue prefix that nobody else uses; several apps of a test can share them. */
export interface TestStack extends AsyncDisposable {
  kind: StackKind;
  env: Record<string, string>;
}

export interface TestAppOptions {
  stack: TestStack;
  /** Added to the stack's environment. */
  env?: Record<string, string>;
  role?: Role;
  overrides?: AppOptions['overrides'];
  tracing?: AppOptions['tracing'];
  /** Replaces the silent one. */
  logger?: Logger;
}

export interface TestApp extends AsyncDisposable {
  url: string;
  /** The address of the probes, if they have a port of their own. */
  probesUrl: string;
  graphql: GraphQLClient;
}

export async function createTestStack(kind: StackKind): Promise<TestStack> {
  return kind === 'embedded' ? createEmbeddedStack() : createServicesStack();
}

/** Resolves every host name to a public address, without a network. */
const lookup = async () => [{ address: '93.184.215.14' }];

/** The real app on a free port; its log is silent unless LOG_LEVEL or `logger` says otherwise. */
export async function startTestApp(options: TestAppOptions): Promise<TestApp> {
  const { stack, env = {}, role = 'all', overrides, tracing = null } = options;
  const logLevel = process.env['LOG_LEVEL'] ?? 'silent';
  const environment = {
    PORT: '0',
    SHUTDOWN_GRACE_MS: '0',
    LOG_LEVEL: logLevel,
    ...stack.env,
    ...env,
  };
  const config = readConfig(environment, jobDefinitions);
  const logger = options.logger ?? createLogger(config.logLevel, false);
  const app = await startApp({
    config,
    role,
    logger,
    tracing,
    overrides: { lookup, ...overrides },
  });
  const url = app.url ?? '';
  return {
    url,
    probesUrl: app.probesUrl ?? '',
    graphql: createGraphQLClient(url),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

async function createEmbeddedStack(): Promise<TestStack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fovea-data-'));
  // The same by node:fs takes a second of this process, for more than a thousand files.
  await run('cp', ['-R', `${inject('templateDataDir')}/.`, dataDir]);
  return {
    kind: 'embedded',
    env: { DATA_DIR: dataDir },
    [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }),
  };
}

async function createServicesStack(): Promise<TestStack> {
  const database = await createTestDatabase();
  const env = {
    DATABASE_URL: database.url,
    REDIS_URL: inject('redisUrl'),
    REDIS_PREFIX: `test-${randomUUID().slice(0, 8)}`,
    AUTH_MODE: 'none',
    ...Object.fromEntries(jobDefinitions.map(({ type }) => [`${type}_RATE_PER_MINUTE`, '0'])),
  };
  return { kind: 'external', env, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
}
