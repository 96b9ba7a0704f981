import { CamelCasePlugin, Kysely, PostgresAdapter, PostgresDialect } from 'kysely';
import type { PostgresPool } from 'kysely';
import type { Database, Tables } from './tables.ts';

/** Kysely over a pool, or over one that is opened at its first use; disposing it ends the pool. */
export function createDatabase(pool: PostgresPool | (() => Promise<PostgresPool>)): Database {
  const dialect = new PostgresDialect({ pool });
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new LocklessAdapter(),
      createDriver: () => dialect.createDriver(),
      createIntrospector: (db) => dialect.createIntrospector(db),
      createQueryCompiler: () => dialect.createQueryCompiler(),
    },
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}

/** `migrateToLatest` takes a lock that lasts until the end of its transaction. */
class LocklessAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}
