import { sql } from 'kysely';
import type { TestStack } from './app.ts';
import { openTestStack } from './open-stack.ts';

const names = [
  'TimeZone',
  'DateStyle',
  'IntervalStyle',
  'client_encoding',
  'default_transaction_isolation',
  'standard_conforming_strings',
  'jit',
  'max_parallel_workers_per_gather',
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
];

/** The same stack, with another URL of its database. */
export function at(stack: TestStack, databaseUrl: string): TestStack {
  return { ...stack, env: { ...stack.env, DATABASE_URL: databaseUrl } };
}

/** The settings of an app's session. */
export async function readSettings(of: TestStack): Promise<Record<string, string>> {
  await using opened = await openTestStack(of);
  const { rows } = await sql<{ name: string; setting: string }>`
    select name, current_setting(name) as setting from unnest(${sql.val(names)}::text[]) name`.execute(
    opened.db,
  );
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
}

/** Of every session, whatever its server has set. */
export const pinned = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  client_encoding: 'UTF8',
  default_transaction_isolation: 'read committed',
  standard_conforming_strings: 'on',
};
