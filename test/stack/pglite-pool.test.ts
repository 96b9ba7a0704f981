import { once } from 'node:events';
import { PGlite } from '@electric-sql/pglite';
import { createPostgresBackend, isPgPool, Queue, QueueEvents, runMigrations, Worker } from 'bullmq';
import type { Job } from 'bullmq';
import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Generated } from 'kysely';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPglitePools } from '../../src/stack/pglite/pool.ts';
import type { PglitePools } from '../../src/stack/pglite/pool.ts';
import { createSessionLock } from '../../src/stack/postgres/session-lock.ts';

let pglite: PGlite;
let pools: PglitePools;
let pool: pg.Pool;

beforeAll(async () => {
  pglite = await PGlite.create();
}, 60_000);

afterAll(() => pglite.close());

beforeEach(async () => {
  pools = createPglitePools(pglite);
  pool = pools.open('public');
  await pool.query('CREATE TABLE note (id int PRIMARY KEY, text text)');
});

afterEach(async () => {
  await pools[Symbol.asyncDispose]();
  await pglite.exec(
    'DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS other CASCADE',
  );
});

const countNotes = async (from: pg.Pool | pg.PoolClient): Promise<number> => {
  const { rows } = await from.query<{ count: number }>('SELECT count(*)::int AS count FROM note');
  return rows[0]?.count ?? -1;
};

describe('transactions', () => {
  test.each([
    'BEGIN',
    'begin;',
    'start transaction',
    '-- why\n/* and how */ Begin isolation level serializable',
  ])('a client that says %j has the session to itself until it commits', async (begin) => {
    const client = await pool.connect();
    await client.query(begin);
    const order: string[] = [];
    const elsewhere = countNotes(pool).then((count) => order.push(`elsewhere saw ${count}`));
    await client.query('INSERT INTO note VALUES ($1, $2)', [1, 'a']);
    order.push(`inside saw ${await countNotes(client)}`);
    await client.query('COMMIT');
    client.release();
    await elsewhere;
    expect(order).toEqual(['inside saw 1', 'elsewhere saw 1']);
  });

  test('another transaction is never joined, so its rollback takes only its own rows', async () => {
    const [one, two] = await Promise.all([pool.connect(), pool.connect()]);
    await Promise.all([
      (async () => {
        await one.query('BEGIN');
        await one.query(`INSERT INTO note VALUES (1, 'kept')`);
        await one.query('COMMIT');
      })(),
      (async () => {
        await two.query('BEGIN');
        await two.query(`INSERT INTO note VALUES (2, 'dropped')`);
        await two.query('ROLLBACK');
      })(),
      pool.query(`INSERT INTO note VALUES (3, 'kept')`),
    ]);
    one.release();
    two.release();
    expect((await pool.query('SELECT id FROM note ORDER BY id')).rows).toEqual([
      { id: 1 },
      { id: 3 },
    ]);
  });

  test('those that wait get the session in the order in which they came', async () => {
    const client = await pool.connect();
    await client.query('BEGIN');
    const order: number[] = [];
    const waiting = [1, 2, 3, 4].map(async (n) => {
      await pool.query('SELECT 1');
      order.push(n);
    });
    await client.query('COMMIT');
    await Promise.all(waiting);
    client.release();
    expect(order).toEqual([1, 2, 3, 4]);
  });

  test('an error inside aborts the transaction, and COMMIT then says ROLLBACK', async () => {
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query(`INSERT INTO note VALUES (1, 'a')`);
    await expect(client.query('SELECT no_such_column')).rejects.toMatchObject({ code: '42703' });
    await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' });
    expect(await client.query('COMMIT')).toMatchObject({ command: 'ROLLBACK' });
    client.release();
    expect(await countNotes(pool)).toBe(0);
  });

  test('a COMMIT that fails frees the session', async () => {
    await pool.query('ALTER TABLE note ADD UNIQUE (text) DEFERRABLE INITIALLY DEFERRED');
    const client = await pool.connect();
    await client.query(`BEGIN; INSERT INTO note VALUES (1, 'same'), (2, 'same')`);
    await expect(client.query('COMMIT')).rejects.toMatchObject({ code: '23505' });
    expect(await countNotes(pool)).toBe(0);
    client.release();
  });

  test('release in the middle rolls back and lets the next one in', async () => {
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query(`INSERT INTO note VALUES (1, 'a')`);
    const elsewhere = countNotes(pool);
    client.release();
    expect(await elsewhere).toBe(0);
    await expect(client.query('SELECT 1')).rejects.toThrow('released');
  });

  test('statements of one client run in the order in which they were asked for', async () => {
    const client = await pool.connect();
    const results = await Promise.all([
      client.query('BEGIN'),
      client.query(`INSERT INTO note VALUES (1, 'a')`),
      client.query('COMMIT'),
      countNotes(pool),
    ]);
    client.release();
    expect(results[3]).toBe(1);
  });

  test('pool.query does not leave a transaction open', async () => {
    await pool.query(`BEGIN; INSERT INTO note VALUES (1, 'a')`);
    expect(await countNotes(pool)).toBe(0);
  });
});

