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
  // When the job before a follower had completed, when a job was put before more urgent ones for its age, and what its owner was
  // charged for it when it was handed over.
  await sql`alter table job add column admitted_at timestamptz, add column lifted_at timestamptz,
    add column charged_ms integer`.execute(db);
  await createTables(db);
  await createIndexes(db);
  await createLedger(db);
  await createFunctions(db);
  await sql`insert into queue_turn (type) select distinct type from owner_turn`.execute(db);
}

async function createTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table queue_turn (
      type text primary key,
      present bigint not null default 0,
      expected_ms integer,
      default_ms integer,
      passed integer not null default 0
    )`.execute(db);
  await sql`
    create table owner_turn (
      type text not null,
      owner text not null,
      weight double precision not null default 1,
      served bigint not null default 0,
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
      used_ms bigint not null default 0,
      ran_ms bigint
    )`.execute(db);
}

async function createIndexes(db: Kysely<unknown>): Promise<void> {
  for (const priority of ['high', 'normal', 'low']) {
    await sql`create index ${sql.ref(`owner_turn_${priority}`)} on owner_turn (type, served, since)
      where ${sql.ref(priority)} > 0`.execute(db);
  }
  await sql`create index job_turn on job (type, owner, priority_rank, id)
    where ${isWaiting('job')}`.execute(db);
  await sql`create index job_in_flight on job (type, owner, id)
    where dispatched_at is not null and state in ('QUEUED', 'DELAYED', 'ACTIVE')`.execute(db);
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
      insert into turn_entry (type, owner, job_id, high, normal, low)
      select type, owner, min(id::text)::uuid, ${countsOf('priority_rank')}
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
        insert into turn_entry (type, owner, job_id, high, normal, low) values (new.type, new.owner, new.id,
          (new.priority_rank = 1)::int, (new.priority_rank = 5)::int, (new.priority_rank = 10)::int);
      end if;
      -- From now on its owner has had the time that its attempts took, and not what was expected of it.
      if old.charged_ms is not null and old.state not in ${finalStates} and new.state in ${finalStates} then
        select coalesce(sum(extract(epoch from coalesce(finished_at, now()) - started_at)),
          extract(epoch from new.finished_at - new.started_at), 0) * 1000 into ran
        from job_attempt where job_id = new.id and round = new.round;
        ran := greatest(ran, 0);
        insert into turn_entry (type, owner, used_ms, ran_ms)
        values (old.type, old.owner, ran - old.charged_ms, nullif(ran, 0));
      end if;
      -- The queue did not take it.
      if old.charged_ms is not null and new.charged_ms is null and old.state not in ${finalStates} then
        insert into turn_entry (type, owner, used_ms) values (old.type, old.owner, -old.charged_ms);
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

async function createFunctions(db: Kysely<unknown>): Promise<void> {
  await createFold(db);
  await createTake(db);
  await createRecount(db);
}

/** Sums the ledger up; the queue's row must be locked. Who has waited for nothing begins at the queue's present. */
async function createFold(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function fold_turns(queue queue_turn, weights jsonb) returns void language plpgsql
    set enable_seqscan = off as $$
    begin
      with entry as (
        delete from turn_entry where type = queue.type returning *
      ), change as (
        select owner, coalesce((weights ->> owner)::float8, 1) as weight,
          (min(job_id::text) filter (where high + normal + low > 0))::uuid as since,
          sum(high) as high, sum(normal) as normal, sum(low) as low, sum(used_ms) as used_ms, avg(ran_ms)::int as ran_ms
        from entry group by owner order by owner
      ), expected as (
        update queue_turn set expected_ms = coalesce((queue.expected_ms * 3 + recent.ran_ms) / 4, recent.ran_ms)
        from (select avg(ran_ms)::int as ran_ms from change) recent
        where queue_turn.type = queue.type and recent.ran_ms is not null
      )
      insert into owner_turn as turn (type, owner, weight, served, expected_ms, since, high, normal, low)
      select queue.type, owner, weight, queue.present + round(used_ms / weight), ran_ms, since, high, normal, low
      from change
      on conflict (type, owner) do update set
        weight = excluded.weight,
        served = excluded.served - queue.present + case
          when turn.high + turn.normal + turn.low > 0 then turn.served
          else greatest(turn.served, queue.present) end,
        expected_ms = coalesce((turn.expected_ms * 3::bigint + excluded.expected_ms) / 4, excluded.expected_ms, turn.expected_ms),
        since = case
          when turn.high + turn.normal + turn.low > 0 then turn.since
          else coalesce(excluded.since, turn.since) end,
        high = turn.high + excluded.high,
        normal = turn.normal + excluded.normal,
        low = turn.low + excluded.low;
    end $$`.execute(db);
}

