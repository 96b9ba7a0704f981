import { sql } from 'kysely';
import type { Config } from '../config/config.ts';
import type { Database } from '../db/tables.ts';
import { queueName } from '../jobs/define-job.ts';
import type { JobDefinition } from '../jobs/define-job.ts';
import { jobStates } from '../jobs/rows/row.ts';
import type { JobState } from '../jobs/rows/row.ts';
import { isUnfinishedJob } from '../jobs/rows/states.ts';
import { pluralize } from '../platform/text.ts';
import { findPause } from '../queue/pauses.ts';
import type { Pause } from '../queue/pauses.ts';
import type { Queues } from '../queue/queues.ts';
import { listWorkers } from '../queue/workers.ts';
import { ok, warning, wrong } from './finding.ts';
import type { Finding } from './finding.ts';

/** A queue in which jobs wait and none has run for this long is stuck; a rate limit delays up to 60 s. */
const idleSeconds = 120;

export interface QueueOptions {
  db: Database;
  /** Undefined while the broker cannot be reached: checks that need it are skipped. */
  queues: Queues | undefined;
  config: Config;
  definitions: readonly JobDefinition[];
}

/** Checks that each queue has workers, and that they make progress. */
export async function checkQueues(options: QueueOptions): Promise<Finding[]> {
  const findings = await Promise.all(
    options.definitions.map((definition) => checkQueue(options, definition)),
  );
  return findings.flat();
}

async function checkQueue(
  { db, config }: QueueOptions,
  { type }: JobDefinition,
): Promise<Finding[]> {
  const queue = queueName({ type });
  const check = `queue ${queue}`;
  const [workers, jobs, pause] = await Promise.all([
    listWorkers(db, queue),
    countJobs(db, type),
    findPause(db, type),
  ]);
  const findings = pause ? [warnOfPause(type, jobs, pause)] : [];
  if (workers.length === 0) return [reportNoWorker(queue, jobs), ...findings];
  const slots = workers.reduce((sum, worker) => sum + worker.concurrency, 0);
  const busy = workers.reduce((sum, worker) => sum + worker.busy, 0);
  const seen = `${pluralize(workers.length, 'worker')}, ${busy} of ${slots} slots busy; ${describeJobs(jobs)}`;
  if (pause || !(await isIdle(db, type))) return [ok(check, seen), ...findings];
  const rate = config.jobSettings[type]!.ratePerMinute;
  const names = workers.map(({ name }) => name).join(', ');
  return [
    wrong(
      check,
      `${seen}: none has begun for ${idleSeconds} s`,
      `Restart ${names}: it is alive but takes no jobs${rate === null ? '' : ` (the limit of ${rate} a minute allows more)`}; its log says why.`,
    ),
  ];
}

/** Queues that an operator has paused: jobs are accepted, and wait. */
export async function listPaused({ db, definitions }: QueueOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { type } of definitions) {
    const pause = await findPause(db, type);
    if (pause) findings.push(warnOfPause(type, await countJobs(db, type), pause));
  }
  return findings;
}

function warnOfPause(
  type: string,
  jobs: Record<JobState, number>,
  { at, by, reason }: Pause,
): Finding {
  const who = by === null ? '' : ` by ${by}`;
  const why = reason === null ? '' : ` (${JSON.stringify(reason)})`;
  return warning(
    `queue ${queueName({ type })}`,
    `it is paused, and ${pluralize(jobs.QUEUED, 'job')} wait; since ${at.toISOString()}${who}${why}`,
    `To resume it: \`mutation { resumeQueue(type: ${type}) { paused } }\`.`,
  );
}

function reportNoWorker(queue: string, jobs: Record<JobState, number>): Finding {
  return wrong(
    `queue ${queue}`,
    `no worker was seen in the last 30 s; ${describeJobs(jobs)}`,
    `Start one: \`node src/main.ts worker\`. If one runs, make sure that its WORKER_QUEUES includes ${queue}, and see its log.`,
  );
}

function describeJobs({ QUEUED, ACTIVE, DELAYED }: Record<JobState, number>): string {
  return `${QUEUED} jobs wait, ${ACTIVE} run, ${DELAYED} are put off`;
}

/** Unfinished jobs of a type, by state. */
export async function countJobs(db: Database, type: string): Promise<Record<JobState, number>> {
  const counts = Object.fromEntries(jobStates.map((state) => [state, 0]));
  const rows = await db
    .selectFrom('job')
    .select(['state', sql<number>`count(*)::int`.as('jobs')])
    .where('type', '=', type)
    .where(isUnfinishedJob)
    .groupBy('state')
    .execute();
  for (const { state, jobs } of rows) counts[state] = jobs;
  return counts as Record<JobState, number>;
}

/** Whether jobs of a type could have started long ago, but none has run since. */
async function isIdle(db: Database, type: string): Promise<boolean> {
  const { rows } = await sql<{ idle: boolean }>`
    with since (moment) as (select now() - make_interval(secs => ${idleSeconds}))
    select exists (
        select from job, since where type = ${type} and state = 'QUEUED' and dispatched_at < moment
          and coalesce(run_at, dispatched_at) < moment
      ) and not exists (
        select from job, since where type = ${type} and state = 'ACTIVE'
      ) and not exists (
        select from job, since where type = ${type} and state = 'DELAYED' and attempt > 0
          and next_attempt_at > moment
      ) and not exists (
        select from job, since where type = ${type} and finished_at > moment and started_at is not null
      ) as idle`.execute(db);
  return rows[0]!.idle;
}
