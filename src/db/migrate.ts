import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FileMigrationProvider, Migrator } from 'kysely/migration';
import type { Database } from './tables.ts';

const migrationFolder = join(import.meta.dirname, '../../migrations');

/** Brings the schema up to date, under Kysely's advisory lock; says which steps it took. */
export async function migrateToLatest(db: Database): Promise<string[]> {
  const migrator = new Migrator({
    db,
    provider: new FileMigrationProvider({ fs: { readdir }, path: { join }, migrationFolder }),
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error) throw error;
  return results.map((step) => step.migrationName);
}
