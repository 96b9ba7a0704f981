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
  await createLeastStanding(db);
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
        -- What is set goes before what the newest job came with.
        select entry.owner, coalesce((weights ->> entry.owner)::float8,
            case when count(job_id) > 0 then coalesce((array_agg(entry.weight order by job_id desc) filter (where job_id is not null))[1], 1) end,
            known.weight, 1) as weight,
          (min(job_id::text) filter (where entry.high + entry.normal + entry.low > 0))::uuid as since,
          sum(entry.high) as high, sum(entry.normal) as normal, sum(entry.low) as low, coalesce(sum(ran_ms), 0) as used_ms, sum(settled_ms) as settled_ms, avg(ran_ms)::int as ran_ms
        from entry left join owner_turn known on known.type = queue.type and known.owner = entry.owner
        group by entry.owner, known.weight order by entry.owner
      ), waiting as materialized (
        select min(it.served) as least, max(it.served) as most, sum(it.weight) as weights
        from (
          select turn.weight, turn.served + coalesce(round(change.used_ms / change.weight), 0) as served
          from owner_turn turn left join change on change.owner = turn.owner
          where turn.type = queue.type and (turn.high > 0 or turn.normal > 0 or turn.low > 0)
            and turn.high + turn.normal + turn.low + coalesce(change.high + change.normal + change.low, 0) > 0
        ) it
      ), recent as (
        select sum(used_ms) as used_ms, avg(ran_ms)::int as ran_ms from change
      ), start as materialized (
        -- Where the one is who has had least of those who wait. It moves on as they are served, so that an endless row of
        -- new owners, who all begin there, does not stay ahead of one who has had more.
        select greatest(queue.present, waiting.least,
          least(queue.present + recent.used_ms / waiting.weights, waiting.most))::bigint as present
        from waiting, recent
      ), moved as (
        update queue_turn set present = start.present,
          expected_ms = coalesce((queue.expected_ms * 3 + recent.ran_ms) / 4, recent.ran_ms, queue.expected_ms)
        from start, recent
        where queue_turn.type = queue.type and (start.present > queue.present or recent.ran_ms is not null)
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

/**
 * What the queue has been given and no worker has begun is in order of these: by priority, and of each priority last those that
 * stand back, as their owners have had more. What was lifted for its age is as urgent as can be.
 */
const givenLevel = sql.raw(
  '(case when lifted_at is null then priority_rank * 2 + coalesce(stands_back, false)::int else 2 end)',
);
const isHeld = sql.raw(`(type = queue.type and dispatched_at is not null and state = 'QUEUED')`);

/**
 * Of the owners whose jobs of this priority stand back in the queue, the least that one has had or has running; null if there
 * are none. Whoever has had no more goes before them.
 */
async function createLeastStanding(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function least_standing(queue queue_turn, rank integer) returns bigint language plpgsql stable
    set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
    begin
      return (
        select min(turn.served + turn.pending - round(held.ms / turn.weight))::bigint
        from (
          select owner, sum(charged_ms) as ms,
            bool_or(stands_back and lifted_at is null and priority_rank = rank) as stands_back
          from job where ${isHeld} group by owner
        ) held join owner_turn turn on turn.type = queue.type and turn.owner = held.owner
        where held.stands_back);
    end $$`.execute(db);
}

/** The jobs whose turn it is, as many as there is room for, and from now on in the queue. */
async function createTake(db: Kysely<unknown>): Promise<void> {
  const ofRank = (rank: number, waiting: string) => sql`(
    select ${sql.lit(rank)} as rank, turn.owner, turn.served, turn.served + turn.pending as charged, turn.since, turn.weight, free.jobs as free, expected.ms as expected_ms,
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
      queue queue_turn, width integer, room integer, per_owner integer, default_ms integer,
      aged_after interval, aged_share integer
    ) returns setof job language plpgsql
    -- Planning takes longer than all the rest. Without scans and sorts, what fits an idle queue fits a full one.
    set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
    set enable_sort = off set enable_incremental_sort = off as $$
    begin
      return query
      with candidate as materialized (
        ${ofRank(1, 'high')} union all ${ofRank(5, 'normal')} union all ${ofRank(10, 'low')}
      ), held as materialized (
        select owner, ${givenLevel} as level, count(*) as jobs, sum(charged_ms) as ms from job where ${isHeld} group by owner, level
      ), standing as materialized (
        -- Who has had no more goes before these, until the oldest has been overtaken as often as the queue has places.
        select rank, oldest.id, least_standing(queue, rank) as base,
          oldest.id is not distinct from queue.overtaken_id and queue.overtakes >= width as is_overtaken
        from (select distinct candidate.rank from candidate) line, lateral (
          select id from job where ${isHeld} and stands_back and lifted_at is null and priority_rank = rank
          order by dispatched_at limit 1
        ) oldest
      ), placed as materialized (
        select candidate.*,
          exists (select from held where held.owner = candidate.owner and level < candidate.rank * 2 + 2)
            or coalesce(standing.is_overtaken or standing.base < charged - coalesce(round((
              select sum(ms) from held where held.owner = candidate.owner) / weight), 0), false) as stands_back
        from candidate left join standing on standing.rank = candidate.rank
      ), head as materialized (
        select placed.*, job.id, job.waits_since, job.number as number_of_rank,
          row_number() over (partition by placed.owner order by placed.rank, job.id) as number
        from placed, lateral (
          select id, waits_since, row_number() over (order by id) as number
          from (
            select id, greatest(created_at, run_at, admitted_at) as waits_since from job
            -- As a range, the priority is part of the order, which no other index has: by id alone, others are in between.
            where type = queue.type and job.owner = placed.owner
              and priority_rank between placed.rank and placed.rank and ${isWaiting('job')}
            order by priority_rank, id limit least(room, placed.free)
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
        order by charged, id limit (queue.passed + (
          select greatest(0, room - coalesce(sum(jobs), 0))::int from held where held.level = 3)) / aged_share
      ), line as (
        select turn.*, row_number() over (order by not is_aged, rank, turn_at, since, id) as place,
          -- Whoever goes after one that stands back does so as well.
          case when is_aged then 2 else rank * 2 + (bool_or(not is_aged and (stands_back or number > 1)) over (
            partition by rank order by not is_aged, turn_at, since, id))::int end as level
        from (
          select head.*, aged.id is not null as is_aged, charged + (number - 1) * cost as turn_at
          from head left join aged on aged.id = head.id
          where number <= free
        ) turn
      ), places as materialized (
        -- Counted again: what has begun since the first look is no longer among those held.
        select least(room, width - count(*))::int as free from job
        where type = queue.type and dispatched_at is not null
          and state in ('QUEUED', 'ACTIVE') and (state = 'ACTIVE' or ${givenLevel} = 2)
      ), chosen as materialized (
        -- What goes after it in the queue takes no room from it.
        select * from line where place <= (select places.free from places) - (
          select coalesce(sum(jobs), 0) from held
          where held.level > 2 and held.level <= case when is_aged then 3 else line.level end)
      ), locked as materialized (
        -- One by one, by the primary key: a join may read all that waits, for each of them.
        select it.id, chosen.place, chosen.is_aged, chosen.expected_ms, chosen.level
        from (select * from chosen order by place) chosen cross join lateral (
          select id from job where job.id = chosen.id and (case when ${isWaiting('job')} then true end)
          limit 1 for update skip locked
        ) it
      ), taken as (
        -- A microsecond apart: this is their order in the queue.
        update job set dispatched_at = clock_timestamp() + locked.place * interval '1 microsecond',
          charged_ms = locked.expected_ms, lifted_at = case when locked.is_aged then now() end, stands_back = locked.level % 2 = 1
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
          (overtaken_id, overtakes) = (
            select oldest.id, case when oldest.id = overtaken_id then overtakes else 0 end
              + (select count(*) from taken where priority_rank = oldest.rank and not stands_back)
            from standing oldest order by oldest.rank limit 1),
          passed = case
            when exists (select from aged) then (passed + (select count(*) from taken)) % aged_share
            else least(passed + (select count(*) from taken), aged_share - 1) end
        where type = queue.type and exists (select from taken)
      )
      select * from (select * from taken union all select * from lifted) given order by dispatched_at;
    end $$`.execute(db);
  // Who has had least, of those with the most urgent jobs that wait.
  const findFirst = (rank: number, waiting: string) => sql`
      select * into candidate from owner_turn where type = queue_type and ${sql.ref(waiting)} > 0
      order by served + pending, since limit 1;
      has_${sql.raw(waiting)} := found;
      if found and first_rank is null then
        first := candidate;
        first_rank := ${sql.lit(rank)};
      end if;`;
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
      room_urgent integer;
      least_urgent_given integer;
      stand_back boolean;
      has_high boolean;
      has_normal boolean;
      has_low boolean;
      candidate owner_turn;
      first owner_turn;
      first_rank integer;
      room_first integer;
      held record;
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
      ${findFirst(1, 'high')} ${findFirst(5, 'normal')} ${findFirst(10, 'low')}
      if first_rank is null then return; end if;
      -- What goes after others in the queue takes no room from them.
      select width - count(*) filter (where state = 'ACTIVE' or level = 2),
        width - count(*) filter (where state = 'ACTIVE' or level <= 3),
        width - count(*) filter (where state = 'ACTIVE' or level < first_rank * 2 + 2),
        coalesce(max(level) filter (where state = 'QUEUED'), 0),
        coalesce(bool_or(level = first_rank * 2 + 1) filter (where state = 'QUEUED'), false)
      into room, room_urgent, room_first, least_urgent_given, stand_back
      from (
        select state, ${givenLevel} as level from job
        where type = queue_type and dispatched_at is not null and state in ('QUEUED', 'ACTIVE')
      ) given;
      if room <= 0 then return; end if;
      -- What is aged finds room as if it were urgent, but only beside something more urgent that waits.
      may_be_aged := room_urgent > 0 and ((has_high and (has_normal or has_low or least_urgent_given > 3))
        or (has_normal and (has_low or least_urgent_given > 11)));
      if room_first <= 0 and not may_be_aged then
        if not stand_back then return; end if;
        select count(*) filter (where priority_rank <= first_rank) as jobs, coalesce(sum(charged_ms), 0) as ms into held
        from job where ${isHeld} and owner = first.owner;
        if held.jobs > 0 or first.served + first.pending - round(held.ms / first.weight) > least_standing(queue, first_rank)
        then return; end if;
      end if;
      return query select * from choose_turns(
        queue, width, room, per_owner, default_ms, aged_after, aged_share);
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
