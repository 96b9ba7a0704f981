import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely';
import type { PostgresPool } from 'kysely';
import type { Database, Tables } from './tables.ts';

/** Kysely over a pool that the stack opened; disposing it ends the pool. */
export function createDatabase(pool: PostgresPool): Database {
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}
