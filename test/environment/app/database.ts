import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase extends AsyncDisposable {
  url: string;
}

/** Key of an advisory lock: databases are cloned one at a time, as PostgreSQL refuses a template that is in use. */
const cloneLock = 4_711;

/** Creates a database with all migrations applied; disposal drops it, whoever is connected. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `fovea_test_${randomUUID().replaceAll('-', '')}`;
  await runStatements(
    `SELECT pg_advisory_lock(${cloneLock})`,
    // The other strategy writes all of it to the log too.
    `CREATE DATABASE ${name} TEMPLATE ${inject('templateDatabase')} STRATEGY file_copy`,
  );
  const url = new URL(inject('databaseUrl'));
  url.pathname = name;
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => runStatements(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

// One session, whose end releases the lock; one by one, as CREATE DATABASE cannot run in a transaction.
async function runStatements(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseUrl') });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
