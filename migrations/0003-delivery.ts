import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // The place in its queue that a job was last announced with, and when.
  await sql`alter table job add column position integer, add column positioned_at timestamptz`.execute(
    db,
  );

  // How many jobs of a type have ended in which state: a ledger to sum up, as counting a long history takes too long.
  // Entries are only added, so that nobody waits for anybody; now and then they are replaced by their sums.
  await sql`
    create table job_total (
      type text not null,
      state text not null,
      jobs bigint not null
    )`.execute(db);
  await sql`
    insert into job_total (type, state, jobs)
    select type, state, count(*) from job where finished_at is not null group by type, state`.execute(
    db,
  );
  await sql`
    create function count_final_job() returns trigger language plpgsql as $$
    begin
      if tg_op in ('UPDATE', 'DELETE') and old.finished_at is not null then
        insert into job_total (type, state, jobs) values (old.type, old.state, -1);
      end if;
      if tg_op in ('UPDATE', 'INSERT') and new.finished_at is not null then
        insert into job_total (type, state, jobs) values (new.type, new.state, 1);
      end if;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger count_ended_job after update of state on job for each row
    when (old.state <> new.state and (old.finished_at is not null or new.finished_at is not null))
    execute function count_final_job()`.execute(db);
  await sql`
    create trigger count_imported_job after insert on job for each row
    when (new.finished_at is not null) execute function count_final_job()`.execute(db);
  await sql`
    create trigger count_deleted_job after delete on job for each row
    when (old.finished_at is not null) execute function count_final_job()`.execute(db);
}
