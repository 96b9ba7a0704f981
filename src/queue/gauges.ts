import { sql } from 'kysely';
import { isInLine, lineOrder, waitsForTurn } from '../jobs/rows/states.ts';
import type { Database } from '../db/tables.ts';
import { handoverEnd } from './turns.ts';
import { isPresent } from './workers.ts';

/** What the rows say of one queue now. */
export interface QueueGauges {
  type: string;
  /** Jobs that wait for a worker; those that wait for the job before them do not. */
  queued: number;
  active: number;
  delayed: number;
  /** How long the one has waited that waits longest, in seconds; 0 when none does. */
  oldestSeconds: number;
  /** Jobs whose turn it is, and that nobody hands to the queue. */
  undispatched: number;
  /** Worker processes that are there. */
  workers: number;
  /** Of the latest ranges that were promised and have been put to the test, the share that held; null if there are none. */
  estimateCoverage: number | null;
}

/** A type of jobs, and the queue that they are in. */
export interface TypeAndQueue {
  type: string;
  queue: string;
  /** Jobs of one owner that the queue has at once; absent or null: no limit. */
  perOwner?: number | null;
}

/** Of each owner and priority, the oldest job is sought among so many; ids grow with time, and a delay is not in them. */
const oldestSought = 10;

/** Figures of all queues, in one statement; what merely waits is not counted job by job. */
export async function listQueueGauges(
  db: Database,
  known: readonly TypeAndQueue[],
): Promise<QueueGauges[]> {
  const { rows } = await sql<QueueGauges>`
    select known.type,
      (in_flight.queued + waiting.jobs)::int as queued,
      (select count(*)::int from job where job.type = known.type and state = 'ACTIVE') as active,
      (select count(*)::int from job where job.type = known.type and state = 'DELAYED') as delayed,
      greatest(extract(epoch from now() - least(in_flight.since, ${oldestWaiting})), 0)::float8 as oldest_seconds,
      (${countLeft} + case when in_flight.queued > 0 then 0 else ${countUntaken} end)::int as undispatched,
      (select count(*)::int from worker where worker.queue = known.queue and ${isPresent}) as workers,
      (select avg((ended_at between completes_after and completes_before)::int)::float8 from estimate_promise promise
        where promise.type = known.type and ended_at is not null) as estimate_coverage
    from jsonb_to_recordset(${JSON.stringify(known)}::jsonb) as known(type text, queue text, "perOwner" int), lateral (
      select count(*) as queued, min(${waitsSince}) as since from job
      where job.type = known.type and state = 'QUEUED' and dispatched_at is not null
    ) in_flight, lateral (
      select coalesce(sum(high + normal + low), 0) as jobs from (
        select high, normal, low from owner_turn turn
        where turn.type = known.type and (high > 0 or normal > 0 or low > 0)
        union all
        select high, normal, low from turn_entry entry where entry.type = known.type
      ) part
    ) waiting`.execute(db);
  return rows;
}

/** A follower waits for a worker once the job before it has completed. */
const waitsSince = sql<Date>`greatest(job.created_at, job.run_at,
  case when job.waits_for is not null then coalesce(job.admitted_at, job.dispatched_at) end)`;

const oldestWaiting = sql<Date | null>`(
  select min(head.since)
  from (select type, owner from owner_turn where owner_turn.type = known.type and (high > 0 or normal > 0 or low > 0)
      union select type, owner from turn_entry where turn_entry.type = known.type) turn,
    (values (1), (5), (10)) priority(rank),
    lateral (select turn.*, rank) line,
    lateral (
      select ${waitsSince} as since from job
      where ${isInLine('line')} and ${waitsForTurn}
      order by ${lineOrder} limit ${sql.lit(oldestSought)}
    ) head)`;

/** Jobs whose time has come, or whose predecessor has completed, and that nobody lets wait for their turn. */
const countLeft = sql<number>`(
  (select count(*) from job where job.type = known.type and state = 'DELAYED' and dispatched_at is null
    and next_attempt_at < ${handoverEnd})
  + (select count(*) from job join job leader on leader.id = job.waits_for
    where job.type = known.type and job.state = 'QUEUED' and job.dispatched_at is null and job.waits_for is not null
      and job.admitted_at is null and leader.state = 'COMPLETED' and leader.finished_at < ${handoverEnd}))`;

/** Jobs that wait, of owners who may have more in the queue. */
const countUntaken = sql<number>`(
  select count(*) from job
  where job.type = known.type and ${waitsForTurn} and ${waitsSince} < ${handoverEnd}
    and (known."perOwner" is null or known."perOwner" > (
      select count(*) from job other
      where other.type = known.type and other.owner = job.owner and other.dispatched_at is not null
        and other.state in ('QUEUED', 'DELAYED', 'ACTIVE'))))`;
