import { sql } from 'kysely';
import type { JobRow, JobState } from './row.ts';
import type { Database } from '../../db/tables.ts';
import { isUnfinishedJob, isWaitingJob } from './states.ts';

/** Rows that one sweep touches at most; the rest is the next sweep's. */
export const sweepLimit = 200;
/** For so long the mutation that made a job may still be handing it to the queue itself. */
const handoverMs = 2_000;
const handoverEnd = sql`now() - make_interval(secs => ${sql.lit(handoverMs / 1_000)})`;

/** Whether who should have handed a job to its queue has left it behind; `leader` is the job before it. */
export const isUndispatched = sql<boolean>`(
  job.dispatched_at is null and ${isWaitingJob}
  and (leader.state = 'COMPLETED'
    or (job.waits_for is null and greatest(job.created_at, job.run_at) < ${handoverEnd})))`;

/** Jobs that can run and that nobody has handed to the queue, oldest first; those that follow no other come first. */
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

/** Followers that wait, though the job before them is in one of these states; each looks up that one job. */
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

/** Records that the queue has these rounds of the jobs, so that nobody enqueues them again. */
export async function markDispatched(db: Database, jobs: readonly JobRow[]): Promise<void> {
  const ids = jobs.map(({ id }) => id);
  const rounds = jobs.map(({ round }) => round);
  await sql`
    update job set dispatched_at = now()
    from unnest(${sql.val(ids)}::uuid[], ${sql.val(rounds)}::int[]) enqueued(id, round)
    where job.id = enqueued.id and job.round = enqueued.round`.execute(db);
}

/** A page of the jobs of a type that the queue should know of: handed over a while ago, and not final. */
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
    .where('dispatchedAt', '<', sql<Date>`now() - make_interval(secs => ${graceMs / 1000})`);
  if (afterId !== undefined) query = query.where('id', '>', afterId);
  return query.orderBy('id').limit(sweepLimit).execute();
}
