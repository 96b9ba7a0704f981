import { sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import { pluralize } from '../platform/text.ts';
import { ok, warning, wrong } from './finding.ts';
import type { Finding } from './finding.ts';

/** Our own transactions take milliseconds. */
const longTransactionSeconds = 60;
const longWaitSeconds = 5;

/** Whether there is room for the connections of one more process. */
export async function checkConnections(db: Database, poolSize: number): Promise<Finding> {
  const check = 'postgres connections';
  // Without the doctor's own connection, and without those that are reserved for administrators.
  const { rows } = await sql<{ used: number; usable: number }>`
    select (select sum(numbackends)::int - 1 from pg_stat_database) as used,
      current_setting('max_connections')::int
        - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0) as usable`.execute(db);
  const { used, usable } = rows[0]!;
  // Besides its pool, a process has one connection for its probe.
  const needed = poolSize + 1;
  const seen = `${used} of ${usable} used; a process uses up to ${needed} (DATABASE_POOL_SIZE ${poolSize})`;
  if (usable - used >= needed) return ok(check, seen);
  return warning(
    check,
    `${seen}: there is no room for another process`,
    'Raise max_connections of PostgreSQL, lower DATABASE_POOL_SIZE, or put PgBouncer in between.',
  );
}

/** Finds long transactions: they lock rows and keep tables from being vacuumed. */
export async function checkTransactions(db: Database): Promise<Finding> {
  const check = 'postgres transactions';
  const { rows } = await sql<{ pid: number; application: string; state: string; seconds: number }>`
    select pid, application_name as application, state,
      extract(epoch from now() - xact_start)::int as seconds
    from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and xact_start < now() - make_interval(secs => ${longTransactionSeconds})
    order by xact_start`.execute(db);
  const [oldest] = rows;
  if (!oldest) return ok(check, `none open for longer than ${longTransactionSeconds} s`);
  const { pid, application, state, seconds } = oldest;
  const who = `${application || 'no name'}, ${state}`;
  return warning(
    check,
    `${pluralize(rows.length, 'transaction')} open for more than ${longTransactionSeconds} s, the oldest for ${seconds} s (pid ${pid}, ${who})`,
    `End the program that holds it; if you cannot find it: \`select pg_terminate_backend(${pid})\`.`,
  );
}

/** Finds sessions that wait for a lock. */
export async function checkLocks(db: Database): Promise<Finding> {
  const check = 'postgres locks';
  const { rows } = await sql<{ holder: number | null; seconds: number }>`
    select (pg_blocking_pids(pid))[1] as holder, extract(epoch from now() - query_start)::int as seconds
    from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'
      and query_start < now() - make_interval(secs => ${longWaitSeconds})
    order by query_start`.execute(db);
  const [first] = rows;
  if (!first) return ok(check, `nobody waits for longer than ${longWaitSeconds} s`);
  const holder = first.holder ?? 'unknown';
  return wrong(
    check,
    `${pluralize(rows.length, 'session')} waiting for a lock, the first for ${first.seconds} s behind pid ${holder}`,
    `End what pid ${holder} is doing: \`select pg_terminate_backend(${holder})\`.`,
  );
}
