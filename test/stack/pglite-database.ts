import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createPglitePools } from '../../src/stack/pglite/pool.ts';
import type { PglitePools } from '../../src/stack/pglite/pool.ts';
import { openDatabase } from '../../src/stack/pglite/prepared-database.ts';

/** One database for a test file; pools and the table `note` are new for each test. Its fields are there within tests. */
export interface TestPglite {
  pglite: PGlite;
  pools: PglitePools;
  /** Of the schema `public`. */
  pool: pg.Pool;
}

export function usePglite(): TestPglite {
  const database = {} as TestPglite;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fovea-pglite-'));
    database.pglite = await openDatabase(join(folder, 'shared'));
  });

  afterAll(async () => {
    await database.pglite.close();
    await rm(folder, { recursive: true });
  });

  beforeEach(async () => {
    database.pools = createPglitePools(database.pglite);
    database.pool = database.pools.open('public');
    await database.pool.query('CREATE TABLE note (id int PRIMARY KEY, text text)');
  });

  afterEach(async () => {
    await database.pools[Symbol.asyncDispose]();
    await database.pglite.exec(
      'DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS other CASCADE',
    );
  });
  return database;
}

export async function countNotes(from: pg.Pool | pg.PoolClient): Promise<number> {
  const { rows } = await from.query<{ count: number }>('SELECT count(*)::int AS count FROM note');
  return rows[0]?.count ?? -1;
}