/** The jobs whose turn it is, as many as there is room for, and from now on in the queue. */
async function createTake(db: Kysely<unknown>): Promise<void> {
  const ofRank = (rank: number, waiting: string) => sql`(
    select ${sql.lit(rank)} as rank, turn.owner, turn.served, turn.since, free.jobs as free, expected.ms as expected_ms,
      greatest(1, round(expected.ms / turn.weight))::bigint as cost
    from owner_turn turn, lateral (
      select case when per_owner is null then room else per_owner - (
        select count(*)::int from job where type = queue.type and job.owner = turn.owner
          and dispatched_at is not null and state in ('QUEUED', 'DELAYED', 'ACTIVE')) end as jobs
    ) free, lateral (select coalesce(turn.expected_ms, queue.expected_ms, default_ms) as ms) expected
    where turn.type = queue.type and turn.${sql.ref(waiting)} > 0 and free.jobs > 0
    order by turn.served, turn.since limit room + 10)`;
  await sql`
    create function take_turns(
      queue_type text, width integer, per_owner integer, default_ms integer, weights jsonb,
      aged_after interval, aged_share integer
    ) returns setof job language plpgsql set enable_seqscan = off as $$
    declare
      queue queue_turn;
      room integer;
      room_normal integer;
      room_low integer;
    begin
      -- Whoever takes turns of this queue at the same time waits here, and then sees what was taken.
      select * into queue from queue_turn where type = queue_type for update;
      if queue.default_ms is distinct from take_turns.default_ms then
        insert into queue_turn (type, default_ms) values (queue_type, take_turns.default_ms)
        on conflict (type) do update set default_ms = excluded.default_ms;
        select * into queue from queue_turn where type = queue_type for update;
      end if;
      perform fold_turns(queue, weights);
      -- Less urgent jobs of the queue take no room from more urgent ones, which go first there too.
      select width - count(*) filter (where state = 'ACTIVE' or level = 1),
        width - count(*) filter (where state = 'ACTIVE' or level <= 5), width - count(*)
      into room, room_normal, room_low
      from (
        select state, case when lifted_at is null then priority_rank else 1 end as level from job
        where type = queue_type and dispatched_at is not null and state in ('QUEUED', 'ACTIVE')
      ) given;
      if room <= 0 then return; end if;

      return query
      with candidate as materialized (
        ${ofRank(1, 'high')} union all ${ofRank(5, 'normal')} union all ${ofRank(10, 'low')}
      ), head as materialized (
        select candidate.*, job.id, job.waits_since, job.number as number_of_rank,
          row_number() over (partition by candidate.owner order by candidate.rank, job.id) as number
        from candidate, lateral (
          select id, greatest(created_at, run_at, admitted_at) as waits_since, row_number() over (order by id) as number
          from job
          where type = queue.type and job.owner = candidate.owner and priority_rank = candidate.rank
            and ${isWaiting('job')}
          order by id limit least(room, candidate.free)
        ) job
      ), aged as (
        -- Those first that the queue has been given, and holds back.
        select id from (
          select id, -1::bigint as served from job
          where type = queue.type and dispatched_at is not null and state = 'QUEUED' and lifted_at is null
            and priority_rank > (select min(rank) from head)
            and greatest(created_at, run_at, admitted_at) < now() - aged_after
          union all
          select id, served from head
          where number_of_rank = 1 and rank > (select min(rank) from head) and waits_since < now() - aged_after
        ) old
        order by served, id limit (queue.passed + room) / aged_share
      ), chosen as (
        select head.id, rank, aged.id is not null as is_aged, expected_ms, row_number() over (
          order by aged.id is null, rank, served + (number - 1) * cost, since, head.id) as place
        from head left join aged on aged.id = head.id
        where number <= free
      ), locked as (
        select job.id, chosen.place, chosen.is_aged, chosen.expected_ms from job join chosen on chosen.id = job.id
        where ${isWaiting('job')}
          and place <= case when is_aged or rank = 1 then room when rank = 5 then room_normal else room_low end
        order by place for update of job skip locked
      ), taken as (
        -- A microsecond apart: this is their order in the queue.
        update job set dispatched_at = clock_timestamp() + locked.place * interval '1 microsecond',
          charged_ms = locked.expected_ms, lifted_at = case when locked.is_aged then now() end
        from locked where job.id = locked.id
        returning job.*
      ), lifted as (
        update job set lifted_at = now() from aged
        where job.id = aged.id and job.dispatched_at is not null and job.state = 'QUEUED'
        returning job.*
      ), charged as (
        update owner_turn turn set served = turn.served + round(charge.ms / turn.weight)
        from (select owner, sum(charged_ms) as ms from taken group by owner) charge
        where turn.type = queue.type and turn.owner = charge.owner
      ), moved as (
        update queue_turn set
          -- Where the one who has had least began the last of these jobs: who comes now begins there.
          present = greatest(present, (
            select min(served + greatest(0, (
              select count(*) from taken where taken.owner = candidate.owner) - 1) * cost)
            from candidate)),
          passed = case
            when exists (select from aged) then (passed + (select count(*) from taken)) % aged_share
            else least(passed + (select count(*) from taken), aged_share - 1) end
        where type = queue.type and exists (select from taken)
      )
      select * from (select * from taken union all select * from lifted) given order by dispatched_at;
    end $$`.execute(db);
}

