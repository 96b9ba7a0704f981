import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { isInLine, lineOrder, reversedLineOrder, waitsForTurn } from './states.ts';
import { priorityRanks } from './row.ts';

/** Maximum number of the owner's jobs that are counted from either end; further from both ends, the index is an estimate. */
const countedJobs = 750;

const { HIGH, NORMAL } = priorityRanks;
const firstId = sql.lit('00000000-0000-0000-0000-000000000000');

/**
 * The owners with waiting jobs in these queues, including pending ledger entries: how much of the queue's time each has used,
 * what the next job adds to it, and how many jobs of each priority wait. The queue serves the owner with the least time first;
 * among equals, the one with the oldest job.
 */
export function listTurns(types: RawBuilder<unknown>) {
  return sql`
    pending as materialized (
      select type, owner, sum(high)::int as high, sum(normal)::int as normal, sum(low)::int as low,
        coalesce(sum(ran_ms), 0)::bigint - sum(settled_ms)::bigint as used_ms, (min(job_id::text) filter (where high + normal + low > 0))::uuid as since
      from turn_entry where type in (${types}) group by type, owner
    ), waiting as (
      select type, owner, sum(high)::int as high, sum(normal)::int as normal, sum(low)::int as low
      from (
        select type, owner, high, normal, low from owner_turn
        where type in (${types}) and (high > 0 or normal > 0 or low > 0)
        union all
        select type, owner, high, normal, low from pending
      ) part
      group by type, owner having sum(high) + sum(normal) + sum(low) > 0
    ), turn as materialized (
      select waiting.*,
        (coalesce(known.pending, 0)
          + case when is_waiting then known.served else greatest(known.served, queue.present, 0) end
          + round(coalesce(pending.used_ms, 0) / coalesce(known.weight, 1)))::bigint as served,
        greatest(1, round(coalesce(known.expected_ms, queue.expected_ms, queue.default_ms, 1000)
          / coalesce(known.weight, 1)))::bigint as cost,
        case when is_waiting then known.since else coalesce(pending.since, known.since) end as since
      from waiting
        left join owner_turn known on known.type = waiting.type and known.owner = waiting.owner
        left join pending on pending.type = waiting.type and pending.owner = waiting.owner
        left join queue_turn queue on queue.type = waiting.type,
        lateral (select coalesce(known.high + known.normal + known.low > 0, false) as is_waiting) now
    ), share as materialized (
      -- For each owner and priority: the waiting jobs, and the time used when the first of them starts, after the more urgent ones.
      select type, owner, rank, jobs, more_urgent, cost, since, served + more_urgent * cost as base
      from turn, lateral (values
        (${sql.lit(HIGH)}, high, 0),
        (${sql.lit(NORMAL)}, normal, high),
        (${sql.lit(priorityRanks.LOW)}, low, high + normal)
      ) line(rank, jobs, more_urgent)
    )`;
}

/** Jobs that these queues hold and no worker has started, in the order of the queue. */
export function listInWindow(types: RawBuilder<unknown>) {
  return sql`
    in_window as materialized (
      select type, owner, id, position as announced, waiting_reason, level,
        row_number() over (partition by type order by level, entry.stands_back, dispatched_at, id) as place,
        row_number() over (partition by type, owner order by level, entry.stands_back, dispatched_at, id) - 1 as own
      from job, lateral (select
        case when lifted_at is null then priority_rank else ${sql.lit(HIGH)} end as level,
        lifted_at is null and coalesce(job.stands_back, false) as stands_back) entry
      where type in (${types}) and state = 'QUEUED' and dispatched_at is not null
    )`;
}

/**
 * The index of each waiting job of `asked` among its owner's jobs of the same priority, 0 for the first. One pass counts the
 * jobs between each and the one before it.
 */
export function listOwnIndexes() {
  return sql`
    gap as (
      select span.*, (
        select count(*) from (
          select from job
          where job.type = span.type and job.owner = span.owner and job.priority_rank = span.priority_rank
            and job.id >= span.from_id and job.id < span.id and ${waitsForTurn}
          limit ${countedJobs}
        ) ahead) as jobs
      from (
        select asked.*,
          lag(id, 1, ${firstId}::uuid) over (partition by type, owner, priority_rank order by id) as from_id
        from asked where dispatched_at is null
      ) span
    ), own as (
      select gap.*, sum(jobs) over line as ahead, bool_and(jobs < ${countedJobs}) over line as is_counted
      from gap window line as (partition by type, owner, priority_rank order by id)
    ), own_index as (
      select own.id, own.type, own.owner, own.priority_rank, announced, waiting_reason, follows, (
        case when is_counted then ahead else coalesce((${countFromEnd()}), ahead) end)::bigint as index
      from own
    )`;
}

/** Counts from the other end; far from both ends, interpolates by the timestamp at the start of the ids. */
function countFromEnd() {
  const line = sql`${isInLine('share')} and ${waitsForTurn}`;
  const time = (id: string) =>
    sql`('x' || left(replace(${sql.ref(id)}::text, '-', ''), 12))::bit(48)::bigint::float8`;
  return sql`
    select case
      when behind.jobs < ${countedJobs} then share.jobs - 1 - behind.jobs
      else ${countedJobs} + (share.jobs - 2 * ${countedJobs})
        * coalesce((${time('own.id')} - ${time('first.id')}) / nullif(${time('last.id')} - ${time('first.id')}, 0), 0.5)
      end
    from share,
      lateral (select count(*) as jobs from (
        select from job
        where job.type = own.type and job.owner = own.owner and job.priority_rank = own.priority_rank
          and job.id > own.id and ${waitsForTurn}
        limit ${countedJobs}) counted) behind,
      lateral (select id from job where ${line} order by ${lineOrder} limit 1) first,
      lateral (select id from job where ${line} order by ${reversedLineOrder} limit 1) last
    where share.type = own.type and share.owner = own.owner and share.rank = own.priority_rank`;
}
