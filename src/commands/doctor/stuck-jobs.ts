import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../../db/tables.ts';
import { listInFlight } from '../../jobs/rows/due.ts';
import { count } from '../../platform/text.ts';
import type { Queues } from '../../queue/queues.ts';
import { ok, warning, wrong } from './finding.ts';
import type { Finding } from './finding.ts';
import type { QueueOptions } from './queues.ts';

/** A row that is handed over takes a second or two. */
const handoverSeconds = 30;
/** Rows of one kind that are looked at closely. */
const sampleSize = 100;
/** The dispatcher looks every second: what is left behind now and then again, nobody hands over. */
const recheckMs = 2_500;
/** After its deadline, a run has so long to be aborted and to say so. */
const deadlineSlackMs = 60_000;
/** Ids that a line names. */
const namedIds = 3;

/** Whether accepted jobs reach their queue. */
export async function checkHandover({ db }: Pick<QueueOptions, 'db'>): Promise<Finding> {
  const check = 'jobs not handed over';
  const first = await listLeftBehind(db);
  if (first.length === 0) return ok(check, `none is older than ${handoverSeconds} s`);
  await delay(recheckMs);
  const still = new Set((await listLeftBehind(db)).map(({ id }) => id));
  const left = first.filter(({ id }) => still.has(id));
  if (left.length === 0) return ok(check, `${count(first.length, 'job')} handed over just now`);
  const oldest = Math.max(...left.map(({ seconds }) => seconds));
  return wrong(
    check,
    `${count(left.length, 'accepted job')} not given to a queue, the oldest for ${oldest} s: ${name(left)}`,
    'See that a process with the role api or all runs and reaches Redis: it hands jobs over every second, and logs "not enqueued yet" with the reason.',
  );
}

/** Whether running jobs end in time. */
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
    `${count(jobs.length, 'job')} running for longer than allowed, the oldest for ${oldest.seconds} s: ${name(jobs)}`,
    `Restart the worker (${workers}): its jobs go to another. If it is gone, see that an api process runs. Or end a job: \`mutation { cancelJob(id: "${oldest.id}") { __typename } }\`.`,
  );
}

/** Whether the queue has what the rows say it has. */
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
    `${lost.length} of ${checked}, as after a Redis that has lost its keys: ${name(lost.map((id) => ({ id })))}`,
    `Nothing, if "reconciler" is ok: it enqueues them again within ${reconcileIntervalMs / 1_000} s (RECONCILE_INTERVAL_MS). Then see why Redis lost them.`,
  );
}

/** The first page of the jobs that were handed over, and of them those that the queue has no entry of. */
async function listLost(db: Database, queues: Queues, type: string) {
  const jobs = await listInFlight(db, type, undefined, handoverSeconds * 1_000);
  const entries = await Promise.all(jobs.map((job) => queues.inspect(job)));
  const unknown = jobs.filter((_job, index) => entries[index]!.state === 'unknown');
  // One that has ended in between may have lost its entry since.
  const ids = await listUnfinished(
    db,
    unknown.map(({ id }) => id),
  );
  return { checked: jobs.length, ids };
}

function name(jobs: readonly { id: string }[]): string {
  const ids = jobs.slice(0, namedIds).map(({ id }) => id);
  return jobs.length > namedIds ? `${ids.join(', ')}, …` : ids.join(', ');
}

interface Overdue {
  id: string;
  worker: string;
  seconds: number;
}

/** Jobs of a type whose run has begun longer ago than this, the oldest first. */
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
 * Accepted jobs that wait for nothing and were still not handed to their queue, of all types; the oldest first. While a queue
 * holds jobs that nobody has begun, or an owner has some in it, others wait for their turn.
 */
export async function listLeftBehind(db: Database): Promise<{ id: string; seconds: number }[]> {
  const { rows } = await sql<{ id: string; seconds: number }>`
    select job.id,
      extract(epoch from now() - coalesce(leader.finished_at, greatest(job.created_at, job.run_at)))::int as seconds
    from job left join job leader on leader.id = job.waits_for
    where job.dispatched_at is null and job.state in ('QUEUED', 'DELAYED')
      and (job.waits_for is null or leader.state = 'COMPLETED')
      and coalesce(leader.finished_at, greatest(job.created_at, job.run_at))
        < now() - make_interval(secs => ${handoverSeconds})
      and (job.state = 'DELAYED' or job.waits_for is not null and job.admitted_at is null or not exists (
        select from job other
        where other.type = job.type and other.dispatched_at is not null
          and (other.state = 'QUEUED' or other.owner = job.owner and other.state in ('DELAYED', 'ACTIVE'))))
    order by job.id limit ${sampleSize}`.execute(db);
  return rows;
}

/** Of these jobs, those that are not final. */
async function listUnfinished(db: Database, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('job')
    .select('id')
    .where('id', 'in', ids)
    .where('state', 'in', ['QUEUED', 'DELAYED', 'ACTIVE'])
    .execute();
  return rows.map(({ id }) => id);
}