/** Counts who waits anew; with triggers in place it changes nothing. */
async function createRecount(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function recount_turns(queue_type text) returns integer language plpgsql
    set enable_seqscan = off as $$
    declare
      mended integer;
    begin
      perform from queue_turn where type = queue_type for update;
      -- One statement, so that rows and ledger are of the same moment.
      with pending as (
        select owner, sum(high) as high, sum(normal) as normal, sum(low) as low
        from turn_entry where type = queue_type group by owner
      ), counted as (
        select owner, min(id::text)::uuid as since, count(*) filter (where priority_rank = 1) as high,
          count(*) filter (where priority_rank = 5) as normal, count(*) filter (where priority_rank = 10) as low
        from job where type = queue_type and ${isWaiting('job')} group by owner
      ), actual as (
        select owner, counted.since,
          coalesce(counted.high, 0) - coalesce(pending.high, 0) as high,
          coalesce(counted.normal, 0) - coalesce(pending.normal, 0) as normal,
          coalesce(counted.low, 0) - coalesce(pending.low, 0) as low
        from (select owner from owner_turn where type = queue_type and high + normal + low <> 0
          union select owner from counted union select owner from pending) known
        left join counted using (owner) left join pending using (owner)
      ), repaired as (
        insert into owner_turn as turn (type, owner, since, high, normal, low)
        select queue_type, actual.owner, actual.since, actual.high, actual.normal, actual.low
        from actual left join owner_turn known on known.type = queue_type and known.owner = actual.owner
        where (actual.high, actual.normal, actual.low)
          <> (coalesce(known.high, 0), coalesce(known.normal, 0), coalesce(known.low, 0))
        order by actual.owner
        on conflict (type, owner) do update
        set high = excluded.high, normal = excluded.normal, low = excluded.low, since = coalesce(turn.since, excluded.since)
        returning 1
      )
      select count(*) into mended from repaired;
      return mended;
    end $$`.execute(db);
}
