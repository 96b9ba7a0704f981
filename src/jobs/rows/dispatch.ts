import { sql } from 'kysely';
import type { JobRow, JobState } from './row.ts';
import { msFromNow } from '../../db/clock.ts';
import type { Database } from '../../db/tables.ts';
import { isUnfinishedJob } from './states.ts';

/** Rows that one sweep of the dispatcher handles at most; the next sweep handles the rest. */
export const sweepLimit = 200;

/** Lets jobs wait for their turn whose predecessor has completed; returns how many. */
export async function admitFollowers(db: Database): Promise<number> {
  const { rows } = await sql`
    with ready as (
      select id from job where id in (select id from ${waitingFollowers('COMPLETED')})
      order by id for update skip locked
    )
    update job set admitted_at = now() from ready
    where job.id = ready.id and job.state = 'QUEUED' and job.admitted_at is null
    returning job.id`.execute(db);
  return rows.length;
}

/** Jobs that wait for a predecessor which is in one of these states. */
export function waitingFollowers(...states: JobState[]) {
  return sql`(
    select job.* from job, lateral (
      select from job leader where leader.id = job.waits_for and leader.state in (${sql.join(states.map((state) => sql.lit(state)))})
      limit 1
    ) leader
    where job.dispatched_at is null and job.state = 'QUEUED' and job.waits_for is not null
      and job.admitted_at is null
    order by job.id limit ${sweepLimit}
  ) follower`;
}

/** A page of a type's jobs that the queue should have: dispatched at least `graceMs` ago, and not final. */
export async function listDispatched(
  db: Database,
  type: string,
  afterId: string | undefined,
  graceMs: number,
): Promise<JobRow[]> {
  let query = db
    .selectFrom('job')
    .selectAll()
    .where('type', '=', type)
    .where(isUnfinishedJob)
    .where('dispatchedAt', '<', msFromNow(-graceMs));
  if (afterId !== undefined) query = query.where('id', '>', afterId);
  return query.orderBy('id').limit(sweepLimit).execute();
}
