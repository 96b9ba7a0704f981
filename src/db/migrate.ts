import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { FileMigrationProvider, Migrator } from 'kysely/migration';
import { StartupError } from '../errors.ts';
import type { Database } from './tables.ts';

const migrationFolder = join(import.meta.dirname, '../../migrations');

/** Key of the advisory lock under which only one process at a time migrates. */
const migrationLock = 2_026_112_501;

/**
 * Brings the schema up to date in one transaction and returns the names of the migrations that it ran. Throws StartupError
 * if the database has migrations that this version does not know.
 */
export async function migrateToLatest(db: Database): Promise<string[]> {
  return db.transaction().execute(async (trx) => {
    // Large tables take time. Kysely's own lock belongs to the session, and behind a pooler there is no lasting session.
    await sql`select set_config(name, '0', true)
      from unnest(array['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) name`.execute(
      trx,
    );
    await sql`select pg_advisory_xact_lock(${sql.lit(migrationLock)})`.execute(trx);
    await assertNotNewer(trx);
    const { error, results = [] } = await createMigrator(trx).migrateToLatest();
    if (error) throw error as Error;
    return results.map(({ migrationName }) => migrationName);
  });
}

/** Throws StartupError unless the database has exactly the migrations that this version knows. */
export async function assertMigrated(db: Database): Promise<void> {
  await assertNotNewer(db);
  const migrations = await createMigrator(db).getMigrations();
  const pending = migrations.filter(({ executedAt }) => !executedAt).length;
  if (pending === 0) return;
  throw new StartupError(
    `The database lacks ${pending} migrations. Run "npm run migrate", or set MIGRATE_ON_START=true.`,
  );
}

function createMigrator(db: Database): Migrator {
  return new Migrator({ db, provider: createProvider() });
}

function createProvider(): FileMigrationProvider {
  return new FileMigrationProvider({ fs: { readdir }, path: { join }, migrationFolder });
}

/** Names of migrations. */
export type MigrationStatus = Record<'applied' | 'pending' | 'unknown', string[]>;

/** The steps that a database has, lacks, and has without this version knowing them. */
export async function compareMigrations(db: Database): Promise<MigrationStatus> {
  const known = Object.keys(await createProvider().getMigrations());
  const applied = await listApplied(db);
  return {
    applied,
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

async function listApplied(db: Database): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  return rows.map(({ name }) => name);
}

async function assertNotNewer(db: Database): Promise<void> {
  const { unknown } = await compareMigrations(db);
  if (unknown.length === 0) return;
  throw new StartupError(
    `The database is newer than this version: it has ${unknown.join(', ')}. Run the newer version.`,
  );
}
