import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** Whether a job waits in the rows for its turn; PostgreSQL uses the index of the same condition alone. */
const isWaiting = (job: string) =>
  sql.raw(
    `${job}.state = 'QUEUED' and ${job}.dispatched_at is null and (${job}.waits_for is null or ${job}.admitted_at is not null)`,
  );
const finalStates = sql.raw(`('COMPLETED', 'FAILED', 'CANCELED', 'EXPIRED')`);
/** How many of some jobs are of each priority. */
const countsOf = (rank: string) =>
  sql.raw(
    `count(*) filter (where ${rank} = 1), count(*) filter (where ${rank} = 5), count(*) filter (where ${rank} = 10)`,
  );

/** Jobs wait in the rows; each owner has a turn, which says how much of a queue's time the owner has had. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // When the job before a follower had completed, when a job was put before more urgent ones for its age, what its owner was
  // charged for it when it was handed over, whether it goes after jobs of owners who have had less, and how many shares its owner
  // had when it was started.
  await sql`alter table job add column admitted_at timestamptz, add column lifted_at timestamptz,
    add column charged_ms integer, add column stands_back boolean, add column owner_weight double precision`.execute(
    db,
  );
  await createTables(db);
  await createIndexes(db);
  await createLedger(db);
  await sql`insert into queue_turn (type) select distinct type from owner_turn`.execute(db);
}

async function createTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table queue_turn (
      type text primary key,
      present bigint not null default 0,
      expected_ms integer,
      default_ms integer,
      passed integer not null default 0,
      overtaken_id uuid,
      overtakes integer default 0
    )`.execute(db);
  await sql`
    create table owner_turn (
      type text not null,
      owner text not null,
      weight double precision not null default 1,
      served bigint not null default 0,
      pending bigint not null default 0,
      expected_ms integer,
      since uuid,
      high integer not null default 0,
      normal integer not null default 0,
      low integer not null default 0,
      primary key (type, owner)
    ) with (fillfactor = 70)`.execute(db);
  // What has changed of owners' turns. Entries are only added, so that nobody waits for anybody; take_turns sums them up.
  await sql`
    create table turn_entry (
      type text not null,
      owner text not null,
      job_id uuid,
      high integer not null default 0,
      normal integer not null default 0,
      low integer not null default 0,
      weight double precision,
      ran_ms bigint,
      settled_ms bigint not null default 0
    )`.execute(db);
}

async function createIndexes(db: Kysely<unknown>): Promise<void> {
  for (const priority of ['high', 'normal', 'low']) {
    await sql`create index ${sql.ref(`owner_turn_${priority}`)} on owner_turn (type, (served + pending), since)
      where ${sql.ref(priority)} > 0`.execute(db);
  }
  await sql`create index job_turn on job (type, owner, priority_rank, id)
    where ${isWaiting('job')}`.execute(db);
  await sql`create index job_in_flight on job (type, owner, id)
    where dispatched_at is not null and state in ('QUEUED', 'DELAYED', 'ACTIVE')`.execute(db);
  // Without it, and before statistics tell of a new backlog, all of it would be read to find what the queue has.
  await sql`create index job_handed_over on job (type, dispatched_at)
    where dispatched_at is not null and state = 'QUEUED'`.execute(db);
  await sql`drop index job_not_dispatched, job_place, job_waiting_follower`.execute(db);
  await sql`create index job_waiting_follower on job (id)
    where dispatched_at is null and state = 'QUEUED' and waits_for is not null and admitted_at is null`.execute(
    db,
  );
  await sql`
    insert into owner_turn (type, owner, since, high, normal, low)
    select type, owner, min(id::text)::uuid, ${countsOf('priority_rank')}
    from job where ${isWaiting('job')} group by type, owner`.execute(db);
}

/** By the database, so that it holds whoever writes. */
async function createLedger(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function enter_turns() returns trigger language plpgsql as $$
    begin
      insert into turn_entry (type, owner, job_id, weight, high, normal, low)
      select type, owner, min(id::text)::uuid, (array_agg(owner_weight order by id desc))[1], ${countsOf('priority_rank')}
      from new_rows where ${isWaiting('new_rows')} group by type, owner;
      return null;
    end $$`.execute(db);
  await sql`
    create function move_turn() returns trigger language plpgsql as $$
    declare
      ran bigint;
    begin
      if ${isWaiting('old')} then
        insert into turn_entry (type, owner, high, normal, low) values (old.type, old.owner,
          -(old.priority_rank = 1)::int, -(old.priority_rank = 5)::int, -(old.priority_rank = 10)::int);
      end if;
      if tg_op = 'DELETE' then return null; end if;
      if ${isWaiting('new')} then
        insert into turn_entry (type, owner, job_id, weight, high, normal, low) values (new.type, new.owner, new.id, new.owner_weight,
          (new.priority_rank = 1)::int, (new.priority_rank = 5)::int, (new.priority_rank = 10)::int);
      end if;
      -- From now on its owner has had the time that its attempts took, and not what was expected of it.
      if old.charged_ms is not null and old.state not in ${finalStates} and new.state in ${finalStates} then
        select coalesce(sum(extract(epoch from coalesce(finished_at, now()) - started_at)),
          extract(epoch from new.finished_at - new.started_at), 0) * 1000 into ran
        from job_attempt where job_id = new.id and round = new.round;
        insert into turn_entry (type, owner, ran_ms, settled_ms)
        values (old.type, old.owner, nullif(greatest(ran, 0), 0), old.charged_ms);
      end if;
      -- The queue did not take it.
      if old.charged_ms is not null and new.charged_ms is null and old.state not in ${finalStates} then
        insert into turn_entry (type, owner, settled_ms) values (old.type, old.owner, old.charged_ms);
      end if;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger enter_turns after insert on job referencing new table as new_rows
    for each statement execute function enter_turns()`.execute(db);
  await sql`
    create trigger move_turn after update on job for each row
    when (old.state <> new.state or old.priority_rank <> new.priority_rank or old.owner <> new.owner
      or old.type <> new.type or (old.dispatched_at is null) <> (new.dispatched_at is null)
      or (old.waits_for is null) <> (new.waits_for is null)
      or (old.admitted_at is null) <> (new.admitted_at is null))
    execute function move_turn()`.execute(db);
  await sql`
    create trigger leave_turn after delete on job for each row
    when (old.state = 'QUEUED') execute function move_turn()`.execute(db);
}
