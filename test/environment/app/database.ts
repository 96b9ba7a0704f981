import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase extends AsyncDisposable {
  url: string;
}

/** Key of the advisory lock that lets one clone after the other be made: PostgreSQL refuses a template in use. */
const cloneLock = 4_711;

/** A database of its own for a test file, with all migrations applied; dropped on disposal, whoever is connected. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `fovea_test_${randomUUID().replaceAll('-', '')}`;
  await runStatements(
    `SELECT pg_advisory_lock(${cloneLock})`,
    `CREATE DATABASE ${name} TEMPLATE ${inject('templateDatabase')}`,
  );
  const url = new URL(inject('databaseUrl'));
  url.pathname = name;
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => runStatements(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

// One session, so that the lock ends with it; CREATE DATABASE takes no transaction, hence one by one.
async function runStatements(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseUrl') });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
