import type { PostgresServer } from './services.ts';

/** Counts statements from now on, or no longer; what was counted is forgotten. */
export async function switchCounter(
  { client }: PostgresServer,
  track: 'top' | 'none',
): Promise<void> {
  await client.query(`alter system set pg_stat_statements.track = '${track}'`);
  await client.query('select pg_reload_conf()');
  await client.query('select pg_stat_statements_reset()');
}

/** How often statements ran in a database of the server, by its URL; those of the bench itself left out. */
export async function countStatements({ client }: PostgresServer, url: string): Promise<number> {
  const { rows } = await client.query<{ calls: number }>(
    `select coalesce(sum(calls), 0)::int as calls
     from pg_stat_statements join pg_database on pg_database.oid = dbid
     where datname = $1 and query !~ 'pg_stat_statements|pg_reload_conf'`,
    [new URL(url).pathname.slice(1)],
  );
  return rows[0]!.calls;
}
