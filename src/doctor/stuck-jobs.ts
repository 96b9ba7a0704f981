import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import { isUnfinishedJob, isWaitingJob } from '../jobs/rows/states.ts';
import { isAmong } from '../db/owned-reader.ts';
import { pluralize } from '../platform/text.ts';
import type { Queues } from '../queue/queues.ts';
import { ok, warning, wrong } from './finding.ts';
import type { Finding } from './finding.ts';
import type { QueueOptions } from './queues.ts';
import { listDispatched } from '../jobs/rows/dispatch.ts';

/** Dispatching a row takes a second or two. */
const dispatchSeconds = 30;
/** Maximum rows of one kind that are examined. */
const sampleSize = 100;
/** The dispatcher runs every second: rows that are still there after this are stuck. */
const recheckMs = 2_500;
/** Time for a run to abort after its deadline. */
const deadlineSlackMs = 60_000;
/** Maximum ids in one line. */
const namedIds = 3;

/** Checks that accepted jobs reach their queue. */
export async function checkDispatch({ db }: Pick<QueueOptions, 'db'>): Promise<Finding> {
  const check = 'jobs not dispatched';
  const first = await listUndispatched(db);
  if (first.length === 0) return ok(check, `none is older than ${dispatchSeconds} s`);
  await delay(recheckMs);
  const still = new Set((await listUndispatched(db)).map(({ id }) => id));
  const left = first.filter(({ id }) => still.has(id));
  if (left.length === 0) return ok(check, `${pluralize(first.length, 'job')} dispatched just now`);
  const oldest = Math.max(...left.map(({ seconds }) => seconds));
  return wrong(
    check,
    `${pluralize(left.length, 'accepted job')} not in a queue, the oldest for ${oldest} s: ${formatIds(left)}`,
    'Make sure that a process with the role api or all runs and reaches Redis: it dispatches jobs every second, and logs "not enqueued yet" with the reason.',
  );
}

/** Checks that running jobs end by their deadline. */
export async function checkDeadlines({ db, config, definitions }: QueueOptions): Promise<Finding> {
  const check = 'jobs past their deadline';
  const overdue = await Promise.all(
    definitions.map(({ type }) => {
      const { deadlineMs } = config.jobSettings[type]!;
      return listOverdue(db, type, deadlineMs + deadlineSlackMs);
    }),
  );
  const jobs = overdue.flat().toSorted((a, b) => b.seconds - a.seconds);
  const [oldest] = jobs;
  if (!oldest) return ok(check, 'none');
  const workers = [...new Set(jobs.map(({ worker }) => worker))].slice(0, namedIds).join(', ');
  return wrong(
    check,
    `${pluralize(jobs.length, 'job')} running for longer than allowed, the oldest for ${oldest.seconds} s: ${formatIds(jobs)}`,
    `Restart the worker (${workers}): its jobs go to another. If it is gone, make sure that an api process runs. Or cancel a job: \`mutation { cancelJob(id: "${oldest.id}") { __typename } }\`.`,
  );
}

/** Checks that dispatched jobs are in their queue. */
export async function checkEntries(
  { db, definitions }: QueueOptions,
  queues: Queues,
  reconcileIntervalMs: number,
): Promise<Finding> {
  const check = 'jobs unknown to their queue';
  const all = await Promise.all(definitions.map(({ type }) => listLost(db, queues, type)));
  const checked = all.reduce((sum, { checked: jobs }) => sum + jobs, 0);
  const lost = all.flatMap(({ ids }) => ids);
  if (lost.length === 0) return ok(check, `none of ${checked}`);
  return warning(
    check,
    `${lost.length} of ${checked}, as after Redis lost its keys: ${formatIds(lost.map((id) => ({ id })))}`,
    `Nothing, if "leader" is ok: it enqueues them again within ${reconcileIntervalMs / 1_000} s (RECONCILE_INTERVAL_MS). Then see why Redis lost them.`,
  );
}

/** Counts a page of dispatched jobs, and lists those that the queue does not have. */
async function listLost(db: Database, queues: Queues, type: string) {
  const jobs = await listDispatched(db, type, undefined, dispatchSeconds * 1_000);
  const entries = await Promise.all(jobs.map((job) => queues.inspect(job)));
  const unknown = jobs.filter((_job, index) => entries[index]!.state === 'unknown');
  // A job that has ended meanwhile may have no entry any more.
  const ids = await listUnfinished(
    db,
    unknown.map(({ id }) => id),
  );
  return { checked: jobs.length, ids };
}

function formatIds(jobs: readonly { id: string }[]): string {
  const ids = jobs.slice(0, namedIds).map(({ id }) => id);
  return jobs.length > namedIds ? `${ids.join(', ')}, …` : ids.join(', ');
}

interface Overdue {
  id: string;
  worker: string;
  seconds: number;
}

/** Jobs of a type whose run has taken longer than the limit, the oldest first. */
async function listOverdue(db: Database, type: string, limitMs: number): Promise<Overdue[]> {
  const { rows } = await sql<Overdue>`
    select job.id, run.worker, extract(epoch from now() - run.started_at)::int as seconds
    from job join job_attempt run on run.job_id = job.id and run.number = job.attempt
    where job.type = ${type} and job.state = 'ACTIVE' and run.finished_at is null
      and run.started_at < now() - make_interval(secs => ${limitMs / 1_000})
    order by run.started_at limit ${sampleSize}`.execute(db);
  return rows;
}

/**
 * Jobs of all types that are due but not dispatched, the oldest first. While a queue holds jobs that have not begun, or an
 * owner has jobs in it, other jobs wait for their turn.
 */
export async function listUndispatched(db: Database): Promise<{ id: string; seconds: number }[]> {
  const { rows } = await sql<{ id: string; seconds: number }>`
    select job.id,
      extract(epoch from now() - coalesce(leader.finished_at, greatest(job.created_at, job.run_at)))::int as seconds
    from job left join job leader on leader.id = job.waits_for
    where job.dispatched_at is null and ${isWaitingJob}
      and (job.waits_for is null or leader.state = 'COMPLETED')
      and coalesce(leader.finished_at, greatest(job.created_at, job.run_at))
        < now() - make_interval(secs => ${dispatchSeconds})
      and (job.state = 'DELAYED' or job.waits_for is not null and job.admitted_at is null or not exists (
        select from job other
        where other.type = job.type and other.dispatched_at is not null
          and (other.state = 'QUEUED' or other.owner = job.owner and other.state in ('DELAYED', 'ACTIVE'))))
    order by job.id limit ${sampleSize}`.execute(db);
  return rows;
}

/** Those of these jobs that are not final. */
async function listUnfinished(db: Database, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('job')
    .select('id')
    .where(isAmong(ids))
    .where(isUnfinishedJob)
    .execute();
  return rows.map(({ id }) => id);
}
