import { sql } from 'kysely';
import type { JobRow, JobState } from './row.ts';
import { msFromNow } from '../../db/clock.ts';
import type { Database } from '../../db/tables.ts';
import { isUnfinishedJob, isWaitingJob } from './states.ts';

/** Rows that one sweep of the dispatcher handles at most; the next sweep handles the rest. */
export const sweepLimit = 200;
/** How long the mutation that made a job may take to dispatch it itself. */
const handoverMs = 2_000;
const handoverEnd = msFromNow(-handoverMs);

/** Whether a job should have been dispatched by now and was not; `leader` is its predecessor. */
export const isUndispatched = sql<boolean>`(
  job.dispatched_at is null and ${isWaitingJob}
  and (leader.state = 'COMPLETED'
    or (job.waits_for is null and greatest(job.created_at, job.run_at) < ${handoverEnd})))`;

/** Jobs that can run and were not dispatched: first those without a predecessor, then the others, each oldest first. */
export async function listUndispatched(db: Database): Promise<JobRow[]> {
  const { rows } = await sql<JobRow>`
    (select job.* from job
      where dispatched_at is null and state = 'QUEUED' and waits_for is null
        and (run_at <= now() or created_at < ${handoverEnd})
      order by id limit ${sweepLimit})
    union all
    (select follower.* from ${waitingFollowers('COMPLETED')})`.execute(db);
  return rows;
}

/** Jobs that wait for a predecessor which is in one of these states. */
export function waitingFollowers(...states: JobState[]) {
  return sql`(
    select job.* from job, lateral (
      select from job leader where leader.id = job.waits_for and leader.state in (${sql.join(states.map((state) => sql.lit(state)))})
      limit 1
    ) leader
    where job.dispatched_at is null and job.state = 'QUEUED' and job.waits_for is not null
    order by job.id limit ${sweepLimit}
  ) follower`;
}

/** Records that the queue has these rounds of the jobs, so that they are not enqueued again. */
export async function markDispatched(db: Database, jobs: readonly JobRow[]): Promise<void> {
  const ids = jobs.map(({ id }) => id);
  const rounds = jobs.map(({ round }) => round);
  await sql`
    update job set dispatched_at = now()
    from unnest(${sql.val(ids)}::uuid[], ${sql.val(rounds)}::int[]) enqueued(id, round)
    where job.id = enqueued.id and job.round = enqueued.round`.execute(db);
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
