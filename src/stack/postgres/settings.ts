import { escapeIdentifier } from 'pg';

/** Time for a statement; what takes longer is ended by the server. Migrations have no such limit. */
const statementTimeoutMs = 10_000;
/** Time for a statement to wait for a lock. */
const lockTimeoutMs = 5_000;
/** A process that stands still in a transaction holds rows that others wait for; PostgreSQL ends it after so long. */
const idleTransactionMs = 5_000;

/** Poolers such as PgBouncer know these of each client, and set them on whichever session serves it. */
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
/** Statements of ours take milliseconds; where the planner takes one for costly, compiling it takes a second and more. */
const tuned = { jit: 'off' };
/** node-postgres asks for it by itself. */
const encoding = { client_encoding: 'UTF8' };
/** A lock is waited for within the time of its statement. */
const { lock_timeout: _lockTimeout, ...neededTimeouts } = timeouts;

/**
 * How settings are pinned, whatever the role and the database have set. 'startup': with the connection, which PostgreSQL
 * takes for all of them; 'tracked': of a pooler that refuses that, those that it tracks.
 */
export type Pinning = 'startup' | 'tracked';

/** What a connection is opened with, as PostgreSQL's `options` has it. */
export function toStartupOptions(withTimeouts: boolean): string {
  const settings = { ...pinned, ...tuned, ...(withTimeouts ? timeouts : {}) };
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`)
    .join(' ');
}

/** What a pooler's client says first. */
export const trackedSettings = toStatements(tracked);
/** What the one session of an embedded database says first; it has no clock that could end a statement. */
export const embeddedSettings = toStatements({ ...pinned, ...tuned });

function toStatements(settings: Record<string, string>): string {
  return Object.entries(settings)
    .map(([name, value]) => `set ${name} to '${value}'`)
    .join('; ');
}

/** Settings that are looked at. */
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

/** Of the settings that a session has, those that are not as they must be. */
export function listUnmet(found: Record<string, string>): UnmetSetting[] {
  return compare(found, { ...pinned, ...encoding, ...neededTimeouts });
}

/** Of the settings that a session has, those with which everything works, and some of it slowly. */
export function listSlow(found: Record<string, string>): UnmetSetting[] {
  return compare(found, tuned);
}

function compare(found: Record<string, string>, needed: Record<string, string>): UnmetSetting[] {
  return Object.entries(needed)
    .map(([name, value]) => ({ name, needed: value, value: found[name] ?? 'unknown' }))
    .filter((setting) => !isMet(setting));
}

function isMet({ name, value, needed }: UnmetSetting): boolean {
  // Of a time-out, any will do.
  return name in neededTimeouts ? value !== '0' : value === needed;
}

/** What to do about them, in SQL. */
export function adviseOnSettings(unmet: readonly UnmetSetting[], user: string): string {
  const statements = unmet.map(
    ({ name, needed }) => `alter role ${escapeIdentifier(user)} set ${name} = '${needed}';`,
  );
  return `The pooler in between does not pass them on: run \`${statements.join(' ')}\` in PostgreSQL, then RECONNECT in PgBouncer.`;
}
