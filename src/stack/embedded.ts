import { mkdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { createPostgresBackend, runMigrations } from 'bullmq';
import type { BackendFactory, IQueueBackend } from 'bullmq';
import { createMemoryBroker } from '../pubsub/memory-broker.ts';
import type { QueueConnection } from '../queue/transport.ts';
import { createPglitePools } from './pglite-pool.ts';
import type { Stack } from './stack.ts';

/** BullMQ's own schema. It has tables called as ours are, so each pool sees only its own. */
const queueSchema = 'bullmq';

/** PostgreSQL in this process, in a folder; the queue lives in it too. For one process at a time. */
export async function openEmbedded(dataDir: string): Promise<Stack> {
  await using stack = new AsyncDisposableStack();
  await mkdir(dataDir, { recursive: true });
  const pglite = stack.adopt(await PGlite.create(dataDir), (opened) => opened.close());
  const pools = stack.use(createPglitePools(pglite));
  const queuePool = pools.open(queueSchema);
  await migrateQueue(queuePool);

  const broker = stack.use(createMemoryBroker());
  const backend = createPostgresBackend as BackendFactory<IQueueBackend, QueueConnection>;
  const opened = stack.move();
  return {
    pool: pools.open('public'),
    transport: { producer: queuePool, consumer: queuePool, prefix: queueSchema, backend },
    broker,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function migrateQueue(pool: ReturnType<ReturnType<typeof createPglitePools>['open']>) {
  const client = await pool.connect();
  try {
    await runMigrations(client, queueSchema);
  } finally {
    client.release();
  }
}