test('a wait for the session that takes too long ends with the code of a lock timeout', async () => {
  const lock = createSessionLock(20);
  const signal = new AbortController().signal;
  await lock.acquire(signal);
  await expect(lock.acquire(signal)).rejects.toMatchObject({ code: '55P03' });
  lock.release();
  await lock.acquire(signal);
});

describe('search paths', () => {
  test('two pools with a table of the same name see each their own', async () => {
    await pool.query('CREATE SCHEMA other; CREATE TABLE other.note (id int)');
    const other = pools.open('other, public');
    await Promise.all([
      pool.query(`INSERT INTO note VALUES (1, 'public')`),
      other.query('INSERT INTO note VALUES (1), (2)'),
      other.query('INSERT INTO note VALUES (3)'),
    ]);
    expect([await countNotes(pool), await countNotes(other)]).toEqual([1, 3]);
  });

  test('a rolled back transaction of one pool does not leave its path to the next', async () => {
    await pool.query('CREATE SCHEMA other; CREATE TABLE other.note (id int)');
    const client = await pools.open('other').connect();
    await pool.query('SELECT 1');
    await client.query('BEGIN');
    await client.query('SET LOCAL search_path TO public');
    await client.query('ROLLBACK');
    expect((await client.query('SHOW search_path')).rows).toEqual([{ search_path: 'other' }]);
    expect((await pool.query('SHOW search_path')).rows).toEqual([{ search_path: 'public' }]);
    client.release();
  });
});

