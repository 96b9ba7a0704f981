import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/**
 * The jobs of each tag in the order of their ids, so that the first of very many are found without reading them all, as GIN does.
 * A job's tags are written once; as an index of `job`, they were written at each change of state.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ xid: string }>`
    select xid(pg_snapshot_xmin(pg_current_snapshot()))::text as xid`.execute(db);
  await sql`
    create table job_tag (
      tag text not null,
      owner text not null,
      id uuid not null,
      primary key (tag, owner, id)
    )`.execute(db);
  // Writers go on meanwhile: this is what takes long.
  await sql`
    insert into job_tag
    select distinct tag, owner, id from job, unnest(tags) tag where tags is not null
    order by tag, owner, id`.execute(db);
  await keepTags(db);
  await catchUp(db, rows[0]!.xid);
  await sql`drop index job_tags`.execute(db);
}

async function keepTags(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function store_job_tags() returns trigger language plpgsql as $$
    begin
      if tg_op <> 'INSERT' then
        delete from job_tag where tag = any(old.tags) and owner = old.owner and id = old.id;
      end if;
      if tg_op <> 'DELETE' then
        insert into job_tag select distinct tag, new.owner, new.id from unnest(new.tags) tag;
      end if;
      return null;
    end $$`.execute(db);
  const conditions = {
    insert: 'new.tags is not null',
    update: '(old.owner, old.id, old.tags) is distinct from (new.owner, new.id, new.tags)',
    delete: 'old.tags is not null',
  };
  for (const [operation, condition] of Object.entries(conditions)) {
    await sql`
      create trigger ${sql.ref(`store_tags_on_${operation}`)} after ${sql.raw(operation)} on job
      for each row when (${sql.raw(condition)}) execute function store_job_tags()`.execute(db);
  }
}

/** What others have written since this began. */
async function catchUp(db: Kysely<unknown>, xid: string): Promise<void> {
  await sql`
    insert into job_tag
    select distinct tag, owner, id from job, unnest(tags) tag
    where tags is not null and age(job.xmin) <= age(${xid}::xid)
    on conflict do nothing`.execute(db);
  await sql`
    delete from job_tag
    where not exists (
      select from job
      where job.id = job_tag.id and job.owner = job_tag.owner and job_tag.tag = any(job.tags))`.execute(
    db,
  );
}
