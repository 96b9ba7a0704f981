import { describe, expect, test } from 'vitest';
import { createSessionLock } from '../../src/stack/pglite/session-lock.ts';
import { countNotes, usePglite } from './pglite-database.ts';

const database = usePglite();

describe('transactions', () => {
  test.each([
    'BEGIN',
    'begin;',
    'start transaction',
    '-- why\n/* and how */ Begin isolation level serializable',
  ])('a client that says %j has the session to itself until it commits', async (begin) => {
    const client = await database.pool.connect();
    await client.query(begin);
    const order: string[] = [];
    const elsewhere = countNotes(database.pool).then((count) =>
      order.push(`elsewhere saw ${count}`),
    );
    await client.query('INSERT INTO note VALUES ($1, $2)', [1, 'a']);
    order.push(`inside saw ${await countNotes(client)}`);
    await client.query('COMMIT');
    client.release();
    await elsewhere;
    expect(order).toEqual(['inside saw 1', 'elsewhere saw 1']);
  });

  test('another transaction is never joined, so its rollback takes only its own rows', async () => {
    const [one, two] = await Promise.all([database.pool.connect(), database.pool.connect()]);
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
      database.pool.query(`INSERT INTO note VALUES (3, 'kept')`),
    ]);
    one.release();
    two.release();
    expect((await database.pool.query('SELECT id FROM note ORDER BY id')).rows).toEqual([
      { id: 1 },
      { id: 3 },
    ]);
  });

  test('those that wait get the session in the order in which they came', async () => {
    const client = await database.pool.connect();
    await client.query('BEGIN');
    const order: number[] = [];
    const waiting = [1, 2, 3, 4].map(async (n) => {
      await database.pool.query('SELECT 1');
      order.push(n);
    });
    await client.query('COMMIT');
    await Promise.all(waiting);
    client.release();
    expect(order).toEqual([1, 2, 3, 4]);
  });

  test('an error inside aborts the transaction, and COMMIT then says ROLLBACK', async () => {
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await client.query(`INSERT INTO note VALUES (1, 'a')`);
    await expect(client.query('SELECT no_such_column')).rejects.toMatchObject({ code: '42703' });
    await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' });
    expect(await client.query('COMMIT')).toMatchObject({ command: 'ROLLBACK' });
    client.release();
    expect(await countNotes(database.pool)).toBe(0);
  });

  test('a COMMIT that fails frees the session', async () => {
    await database.pool.query('ALTER TABLE note ADD UNIQUE (text) DEFERRABLE INITIALLY DEFERRED');
    const client = await database.pool.connect();
    await client.query(`BEGIN; INSERT INTO note VALUES (1, 'same'), (2, 'same')`);
    await expect(client.query('COMMIT')).rejects.toMatchObject({ code: '23505' });
    expect(await countNotes(database.pool)).toBe(0);
    client.release();
  });

  test('release in the middle rolls back and lets the next one in', async () => {
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await client.query(`INSERT INTO note VALUES (1, 'a')`);
    const elsewhere = countNotes(database.pool);
    client.release();
    expect(await elsewhere).toBe(0);
    await expect(client.query('SELECT 1')).rejects.toThrow('released');
  });

  test('statements of one client run in the order in which they were asked for', async () => {
    const client = await database.pool.connect();
    const results = await Promise.all([
      client.query('BEGIN'),
      client.query(`INSERT INTO note VALUES (1, 'a')`),
      client.query('COMMIT'),
      countNotes(database.pool),
    ]);
    client.release();
    expect(results[3]).toBe(1);
  });

  test('database.pool.query does not leave a transaction open', async () => {
    await database.pool.query(`BEGIN; INSERT INTO note VALUES (1, 'a')`);
    expect(await countNotes(database.pool)).toBe(0);
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
    await database.pool.query('CREATE SCHEMA other; CREATE TABLE other.note (id int)');
    const other = database.pools.open('other, public');
    await Promise.all([
      database.pool.query(`INSERT INTO note VALUES (1, 'public')`),
      other.query('INSERT INTO note VALUES (1), (2)'),
      other.query('INSERT INTO note VALUES (3)'),
    ]);
    expect([await countNotes(database.pool), await countNotes(other)]).toEqual([1, 3]);
  });

  test('a rolled back transaction of one pool does not leave its path to the next', async () => {
    await database.pool.query('CREATE SCHEMA other; CREATE TABLE other.note (id int)');
    const client = await database.pools.open('other').connect();
    await database.pool.query('SELECT 1');
    await client.query('BEGIN');
    await client.query('SET LOCAL search_path TO public');
    await client.query('ROLLBACK');
    expect((await client.query('SHOW search_path')).rows).toEqual([{ search_path: 'other' }]);
    expect((await database.pool.query('SHOW search_path')).rows).toEqual([
      { search_path: 'public' },
    ]);
    client.release();
  });
});
