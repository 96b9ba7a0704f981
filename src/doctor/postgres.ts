import { sql } from 'kysely';
import { compareMigrations } from '../db/migrate.ts';
import type { MigrationStatus } from '../db/migrate.ts';
import type { Database } from '../db/tables.ts';
import { pluralize } from '../platform/text.ts';
import {
  isRefusedParameter,
  refusedOptions,
  describeEncoding,
  describeSettings,
  describeUnmet,
  utf8Advice,
} from '../stack/postgres/examine.ts';
import type { PostgresInspection } from '../stack/postgres/inspection.ts';
import { adviseOnSettings } from '../stack/postgres/settings.ts';
import { adviseOnTls } from '../stack/tls-failure.ts';
import { isWrong, ok, warning, wrong } from './finding.ts';
import type { Finding } from './finding.ts';
import { checkConnections, checkLocks, checkTransactions } from './postgres-activity.ts';
import { errorCode, runCheck, showAddress } from './run-check.ts';
import { checkLatency } from './timing.ts';

/** PostgreSQL 15, as `server_version_num`. */
const oldestVersion = 150_000;

export interface PostgresOptions {
  databaseUrl: string;
  poolSize: number;
}

/** Checks PostgreSQL, one query after another, as there may be room for one connection only. */
export async function checkPostgres(
  db: Database,
  inspection: PostgresInspection,
  { databaseUrl, poolSize }: PostgresOptions,
): Promise<Finding[]> {
  const address = showAddress(databaseUrl);
  const runOne = (check: string, run: () => Promise<Finding | Finding[]>) =>
    runCheck(check, run, (error) => advise(error, address));
  const findings = await runOne('postgres', () => checkServer(db, address));
  if (findings.some(isWrong)) return findings;
  findings.push(...(await runOne('postgres sessions', () => checkSessions(inspection))));
  const ping = () => sql`select 1`.execute(db);
  const rest: [string, () => Promise<Finding | Finding[]>][] = [
    ['migrations', async () => judgeMigrations(await compareMigrations(db))],
    ['postgres latency', () => checkLatency('postgres latency', 'select 1', ping)],
    ['postgres connections', () => checkConnections(db, poolSize)],
    ['postgres transactions', () => checkTransactions(db)],
    ['postgres locks', () => checkLocks(db)],
  ];
  for (const [check, run] of rest) findings.push(...(await runOne(check, run)));
  return findings;
}

async function checkServer(db: Database, address: string): Promise<Finding> {
  const { rows } = await sql<{
    number: number;
    version: string;
    isReplica: boolean;
    isReadOnly: boolean;
  }>`
    select current_setting('server_version_num')::int as number,
      split_part(current_setting('server_version'), ' ', 1) as version,
      pg_is_in_recovery() as is_replica,
      current_setting('transaction_read_only') = 'on' as is_read_only`.execute(db);
  const { number, version, isReplica, isReadOnly } = rows[0]!;
  const seen = `PostgreSQL ${version} answers at ${address}; it needs no extension`;
  if (number < oldestVersion) {
    return wrong('postgres', `${seen}, but it is too old`, 'Install PostgreSQL 15 or newer.');
  }
  if (isReplica) {
    const advice = 'Set DATABASE_URL to its primary.';
    return wrong('postgres', `${seen}, but it is a read-only replica`, advice);
  }
  if (isReadOnly) {
    const advice =
      'Wait for a failover to end, or run `show default_transaction_read_only` there to see why.';
    return wrong('postgres', `${seen}, but it is read-only`, advice);
  }
  return ok('postgres', seen);
}

async function checkSessions({ readServer }: PostgresInspection): Promise<Finding> {
  const check = 'postgres sessions';
  const server = await readServer();
  const { encoding, unmet, slow, user, pinning } = server;
  if (encoding !== 'UTF8') return wrong(check, describeEncoding(server), utf8Advice);
  if (unmet.length > 0) return wrong(check, describeUnmet(unmet), adviseOnSettings(unmet, user));
  if (slow.length > 0) {
    const seen = `Some statements may be slow: ${describeSettings(slow)}`;
    return warning(check, seen, adviseOnSettings(slow, user));
  }
  const how = pinning === 'startup' ? '' : ', as far as the pooler in between allows';
  return ok(check, `time zone, isolation, timeouts and encoding are set by us${how}`);
}

function advise(error: unknown, address: string): string {
  if (isRefusedParameter(error)) return refusedOptions;
  const ofTls = adviseOnTls(error, { url: 'DATABASE_URL', ca: 'DATABASE_CA' });
  if (ofTls !== undefined) return ofTls;
  switch (errorCode(error)) {
    case '28P01':
    case '28000':
      return 'Correct the user and password in DATABASE_URL.';
    case '3D000':
      return 'Create that database (`createdb`), or set DATABASE_URL to an existing one.';
    case '42501':
      return 'Let the user of DATABASE_URL own the database: `alter database … owner to …`.';
    case '53300':
      return 'Raise max_connections of PostgreSQL, or lower DATABASE_POOL_SIZE of the processes.';
    default:
      return `Start PostgreSQL at ${address}, or set DATABASE_URL to where it runs; make sure that no firewall is in between.`;
  }
}

/** Whether the database has the schema of this version. */
export function judgeMigrations({ applied, pending, unknown }: MigrationStatus): Finding {
  const check = 'migrations';
  if (unknown.length > 0) {
    const seen = `the database is newer than this version: it has ${unknown.join(', ')}`;
    return wrong(check, seen, 'Run the version of fovea-jobs that applied them.');
  }
  if (pending.length > 0) {
    const seen = `${applied.length} applied, ${pending.length} missing: ${pending.join(', ')}`;
    return wrong(check, seen, 'Run `npm run migrate`, or start with MIGRATE_ON_START=true.');
  }
  return ok(check, `all ${pluralize(applied.length, 'migration')} applied`);
}
