import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabase } from '../../src/db/database.ts';
import { prepared } from '../../src/db/prepared.ts';
import type { Database } from '../../src/db/tables.ts';
import { isTransientDatabaseError } from '../../src/db/transient-errors.ts';
import { createPostgresPool } from '../../src/stack/postgres/pool.ts';
import type { Pinning } from '../../src/stack/postgres/settings.ts';
import { createTestDatabase } from '../environment/app/database.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

let url: string;
let opened: AsyncDisposableStack;

beforeEach(async () => {
  opened = new AsyncDisposableStack();
  ({ url } = opened.use(await createTestDatabase()));
});

afterEach(() => opened.disposeAsync());

/** With one session, as prepared statements are a session's own. */
function openDatabase(pinning: Pinning): Database {
  const address = { url, ca: null };
  const options = { address, pinning, size: 1, answerTimeoutMs: null, onError: () => undefined };
  return opened.adopt(createDatabase(createPostgresPool(options)), (db) => db.destroy());
}

const listPersonas = (db: Database) =>
  db.selectFrom('persona').selectAll().where('name', '=', 'Nobody').modifyEnd(prepared).execute();

async function listPrepared(db: Database): Promise<unknown[]> {
  const { rows } = await sql<{ count: string }>`
    select generic_plans + custom_plans as count from pg_prepared_statements
    where statement like '%/* prepared */'`.execute(db);
  return rows.map(({ count }) => Number(count));
}

test('a statement that is marked keeps its plan in its session', async () => {
  const db = openDatabase('startup');
  await listPersonas(db);
  await listPersonas(db);
  expect(await listPrepared(db)).toEqual([2]);
});

test('behind a pooler, which lends a session for a transaction, none is prepared', async () => {
  const db = openDatabase('tracked');
  await listPersonas(db);
  expect(await listPrepared(db)).toEqual([]);
});

test('where a session turns out to be lent by a pooler, no more is prepared', async () => {
  const db = openDatabase('startup');
  await listPersonas(db);
  await sql`deallocate all`.execute(db); // as if another session answered
  expect(await listPersonas(db)).toEqual([]);
  expect(await listPersonas(db)).toEqual([]);
  expect(await listPrepared(db)).toEqual([]);
});

test('a migration that adds a column fails no statement that was prepared before it', async () => {
  const db = openDatabase('startup');
  expect(await listPersonas(db)).toEqual([]);
  await sql`alter table persona add column nickname text default 'none'`.execute(db);
  expect(await listPersonas(db)).toEqual([]);
  expect(await listPrepared(db)).toEqual([]); // of a session that is new
  await listPersonas(db);
  expect(await listPrepared(db)).toEqual([1]);
});

test('a transaction that such a migration fails is one to try again', async () => {
  const db = openDatabase('startup');
  await listPersonas(db);
  await sql`alter table persona add column nickname text`.execute(db);
  const failed = await db
    .transaction()
    .execute((trx) => listPersonas(trx))
    .catch((error: unknown) => error);
  expect(isTransientDatabaseError(failed)).toBe(true);
  expect(await db.transaction().execute((trx) => listPersonas(trx))).toEqual([]);
});
