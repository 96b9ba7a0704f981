import { once } from 'node:events';
import { createPostgresBackend, isPgPool, Queue, QueueEvents, Worker } from 'bullmq';
import type { Job } from 'bullmq';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { countNotes, usePglite } from './pglite-database.ts';

const database = usePglite();

describe('LISTEN and NOTIFY', () => {
  test('a notification reaches the clients that listen to its channel, and no other', async () => {
    const [listener, bystander] = await Promise.all([
      database.pool.connect(),
      database.pool.connect(),
    ]);
    await listener.query('-- as BullMQ writes it\n-- in two lines\nLISTEN "Loud news";\n');
    await bystander.query('LISTEN gossip');
    const overheard: unknown[] = [];
    bystander.on('notification', (message) => overheard.push(message.payload));
    const heard = once(listener, 'notification');
    await database.pool.query('SELECT pg_notify($1, $2)', ['Loud news', 'hello']);
    expect(await heard).toMatchObject([
      { channel: 'Loud news', payload: 'hello', processId: expect.any(Number) },
    ]);
    await database.pool.query(`NOTIFY gossip, 'psst'`);
    expect(overheard).toEqual(['psst']);
    listener.release();
    bystander.release();
  });

  test('UNLISTEN and release stop one client and leave the others listening', async () => {
    const clients = await Promise.all([
      database.pool.connect(),
      database.pool.connect(),
      database.pool.connect(),
    ]);
    const heard: string[] = [];
    for (const [index, client] of clients.entries()) {
      await client.query('LISTEN news');
      client.on('notification', () => heard.push(`client ${index}`));
    }
    await clients[0].query('UNLISTEN news');
    clients[1].release(true);
    await database.pool.query('NOTIFY news');
    expect(heard).toEqual(['client 2']);
  });

  test('what is notified in a transaction is heard after its commit', async () => {
    const [listener, writer] = await Promise.all([
      database.pool.connect(),
      database.pool.connect(),
    ]);
    await listener.query('LISTEN news');
    const heard: string[] = [];
    listener.on('notification', () => heard.push('notified'));
    await writer.query('BEGIN');
    await writer.query('NOTIFY news');
    heard.push('not yet committed');
    await writer.query('COMMIT');
    expect(heard).toEqual(['not yet committed', 'notified']);
    writer.release();
  });
});

describe('BullMQ', () => {
  let connection: pg.Pool;
  let queue: ReturnType<typeof createQueue>;
  let events: ReturnType<typeof createQueueEvents>;

  const createQueue = (name: string) => new Queue(name, { connection }, createPostgresBackend);
  const createQueueEvents = (name: string) =>
    new QueueEvents(name, { connection, lastEventId: '0' }, createPostgresBackend);

  beforeEach(async (context) => {
    connection = database.pools.open('bullmq');
    expect(isPgPool(connection)).toBe(true);
    queue = createQueue(context.task.id);
    events = createQueueEvents(context.task.id);
    await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
  });

  afterEach(async () => {
    await Promise.all([queue.close(), events.close()]);
  });

  const startWorker = (process: (job: Job) => Promise<unknown>, concurrency = 1) =>
    new Worker(
      queue.name,
      process,
      { connection, concurrency, drainDelay: 60 },
      createPostgresBackend,
    );

  test('progress reaches the queue events at once, not at the next poll', async () => {
    // The next poll would come after the test has timed out.
    const seen = new Promise((resolve) => {
      events.on('progress', ({ data }) => resolve(data));
    });
    const worker = startWorker((job) => job.updateProgress(42));
    await worker.waitUntilReady();
    await queue.add('slow', {});
    expect(await seen).toBe(42);
    await worker.close();
  });

  test('a worker with concurrency 5 finishes 50 jobs, five at a time, beside transactions of ours', async () => {
    let running = 0;
    let most = 0;
    const worker = startWorker(async (job) => {
      most = Math.max(most, ++running);
      await database.pool.query('INSERT INTO note VALUES ($1, $2)', [job.data.n, 'done']);
      running -= 1;
    }, 5);
    const finished = new Promise<void>((resolve) => {
      let left = 50;
      worker.on('completed', () => --left === 0 && resolve());
    });
    await queue.addBulk(Array.from({ length: 50 }, (_, n) => ({ name: 'note', data: { n } })));
    await finished;
    expect(await countNotes(database.pool)).toBe(50);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(5);
    await worker.close();
  });

  test('a job that fails is retried after its backoff', async () => {
    const attempts: number[] = [];
    const worker = startWorker(async () => {
      attempts.push(performance.now());
      if (attempts.length < 2) throw new Error('first one fails');
      return 'second one';
    });
    const completed = once(worker, 'completed');
    await queue.add('flaky', {}, { attempts: 2, backoff: { type: 'fixed', delay: 200 } });
    const [job] = await completed;
    expect(job.returnvalue).toBe('second one');
    const [first = 0, second = 0] = attempts;
    expect(second - first).toBeGreaterThanOrEqual(190);
    await worker.close();
  });
});
