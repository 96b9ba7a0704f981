import { compareMigrations } from '../../db/migrate.ts';
import type { Database } from '../../db/tables.ts';
import { ok, wrong } from './finding.ts';
import { count } from '../../platform/text.ts';
import type { Finding } from './finding.ts';

/** Whether the database has the schema that this version works with. */
export async function checkMigrations(db: Database): Promise<Finding> {
  const check = 'migrations';
  const { applied, pending, unknown } = await compareMigrations(db);
  if (unknown.length > 0) {
    const seen = `the database is newer than this version: it has ${unknown.join(', ')}`;
    return wrong(check, seen, 'Run the version of fovea-jobs that brought them.');
  }
  if (pending.length > 0) {
    const seen = `${applied.length} applied, ${pending.length} missing: ${pending.join(', ')}`;
    return wrong(check, seen, 'Run `npm run migrate`, or start with MIGRATE_ON_START=true.');
  }
  return ok(check, `all ${count(applied.length, 'migration')} applied`);
}
