import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { FileMigrationProvider, Migrator } from 'kysely/migration';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createDatabase } from '../../src/db/database.ts';
import { migrateToLatest } from '../../src/db/migrate.ts';
import { createTestDatabase } from '../environment/app/database.ts';
import { openSession } from '../environment/app/doctor.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { eventually } from '../environment/eventually.ts';
import { insertTestJobs } from '../environment/jobs/insert-jobs.ts';

expectNoLeaks();

const error = JSON.stringify({ code: 'MODEL_TIMEOUT', message: 'No answer', attempt: 1 });

test('words and tags are stored of what is written before, while and after they are stored for the first time', async () => {
  await using testDatabase = await createTestDatabase();
  await using db = createDatabase(new pg.Pool({ connectionString: testDatabase.url, max: 2 }));
  await using writer = await openSession(testDatabase.url);
  const insertVideo = (id: string) =>
    writer.client.query(`insert into video (id, owner, title, path) values ($1, 'ann', $2, $3)`, [
      id,
      `Title of ${id}`,
      `${id}.mp4`,
    ]);
  const listWords = async (table: string) => {
    const { rows } = await sql<{ words: string }>`
      select words::text as words from ${sql.table(table)} order by words`.execute(db);
    return rows.map(({ words }) => words);
  };
  await sql`drop schema public cascade`.execute(db);
  await sql`create schema public`.execute(db);
  const migrationFolder = join(import.meta.dirname, '../../migrations');
  const provider = new FileMigrationProvider({ fs: { readdir }, path: { join }, migrationFolder });
  await new Migrator({ db, provider }).migrateTo('0036-stages');

  const listTags = async () => {
    const { rows } = await sql<{ tag: string }>`
      select tag from job_tag join job using (owner, id) order by tag`.execute(db);
    return rows.map(({ tag }) => tag);
  };

  const [job, other, tagged] = await insertTestJobs(db, 3);
  const setTags = `update job set tags = $2 where id = $1`;
  await writer.client.query(setTags, [tagged!.id, ['weekly', 'weekly']]);
  for (const id of ['kept', 'changed', 'deleted']) await insertVideo(id);
  await writer.client.query('begin');
  await insertVideo('new');
  await writer.client.query(`update video set title = 'Another title' where id = 'changed'`);
  await writer.client.query(`delete from video where id = 'deleted'`);
  await writer.client.query(`update job set error = $2 where id = $1`, [job!.id, error]);
  // It reads what is there, and then waits for whoever is writing.
  const migrated = migrateToLatest(db);
  await eventually(async () => {
    const { rows } = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      db,
    );
    expect(rows).toHaveLength(1);
  });
  await writer.client.query('commit');
  await migrated;

  const kept = [`'kept' 'of' 'title'`, `'new' 'of' 'title'`];
  expect(await listWords('video_text')).toEqual([`'another' 'title'`, ...kept]);
  expect(await listWords('job_text')).toEqual([`'answer' 'model' 'no' 'timeout'`, `'weekly'`]);
  expect(await listTags()).toEqual(['weekly']);
  await writer.client.query(`delete from video where id = 'changed'`);
  await writer.client.query(setTags, [other!.id, ['nightly', 'weekly']]);
  await writer.client.query(`delete from job where id = $1`, [tagged!.id]);
  await writer.client.query(`update job set error = null where id = $1`, [job!.id]);
  expect(await listWords('video_text')).toEqual(kept);
  expect(await listWords('job_text')).toEqual([`'nightly' 'weekly'`]);
  expect(await listTags()).toEqual(['nightly', 'weekly']);
});
