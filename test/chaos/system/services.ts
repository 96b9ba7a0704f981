import pg from 'pg';
import { createDatabase } from '../../../src/db/database.ts';
import { migrateToLatest } from '../../../src/db/migrate.ts';
import type { Database } from '../../../src/db/tables.ts';
import { eventually } from '../../environment/eventually.ts';
import { startDurablePostgres } from '../../environment/programs/postgres.ts';
import { startChaosRedis } from './redis.ts';
import type { ChaosRedis } from './redis.ts';

/** A Redis and a PostgreSQL for a single run, which it may break. */
export interface ChaosServices extends AsyncDisposable, Omit<ChaosRedis, 'url'> {
  redisUrl: string;
  databaseUrl: string;
  /** The run's own connections: they reconnect after a restart, and can always write. */
  db: Database;
  crashPostgres: () => Promise<void>;
  startPostgres: () => Promise<void>;
  /** Sends PostgreSQL and all of its sessions a signal, such as SIGSTOP. */
  signalPostgres: (signal: NodeJS.Signals) => Promise<void>;
  /**
   * Read-only: ends all sessions, and new ones can only read. Writable again: new sessions can write, and old ones stay
   * read-only, as connections to a former primary do.
   */
  setPostgresReadOnly: (isReadOnly: boolean) => Promise<void>;
}

export async function startChaosServices(): Promise<ChaosServices> {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.use(await startDurablePostgres());
  const { url: redisUrl, ...redis } = stack.use(await startChaosRedis());
  const pool = new pg.Pool({
    connectionString: postgres.url,
    max: 4,
    options: '-c default_transaction_read_only=off',
    application_name: 'chaos',
  });
  // A crash breaks idle connections; the next query opens another one.
  pool.on('error', () => undefined);
  const db = stack.use(createDatabase(pool));
  await migrateToLatest(db);
  const opened = stack.move();
  return {
    ...redis,
    redisUrl,
    databaseUrl: postgres.url,
    db,
    crashPostgres: postgres.crash,
    startPostgres: async () => {
      await postgres.start();
      await eventually(() => pool.query('select 1'));
    },
    signalPostgres: postgres.signal,
    setPostgresReadOnly: async (isReadOnly) => {
      const setting = 'default_transaction_read_only';
      await pool.query(
        isReadOnly
          ? `alter database postgres set ${setting} = on`
          : `alter database postgres reset ${setting}`,
      );
      if (!isReadOnly) return;
      await pool.query(`
        select pg_terminate_backend(pid) from pg_stat_activity
        where backend_type = 'client backend' and application_name <> 'chaos'`);
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
