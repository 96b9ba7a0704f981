import { escapeIdentifier } from 'pg';

/** The server ends a statement that takes longer. Migrations have no such limit. */
const statementTimeoutMs = 10_000;
/** The server ends a statement that waits longer for a lock. */
const lockTimeoutMs = 5_000;
/** The server ends a session that idles in a transaction, as it locks rows that others need. */
const idleTransactionMs = 5_000;

/** Poolers such as PgBouncer track these per client, and set them on the session that serves it. */
const tracked = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  standard_conforming_strings: 'on',
};
const pinned = {
  ...tracked,
  IntervalStyle: 'postgres',
  default_transaction_isolation: 'read committed',
};
const timeouts = {
  statement_timeout: String(statementTimeoutMs),
  lock_timeout: String(lockTimeoutMs),
  idle_in_transaction_session_timeout: String(idleTransactionMs),
};
/**
 * Our statements take milliseconds; if the planner misjudges one, JIT compilation takes a second or more, and each start of
 * parallel workers four milliseconds.
 */
const tuned = { jit: 'off', max_parallel_workers_per_gather: '0' };
/** node-postgres requests it by itself. */
const encoding = { client_encoding: 'UTF8' };
/** Not needed: waiting for a lock is part of the statement's time. */
const { lock_timeout: _lockTimeout, ...neededTimeouts } = timeouts;

/**
 * How settings are pinned against those of role and database. 'startup': all of them, as startup parameters; 'tracked': only
 * those that a pooler tracks, if it rejects startup parameters.
 */
export type Pinning = 'startup' | 'tracked';

/** The startup parameter `options` of PostgreSQL. */
export function toStartupOptions(withTimeouts: boolean): string {
  const settings = { ...pinned, ...tuned, ...(withTimeouts ? timeouts : {}) };
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`)
    .join(' ');
}

/** The first statement through a pooler. */
export const trackedSettings = toStatements(tracked);
/** The first statement of an embedded session; PGlite has no timers that could end a statement. */
export const embeddedSettings = toStatements({ ...pinned, ...tuned });

function toStatements(settings: Record<string, string>): string {
  return Object.entries(settings)
    .map(([name, value]) => `set ${name} to '${value}'`)
    .join('; ');
}

export const examinedSettings = Object.keys({
  ...pinned,
  ...tuned,
  ...encoding,
  ...neededTimeouts,
});

export interface UnmetSetting {
  name: string;
  value: string;
  needed: string;
}

/** Required settings that a session does not have. */
export function listUnmet(found: Record<string, string>): UnmetSetting[] {
  return compare(found, { ...pinned, ...encoding, ...neededTimeouts });
}

/** Settings of a session that make some statements slow. */
export function listSlow(found: Record<string, string>): UnmetSetting[] {
  return compare(found, tuned);
}

function compare(found: Record<string, string>, needed: Record<string, string>): UnmetSetting[] {
  return Object.entries(needed)
    .map(([name, value]) => ({ name, needed: value, value: found[name] ?? 'unknown' }))
    .filter((setting) => !isMet(setting));
}

function isMet({ name, value, needed }: UnmetSetting): boolean {
  // Any timeout is fine.
  return name in neededTimeouts ? value !== '0' : value === needed;
}

/** Advice with the SQL that sets them. */
export function adviseOnSettings(unmet: readonly UnmetSetting[], user: string): string {
  const statements = unmet.map(
    ({ name, needed }) => `alter role ${escapeIdentifier(user)} set ${name} = '${needed}';`,
  );
  return `The pooler in between does not pass them on: run \`${statements.join(' ')}\` in PostgreSQL, then RECONNECT in PgBouncer.`;
}