describe('LISTEN and NOTIFY', () => {
  test('a notification reaches the clients that listen to its channel, and no other', async () => {
    const [listener, bystander] = await Promise.all([pool.connect(), pool.connect()]);
    await listener.query('-- as BullMQ writes it\n-- in two lines\nLISTEN "Loud news";\n');
    await bystander.query('LISTEN gossip');
    const overheard: unknown[] = [];
    bystander.on('notification', (message) => overheard.push(message.payload));
    const heard = once(listener, 'notification');
    await pool.query('SELECT pg_notify($1, $2)', ['Loud news', 'hello']);
    expect(await heard).toMatchObject([
      { channel: 'Loud news', payload: 'hello', processId: expect.any(Number) },
    ]);
    await pool.query(`NOTIFY gossip, 'psst'`);
    expect(overheard).toEqual(['psst']);
    listener.release();
    bystander.release();
  });

  test('UNLISTEN and release stop one client and leave the others listening', async () => {
    const clients = await Promise.all([pool.connect(), pool.connect(), pool.connect()]);
    const heard: string[] = [];
    for (const [index, client] of clients.entries()) {
      await client.query('LISTEN news');
      client.on('notification', () => heard.push(`client ${index}`));
    }
    await clients[0].query('UNLISTEN news');
    clients[1].release(true);
    await pool.query('NOTIFY news');
    expect(heard).toEqual(['client 2']);
  });

  test('what is notified in a transaction is heard after its commit', async () => {
    const [listener, writer] = await Promise.all([pool.connect(), pool.connect()]);
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

describe('the end', () => {
  test('ending a pool refuses what waits, rolls back what is open, and leaves PGlite to the other pools', async () => {
    const ending = pools.open('public');
    const inTransaction = await ending.connect();
    await inTransaction.query('BEGIN');
    await inTransaction.query(`INSERT INTO note VALUES (1, 'a')`);
    const waiting = expect(ending.query('SELECT 1')).rejects.toThrow(
      'Cannot use a pool after calling end on the pool',
    );
    await ending.end();
    await waiting;
    await expect(ending.connect()).rejects.toThrow(
      'Cannot use a pool after calling end on the pool',
    );
    await expect(inTransaction.query('SELECT 1')).rejects.toThrow(
      'Cannot use a pool after calling end on the pool',
    );
    expect(await countNotes(pool)).toBe(0);
  });

  test('disposing of all pools refuses what waits for a transaction that never ends', async () => {
    const client = await pool.connect();
    await client.query('BEGIN');
    const waiting = expect(pools.open('public').query('SELECT 1')).rejects.toThrow(
      'Cannot use a pool',
    );
    await pools[Symbol.asyncDispose]();
    await waiting;
    expect((await pglite.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  test('queries on a PGlite that was closed underneath are rejected and the pool says so', async () => {
    const closed = await PGlite.create({ loadDataDir: await pglite.dumpDataDir('none') });
    await using doomed = createPglitePools(closed);
    const doomedPool = doomed.open('public');
    await doomedPool.query('SELECT 1');
    const failure = once(doomedPool, 'error');
    await closed.close();
    await expect(doomedPool.query('SELECT 1')).rejects.toThrow();
    await expect(doomedPool.query('SELECT 1')).rejects.toThrow();
    await failure;
  });
});

describe('as node-postgres', () => {
  test('values have the types that a server gives', async () => {
    const { rows } =
      await pool.query(`SELECT 9007199254740993::int8 AS int8, 1.50::numeric AS numeric, 7::int4 AS int4,
      0.5::float8 AS float8, '2026-01-02T03:04:05Z'::timestamptz AS at, '{"a":[1]}'::jsonb AS json, '\\x6162'::bytea AS bytes,
      ARRAY['a','b,c'] AS texts, ARRAY[1,2]::int8[] AS ints, true AS yes, NULL AS nothing`);
    expect(rows).toEqual([
      {
        int8: '9007199254740993',
        numeric: '1.50',
        int4: 7,
        float8: 0.5,
        at: new Date('2026-01-02T03:04:05Z'),
        json: { a: [1] },
        bytes: Buffer.from('ab'),
        texts: ['a', 'b,c'],
        ints: ['1', '2'],
        yes: true,
        nothing: null,
      },
    ]);
  });

  test('parameters are accepted as a server accepts them', async () => {
    const at = new Date('2026-01-02T03:04:05.678Z');
    const values = [
      at,
      ['a', 'b'],
      { a: 1 },
      undefined,
      Buffer.from('ab'),
      9007199254740993n,
      42,
      0.25,
    ];
    const { rows } = await pool.query(
      `SELECT $1::timestamptz AS at, $2::text[] AS texts, $3::jsonb AS json, $4::text AS nothing, $5::bytea AS bytes,
        $6::int8 AS big, $7::text AS text, $8::numeric AS share`,
      values,
    );
    expect(rows[0]).toEqual({
      at,
      texts: ['a', 'b'],
      json: { a: 1 },
      nothing: null,
      bytes: Buffer.from('ab'),
      big: '9007199254740993',
      text: '42',
      share: '0.25',
    });
  });

  test('results and errors have the shape that a server gives', async () => {
    expect(await pool.query(`INSERT INTO note VALUES (1, 'a'), (2, 'b')`)).toMatchObject({
      command: 'INSERT',
      rowCount: 2,
    });
    expect(await pool.query('SELECT * FROM note')).toMatchObject({
      command: 'SELECT',
      rowCount: 2,
    });
    expect(await pool.query('UPDATE note SET text = text WHERE id > 9')).toMatchObject({
      command: 'UPDATE',
      rowCount: 0,
    });
    const failure = await pool
      .query(`INSERT INTO note VALUES (1, 'a')`)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(failure).toMatchObject({
      code: '23505',
      constraint: 'note_pkey',
      detail: 'Key (id)=(1) already exists.',
    });
  });

  test('several statements without parameters give a result each', async () => {
    const results: unknown = await pool.query('SELECT 1 AS one; SELECT 2 AS two');
    expect(results).toMatchObject([{ rows: [{ one: 1 }] }, { rows: [{ two: 2 }] }]);
  });
});

interface Tables {
  task: { id: Generated<string>; name: string; at: Date; body: unknown; tags: string[] };
}

describe('Kysely', () => {
  let db: Kysely<Tables>;

  beforeEach(async () => {
    db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
    await sql`CREATE TABLE task (id bigserial, name text, at timestamptz, body jsonb, tags text[])`.execute(
      db,
    );
  });

  const task = (name: string) => ({ name, at: new Date(0), body: { deep: [1] }, tags: ['x', 'y'] });

  test('writes tell how many rows they changed and values come back as written', async () => {
    await db
      .insertInto('task')
      .values([task('a'), task('b')])
      .execute();
    const updated = await db.updateTable('task').set({ name: 'c' }).executeTakeFirst();
    expect(updated.numUpdatedRows).toBe(2n);
    const deleted = await db.deleteFrom('task').where('id', '=', '2').executeTakeFirst();
    expect(deleted.numDeletedRows).toBe(1n);
    expect(await db.selectFrom('task').selectAll().execute()).toEqual([{ id: '1', ...task('c') }]);
  });

  test('a transaction is not joined by queries beside it, and an error rolls it back', async () => {
    const failed = db.transaction().execute(async (trx) => {
      await trx.insertInto('task').values(task('a')).execute();
      throw new Error('no');
    });
    const beside = db.insertInto('task').values(task('b')).execute();
    await expect(failed).rejects.toThrow('no');
    await beside;
    expect((await db.selectFrom('task').select('name').execute()).map((row) => row.name)).toEqual([
      'b',
    ]);
  });

  test('many transactions at once that count up lose none', async () => {
    await db.insertInto('task').values(task('0')).execute();
    const countUp = () =>
      db.transaction().execute(async (trx) => {
        const { name } = await trx.selectFrom('task').select('name').executeTakeFirstOrThrow();
        await trx
          .updateTable('task')
          .set({ name: String(Number(name) + 1) })
          .execute();
      });
    await Promise.all(Array.from({ length: 20 }, countUp));
    expect(await db.selectFrom('task').select('name').executeTakeFirst()).toEqual({ name: '20' });
  });
});

describe('BullMQ', () => {
  let connection: pg.Pool;
  let queue: ReturnType<typeof createQueue>;
  let events: ReturnType<typeof createQueueEvents>;

  const createQueue = (name: string) => new Queue(name, { connection }, createPostgresBackend);
  const createQueueEvents = (name: string) =>
    new QueueEvents(name, { connection, lastEventId: '0' }, createPostgresBackend);

  beforeAll(async () => {
    await using own = createPglitePools(pglite);
    const migrating = await own.open('bullmq').connect();
    await runMigrations(migrating);
    migrating.release();
  });

  beforeEach(async (context) => {
    connection = pools.open('bullmq');
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
      await pool.query('INSERT INTO note VALUES ($1, $2)', [job.data.n, 'done']);
      running -= 1;
    }, 5);
    const finished = new Promise<void>((resolve) => {
      let left = 50;
      worker.on('completed', () => --left === 0 && resolve());
    });
    await queue.addBulk(Array.from({ length: 50 }, (_, n) => ({ name: 'note', data: { n } })));
    await finished;
    expect(await countNotes(pool)).toBe(50);
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
