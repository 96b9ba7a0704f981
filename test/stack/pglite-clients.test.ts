import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Generated } from 'kysely';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createPglitePools } from '../../src/stack/pglite/pool.ts';
import { openDatabase } from '../../src/stack/pglite/prepared-database.ts';
import { countNotes, usePglite } from './pglite-database.ts';

const database = usePglite();

describe('as node-postgres', () => {
  test('values have the types that a server gives', async () => {
    const { rows } = await database.pool
      .query(`SELECT 9007199254740993::int8 AS int8, 1.50::numeric AS numeric, 7::int4 AS int4,
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
    const { rows } = await database.pool.query(
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
    expect(await database.pool.query(`INSERT INTO note VALUES (1, 'a'), (2, 'b')`)).toMatchObject({
      command: 'INSERT',
      rowCount: 2,
    });
    expect(await database.pool.query('SELECT * FROM note')).toMatchObject({
      command: 'SELECT',
      rowCount: 2,
    });
    expect(await database.pool.query('UPDATE note SET text = text WHERE id > 9')).toMatchObject({
      command: 'UPDATE',
      rowCount: 0,
    });
    const failure = await database.pool
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
    const results: unknown = await database.pool.query('SELECT 1 AS one; SELECT 2 AS two');
    expect(results).toMatchObject([{ rows: [{ one: 1 }] }, { rows: [{ two: 2 }] }]);
  });
});

describe('the end', () => {
  const ended = 'Cannot use a pool after calling end on the pool';

  test('ending a pool refuses what waits, rolls back what is open, and leaves PGlite to the other pools', async () => {
    const ending = database.pools.open('public');
    const inTransaction = await ending.connect();
    await inTransaction.query('BEGIN');
    await inTransaction.query(`INSERT INTO note VALUES (1, 'a')`);
    const waiting = expect(ending.query('SELECT 1')).rejects.toThrow(ended);
    await ending.end();
    await waiting;
    await expect(ending.connect()).rejects.toThrow(ended);
    await expect(inTransaction.query('SELECT 1')).rejects.toThrow(ended);
    expect(await countNotes(database.pool)).toBe(0);
  });

  test('disposing of all pools refuses what waits for a transaction that never ends', async () => {
    const client = await database.pool.connect();
    await client.query('BEGIN');
    const waiting = expect(database.pools.open('public').query('SELECT 1')).rejects.toThrow(ended);
    await database.pools[Symbol.asyncDispose]();
    await waiting;
    expect((await database.pglite.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  test('queries on a PGlite that was closed underneath are rejected and the pool says so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fovea-pglite-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const closed = await openDatabase(folder);
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

interface Tables {
  task: { id: Generated<string>; name: string; at: Date; body: unknown; tags: string[] };
}

describe('Kysely', () => {
  let db: Kysely<Tables>;

  beforeEach(async () => {
    db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: database.pool }) });
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
