import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createPostgresBackend, runMigrations } from 'bullmq';
import type { BackendFactory, IQueueBackend } from 'bullmq';
import type { Pool } from 'pg';
import { writeCheck } from '../db/leases.ts';
import { createFaultLog } from '../platform/fault-log.ts';
import type { Logger } from '../platform/logger.ts';
import { createMemoryBroker } from '../pubsub/memory-broker.ts';
import type { QueueConnection } from '../queue/transport.ts';
import { lockDataDir } from './pglite/data-dir-lock.ts';
import { createPglitePools } from './pglite/pool.ts';
import { openDatabase, prepareDatabase } from './pglite/prepared-database.ts';
import type { Stack } from './stack.ts';

/** BullMQ has tables with the same names as ours, so it gets a schema of its own. */
const queueSchema = 'bullmq';

/** A worker or an event reader that no notification woke looks for itself after so long. */
const idleWaitMs = 2_000;

/** PGlite in a folder, for data and queue. For one process at a time. */
export async function openEmbedded(dataDir: string, logger: Logger): Promise<Stack> {
  await using stack = new AsyncDisposableStack();
  await mkdir(dataDir, { recursive: true });
  stack.use(await lockDataDir(dataDir));
  const pglite = stack.use(await openDatabase(join(dataDir, 'postgres')));
  const pools = stack.use(createPglitePools(pglite));
  const queuePool = pools.open(queueSchema);
  await migrateQueue(queuePool);
  await releaseActiveJobs(queuePool);

  const broker = stack.use(createMemoryBroker());
  const backend = createPostgresBackend as BackendFactory<IQueueBackend, QueueConnection>;
  const opened = stack.move();
  const pool = pools.open('public');
  return {
    pool,
    openPoolWithoutTimeouts: () => pools.open('public'),
    transport: {
      producer: queuePool,
      consumer: queuePool,
      prefix: queueSchema,
      backend,
      faults: createFaultLog({ logger, message: 'queue failed' }),
      // The queue is in the same database as the rows, so both are lost together.
      findLastEventId: null,
      idleWaitMs,
      isReachable: async () => true,
      onLoss: () => () => undefined,
    },
    broker,
    counts: null,
    openLeaderSession: null,
    connections: null,
    pings: { postgres: () => pool.query(writeCheck) },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Creates the database that new data folders are copied from; returns its path. */
export async function prepareEmbedded(): Promise<string> {
  return prepareDatabase(async (pglite) => {
    await using pools = createPglitePools(pglite);
    await migrateQueue(pools.open(queueSchema));
  });
}

async function migrateQueue(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client, queueSchema);
  } finally {
    client.release();
  }
}

/**
 * Only this process uses the folder, so the worker of an active job is dead: the first check for stalled jobs requeues it,
 * without waiting for its lock to expire. The stall is counted, as the job may have crashed the process.
 */
async function releaseActiveJobs(pool: Pool): Promise<void> {
  await pool.query(
    `update job set locked_until_ms = 0, stalled_marked = true where state = 'active'`,
  );
  await pool.query(`delete from meta where field = 'stalled-check'`);
}
