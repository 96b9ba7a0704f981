import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** Whether a job waits in the rows for its turn; PostgreSQL uses the index of the same condition alone. */
const isWaiting = (job: string) =>
  sql.raw(
    `${job}.state = 'QUEUED' and ${job}.dispatched_at is null and (${job}.waits_for is null or ${job}.admitted_at is not null)`,
  );
/** How turns are taken: in the database, so that nobody holds a queue's turns while the network is slow. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createFold(db);
  await createTake(db);
  await createRecount(db);
}

/** Sums the ledger up; the queue's row must be locked. Who has waited for nothing begins at the queue's present. */
async function createFold(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function fold_turns(queue queue_turn, weights jsonb) returns void language plpgsql
    set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
    begin
      with entry as (
        delete from turn_entry where type = queue.type returning *
      ), change as (
        select owner, coalesce((weights ->> owner)::float8, 1) as weight,
          (min(job_id::text) filter (where high + normal + low > 0))::uuid as since,
          sum(high) as high, sum(normal) as normal, sum(low) as low, coalesce(sum(ran_ms), 0) as used_ms, sum(settled_ms) as settled_ms, avg(ran_ms)::int as ran_ms
        from entry group by owner order by owner
      ), expected as (
        update queue_turn set expected_ms = coalesce((queue.expected_ms * 3 + recent.ran_ms) / 4, recent.ran_ms)
        from (select avg(ran_ms)::int as ran_ms from change) recent
        where queue_turn.type = queue.type and recent.ran_ms is not null
      ), start as materialized (
        -- Where the one is who has had least of those who wait.
        select greatest(queue.present, (
          select min(turn.served + coalesce(round(change.used_ms / change.weight), 0))
          from owner_turn turn left join change on change.owner = turn.owner
          where turn.type = queue.type and (turn.high > 0 or turn.normal > 0 or turn.low > 0)
        ))::bigint as present
      )
      insert into owner_turn as turn (type, owner, weight, served, pending, expected_ms, since, high, normal, low)
      select queue.type, owner, weight, present + round(used_ms / weight), -round(settled_ms / weight), ran_ms, since, high, normal, low
      from change, start
      on conflict (type, owner) do update set
        weight = excluded.weight,
        served = excluded.served - (select present from start) + case
          when turn.high + turn.normal + turn.low > 0 then turn.served
          else greatest(turn.served, (select present from start)) end,
        pending = greatest(0, turn.pending + excluded.pending),
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
    select ${sql.lit(rank)} as rank, turn.owner, turn.served, turn.served + turn.pending as charged, turn.since, free.jobs as free, expected.ms as expected_ms,
      greatest(1, round(expected.ms / turn.weight))::bigint as cost
    from owner_turn turn, lateral (
      select case when per_owner is null then room else per_owner - (
        select count(*)::int from job where type = queue.type and job.owner = turn.owner
          and dispatched_at is not null and state in ('QUEUED', 'DELAYED', 'ACTIVE')) end as jobs
    ) free, lateral (select coalesce(turn.expected_ms, queue.expected_ms, default_ms) as ms) expected
    where turn.type = queue.type and turn.${sql.ref(waiting)} > 0 and free.jobs > 0
    order by turn.served + turn.pending, turn.since limit room + 10)`;
  await sql`
    create function choose_turns(
      queue queue_turn, room integer, room_normal integer, room_low integer, per_owner integer, default_ms integer,
      aged_after interval, aged_share integer
    ) returns setof job language plpgsql
    -- A plan that was made for an idle queue reads a full one from end to end; so does one that sorts what an index has in order.
    set plan_cache_mode = force_custom_plan set enable_seqscan = off set enable_bitmapscan = off
    set enable_sort = off set enable_incremental_sort = off as $$
    begin
      return query
      with candidate as materialized (
        ${ofRank(1, 'high')} union all ${ofRank(5, 'normal')} union all ${ofRank(10, 'low')}
      ), head as materialized (
        select candidate.*, job.id, job.waits_since, job.number as number_of_rank,
          row_number() over (partition by candidate.owner order by candidate.rank, job.id) as number
        from candidate, lateral (
          select id, waits_since, row_number() over (order by id) as number
          from (
            select id, greatest(created_at, run_at, admitted_at) as waits_since from job
            -- As a range, the priority is part of the order, which no other index has: by id alone, others are in between.
            where type = queue.type and job.owner = candidate.owner
              and priority_rank between candidate.rank and candidate.rank and ${isWaiting('job')}
            order by priority_rank, id limit least(room, candidate.free)
          ) first
        ) job
      ), aged as (
        -- Those first that the queue has been given, and holds back.
        select id from (
          select id, -1::bigint as charged from job
          where type = queue.type and dispatched_at is not null and state = 'QUEUED' and lifted_at is null
            and priority_rank > (select min(rank) from head)
            and greatest(created_at, run_at, admitted_at) < now() - aged_after
          union all
          select id, charged from head
          where number_of_rank = 1 and rank > (select min(rank) from head) and waits_since < now() - aged_after
        ) old
        order by charged, id limit (queue.passed + room) / aged_share
      ), line as (
        select head.id, rank, aged.id is not null as is_aged, expected_ms, row_number() over (
          order by aged.id is null, rank, charged + (number - 1) * cost, since, head.id) as place
        from head left join aged on aged.id = head.id
        where number <= free
      ), chosen as materialized (
        select * from line
        where place <= case when is_aged or rank = 1 then room when rank = 5 then room_normal else room_low end
      ), locked as materialized (
        -- One by one, by the primary key: a join may read all that waits, for each of them.
        select it.id, chosen.place, chosen.is_aged, chosen.expected_ms
        from (select * from chosen order by place) chosen cross join lateral (
          select id from job where job.id = chosen.id and (case when ${isWaiting('job')} then true end)
          limit 1 for update skip locked
        ) it
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
        update owner_turn turn set pending = turn.pending + round(charge.ms / turn.weight)
        from (select owner, sum(charged_ms) as ms from taken group by owner) charge
        where turn.type = queue.type and turn.owner = charge.owner
      ), moved as (
        update queue_turn set
          present = greatest(present, (select min(served) from candidate)),
          passed = case
            when exists (select from aged) then (passed + (select count(*) from taken)) % aged_share
            else least(passed + (select count(*) from taken), aged_share - 1) end
        where type = queue.type and exists (select from taken)
      )
      select * from (select * from taken union all select * from lifted) given order by dispatched_at;
    end $$`.execute(db);
  await sql`
    create function take_turns(
      queue_type text, width integer, per_owner integer, default_ms integer, weights jsonb,
      aged_after interval, aged_share integer
    ) returns setof job language plpgsql
    -- Each is a look into an index, whose plan is the same for an idle queue and a full one; most calls find no room.
    set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
    declare
      queue queue_turn;
      room integer;
      room_normal integer;
      room_low integer;
      least_urgent_given integer;
      has_high boolean;
      has_normal boolean;
      has_low boolean;
      room_first integer;
      may_be_aged boolean;
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
        width - count(*) filter (where state = 'ACTIVE' or level <= 5), width - count(*),
        coalesce(max(level) filter (where state = 'QUEUED'), 0)
      into room, room_normal, room_low, least_urgent_given
      from (
        select state, case when lifted_at is null then priority_rank else 1 end as level from job
        where type = queue_type and dispatched_at is not null and state in ('QUEUED', 'ACTIVE')
      ) given;
      if room <= 0 then return; end if;
      has_high := exists (select from owner_turn where type = queue_type and high > 0);
      has_normal := exists (select from owner_turn where type = queue_type and normal > 0);
      has_low := exists (select from owner_turn where type = queue_type and low > 0);
      if not (has_high or has_normal or has_low) then return; end if;
      room_first := case when has_high then room when has_normal then room_normal else room_low end;
      -- What is aged finds room as if it were urgent, but only beside something more urgent that waits.
      may_be_aged := (has_high and (has_normal or has_low or least_urgent_given > 1))
        or (has_normal and (has_low or least_urgent_given > 5));
      if room_first <= 0 and not may_be_aged then return; end if;
      return query select * from choose_turns(
        queue, room, room_normal, room_low, per_owner, default_ms, aged_after, aged_share);
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
      update owner_turn turn set pending = actual.ms
      from (
        select owner, round((coalesce(flight.ms, 0) + coalesce(entry.ms, 0)) / weight)::bigint as ms
        from owner_turn
          left join (
            select owner, sum(charged_ms) as ms from job where type = queue_type
              and dispatched_at is not null and state in ('QUEUED', 'DELAYED', 'ACTIVE') group by owner
          ) flight using (owner)
          left join (select owner, sum(settled_ms) as ms from turn_entry where type = queue_type group by owner) entry
            using (owner)
        where type = queue_type
      ) actual
      where turn.type = queue_type and turn.owner = actual.owner and abs(turn.pending - actual.ms) > 1000;
      return mended;
    end $$`.execute(db);
}
