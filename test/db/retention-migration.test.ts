import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { FileMigrationProvider, Migrator } from 'kysely/migration';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { createDatabase } from '../../src/db/database.ts';
import { migrateToLatest } from '../../src/db/migrate.ts';
import { insertPersona } from '../../src/subjects/persona/queries.ts';
import { getSubjectTotal } from '../../src/subjects/subject-totals.ts';
import type { Database } from '../../src/db/tables.ts';
import { registerVideo } from '../../src/subjects/video/register.ts';
import { createTestDatabase } from '../environment/app/database.ts';
import { insertTestJobs } from '../environment/jobs/insert-jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const resultTables = ['video_summary', 'claim_extraction', 'claim_synthesis'];

test('results that were there before get the owner of their job, and outlive it', async () => {
  await using testDatabase = await createTestDatabase();
  await using db = createDatabase(new pg.Pool({ connectionString: testDatabase.url, max: 2 }));
  await sql`drop schema public cascade`.execute(db);
  await sql`create schema public`.execute(db);
  await migrateTo(db, '0004-operations');
  await insertResults(db, ['ann', 'bob']);
  expect(await migrateToLatest(db)).toContain('0005-retention');
  // As a worker of the version before does, which knows of no owner.
  await insertResults(db, ['cid']);

  await db.deleteFrom('job').execute();
  for (const table of resultTables) {
    const { rows } = await sql<{ owner: string }>`
      select owner from ${sql.table(table)} order by owner`.execute(db);
    expect(rows.map(({ owner }) => owner)).toEqual(['ann', 'bob', 'cid']);
  }
  await expect(insertSynthesis(db, '00000000-0000-7000-8000-000000000000')).rejects.toThrow(
    'null value in column "owner"',
  );
});

test('a video that was registered twice before stays, counts, and is known by the oldest from now on', async () => {
  await using testDatabase = await createTestDatabase();
  await using db = createDatabase(new pg.Pool({ connectionString: testDatabase.url, max: 2 }));
  await sql`drop schema public cascade`.execute(db);
  await sql`create schema public`.execute(db);
  await migrateTo(db, '0013-live-views');
  await sql`
    insert into video (id, owner, title, path, created_at) values
      ('second', 'ann', 'B', ${'café.mp4'}, '2026-01-02'), ('first', 'ann', 'A', ${'café.mp4'}, '2026-01-01'),
      ('other', 'ann', 'C', ${'/'.repeat(2_000)}, '2026-01-01'), ('his', 'bob', 'D', ${'café.mp4'}, '2026-01-01')`.execute(
    db,
  );
  const [older, newer] = ['00000000-0000-7000-8000-000000000001', uuidv7()];
  const words = { name: 'A', role: 'B', informationNeed: 'C' };
  await sql`
    insert into persona (id, owner, name, role, information_need)
    values (${newer}, 'ann', 'A', 'B', 'C'), (${older}, 'ann', 'A', 'B', 'C')`.execute(db);
  const before = await listRows(db);
  await migrateToLatest(db);
  expect(await listRows(db)).toEqual(before);

  const register = async (owner: string, path: string, id?: string) =>
    (await registerVideo(db, owner, { id, title: 'E', path })).video.id;
  expect(await register('ann', 'café.mp4')).toBe('first');
  expect(await register('ann', 'café.mp4', 'second')).toBe('second');
  expect(await register('bob', 'café.mp4')).toBe('his');
  const { persona } = await insertPersona(db, 'ann', { id: uuidv7(), ...words });
  expect(persona.id).toBe(older);
  // 'second', 'first' and 'other', their titles and paths, and twice three letters.
  const bytes = 6 + 5 + 5 + 3 + 9 + 10 + 2_000 + 6;
  expect(await getSubjectTotal(db, 'ann')).toEqual({ subjects: 5, bytes });
  expect(await getSubjectTotal(db, 'bob')).toMatchObject({ subjects: 1 });
  // As a process of the version before does, which knows of no keys.
  await sql`insert into video (id, owner, title, path) values ('third', 'ann', 'F', ${'café.mp4'})`.execute(
    db,
  );
  expect(await getSubjectTotal(db, 'ann')).toMatchObject({ subjects: 6 });
});

async function listRows(db: Database): Promise<unknown[]> {
  const videos = sql`select id, owner, title, path, created_at from video order by owner, id`;
  const personas = sql`select id, owner, name, created_at from persona order by id`;
  return [(await videos.execute(db)).rows, (await personas.execute(db)).rows];
}

async function migrateTo(db: Database, name: string): Promise<void> {
  const migrationFolder = join(import.meta.dirname, '../../migrations');
  const provider = new FileMigrationProvider({ fs: { readdir }, path: { join }, migrationFolder });
  const { error } = await new Migrator({ db, provider }).migrateTo(name);
  expect(error).toBeUndefined();
}

/** For each owner a result of each kind, of a job of its own, as the tables were made. */
async function insertResults(db: Database, owners: readonly string[]): Promise<void> {
  for (const owner of owners) {
    const [summarize, extract, synthesize] = (await insertTestJobs(db, 3)).map(({ id }) => id);
    await sql`update job set owner = ${owner} where id in (${summarize}, ${extract}, ${synthesize})`.execute(
      db,
    );
    await sql`insert into video (id, owner, title, path) values (${owner}, ${owner}, 'A', 'a.mp4')`.execute(
      db,
    );
    const { rows } = await sql<{ id: string }>`
      with persona as (
        insert into persona (id, owner, name, role, information_need)
        values (gen_random_uuid(), ${owner}, 'A', 'B', 'C') returning id
      )
      insert into video_summary (id, job_id, video_id, persona_id, gloss, key_frames)
      select gen_random_uuid(), ${summarize}, ${owner}, persona.id, '[]', '[]' from persona returning id`.execute(
      db,
    );
    await sql`
      insert into claim_extraction (id, job_id, summary_id, strategy, total_claims)
      values (gen_random_uuid(), ${extract}, ${rows[0]!.id}, 'SENTENCE_BASED', 0)`.execute(db);
    await insertSynthesis(db, synthesize!);
  }
}

async function insertSynthesis(db: Database, jobId: string): Promise<void> {
  await sql`
    insert into claim_synthesis (id, job_id, gloss, strategy, claims_used, conflicts_detected)
    values (gen_random_uuid(), ${jobId}, '[]', 'HIERARCHICAL', 0, 0)`.execute(db);
}
