import { sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import { isUnfinishedJob } from '../jobs/rows/states.ts';

export interface QueueMinute {
  at: Date;
  /** Jobs whose first attempt started. */
  started: number;
  completed: number;
  failed: number;
}

/** What happened to the jobs of a type in each of the last minutes, the oldest first. The last one is not over. */
export async function listQueueMinutes(
  db: Database,
  type: string,
  minutes: number,
): Promise<QueueMinute[]> {
  // What has started since then has ended since then as well, or has not ended: both are found by an index.
  const { rows } = await sql<QueueMinute>`
    with minute as (
      select generate_series(
        date_trunc('minute', now()) - make_interval(mins => ${minutes}::int - 1), now(), interval '1 minute') as at
    ), since as (
      select min(at) as at from minute
    ), recent as materialized (
      select state, started_at, finished_at from job, since where type = ${type} and finished_at >= since.at
      union all
      select state, started_at, null from job where type = ${type} and ${isUnfinishedJob} and started_at is not null
    ), happened as (
      select date_trunc('minute', started_at) as at, 1 as started, 0 as completed, 0 as failed from recent
      union all
      select date_trunc('minute', finished_at), 0, (state = 'COMPLETED')::int, (state = 'FAILED')::int from recent
      where finished_at is not null
    )
    select minute.at, coalesce(sum(started), 0)::int as started, coalesce(sum(completed), 0)::int as completed,
      coalesce(sum(failed), 0)::int as failed
    from minute left join happened on happened.at = minute.at
    group by minute.at order by minute.at`.execute(db);
  return rows;
}
