import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const resultTables = ['video_summary', 'claim_extraction', 'claim_synthesis'];

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function own_result() returns trigger language plpgsql as $$
    begin
      new.owner := (select owner from job where id = new.job_id);
      return new;
    end $$`.execute(db);
  for (const table of resultTables) await letOutliveJob(db, table);

  // How many jobs have ever ended does not fall when old ones are deleted. One that is started over has not ended.
  await sql`drop trigger count_deleted_job on job`.execute(db);
  await sql`
    create or replace function count_final_job() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' and old.finished_at is not null then
        insert into job_total (type, state, jobs) values (old.type, old.state, -1);
      end if;
      if new.finished_at is not null then
        insert into job_total (type, state, jobs) values (new.type, new.state, 1);
      end if;
      return null;
    end $$`.execute(db);
}

/** From now on a result says by itself whose it is, and its job's id may be that of a job that is gone. */
async function letOutliveJob(db: Kysely<unknown>, name: string): Promise<void> {
  const table = sql.table(name);
  await sql`alter table ${table} add column owner text`.execute(db);
  await sql`update ${table} result set owner = job.owner from job where job.id = result.job_id`.execute(
    db,
  );
  await sql`
    alter table ${table}
      alter column owner set not null,
      drop constraint ${sql.ref(`${name}_job_id_fkey`)}`.execute(db);
  // By the database, so that workers of the version before can still save while others have the new one already.
  await sql`
    create trigger own_new_result before insert on ${table} for each row execute function own_result()`.execute(
    db,
  );
  await sql`create index ${sql.ref(`${name}_age`)} on ${table} (created_at)`.execute(db);
}
