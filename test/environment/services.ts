import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { createDatabase } from '../../src/db/database.ts';
import { migrateToLatest } from '../../src/db/migrate.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { openEmbedded } from '../../src/stack/embedded.ts';
import { fillCompileCache } from './app/compile-cache.ts';
import { startBrowserServer } from './programs/browser.ts';
import { startPostgres } from './programs/postgres.ts';
import { findChromium } from './programs/find-programs.ts';
import { startRedis } from './programs/redis.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    redisUrl: string;
    /** The server's maintenance database, from which `createTestDatabase` clones `templateDatabase`. */
    databaseUrl: string;
    templateDatabase: string;
    /** A folder of an embedded database with all migrations applied: a copy is faster than a new one. */
    templateDataDir: string;
    /** Path of the browser's executable. */
    chromium: string | undefined;
    /** Of the Chromium that the tests share; undefined in a run without the slow project, which alone opens pages. */
    browserUrl: string | undefined;
  }
}

/** Vitest's global set-up: one Redis and one PostgreSQL for the run, started here or given by the environment. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using stack = new AsyncDisposableStack();
  const { REDIS_URL: givenRedis, DATABASE_URL: givenDatabase } = process.env;
  // Quick tests open no pages, and start hardly any processes.
  const runsSlow = project.vitest.projects.some(({ name }) => name !== 'quick');
  const keep = async <T extends AsyncDisposable>(made: Promise<T>) => stack.use(await made);

  async function setUpRedis(): Promise<void> {
    project.provide('redisUrl', givenRedis || (await keep(startRedis())).url);
  }

  async function setUpPostgres(): Promise<void> {
    const databaseUrl = givenDatabase || (await keep(startPostgres())).url;
    project.provide('databaseUrl', databaseUrl);
    const { name } = await keep(createTemplateDatabase(databaseUrl));
    project.provide('templateDatabase', name);
  }

  async function setUpEmbedded(): Promise<void> {
    project.provide('templateDataDir', (await keep(createTemplateDataDir())).path);
  }

  async function setUpBrowser(): Promise<void> {
    const path = findChromium();
    project.provide('chromium', path);
    if (path === undefined || !runsSlow) return project.provide('browserUrl', undefined);
    const server = await startBrowserServer(path);
    stack.defer(() => server.close());
    project.provide('browserUrl', server.wsEndpoint());
  }

  const setUps = [setUpRedis(), setUpPostgres(), setUpEmbedded(), setUpBrowser()];
  if (runsSlow) setUps.push(fillCompileCache());
  await Promise.all(setUps);
  const services = stack.move();
  return () => services.disposeAsync();
}

/** Creates a database with all migrations applied. Nobody can connect to it: PostgreSQL clones only an idle one. */
async function createTemplateDatabase(
  databaseUrl: string,
): Promise<AsyncDisposable & { name: string }> {
  const name = `fovea_template_${randomUUID().slice(0, 8)}`;
  await runStatement(databaseUrl, `CREATE DATABASE ${name}`);
  await migrate(Object.assign(new URL(databaseUrl), { pathname: name }).href);
  await runStatement(databaseUrl, `ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
  return {
    name,
    [Symbol.asyncDispose]: () => runStatement(databaseUrl, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/** Creates the folder of an embedded stack that has been opened, migrated and closed. */
async function createTemplateDataDir(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'fovea-template-'));
  await using embedded = await openEmbedded(path, createLogger('silent', false));
  await using database = createDatabase(embedded.pool);
  await migrateToLatest(database);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function migrate(connectionString: string): Promise<void> {
  await using database = createDatabase(new pg.Pool({ connectionString, max: 1 }));
  await migrateToLatest(database);
}

async function runStatement(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
