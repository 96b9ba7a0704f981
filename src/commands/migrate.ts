import type { Environment } from '../config/environment/environment.ts';
import { createDatabase } from '../db/database.ts';
import { migrateToLatest } from '../db/migrate.ts';
import { readSettings } from './read-settings.ts';

/** Migrates the database schema, and prints the applied migrations. */
export async function migrate(env: Environment): Promise<void> {
  const { config, logger } = readSettings(env);
  const { openStack } = await import('../app.ts');
  await using stack = await openStack(config, logger);
  await using db = createDatabase(stack.openPoolWithoutTimeouts());
  const steps = await migrateToLatest(db);
  for (const step of steps) console.log(`applied ${step}`);
  if (steps.length === 0) console.log('the database is up to date');
}
