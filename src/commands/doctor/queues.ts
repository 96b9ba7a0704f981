import type { Config } from '../../config/config.ts';
import type { JobState } from '../../jobs/job-row.ts';
import { isQueuePaused } from '../../queue/queue-pauses.ts';
import type { Database } from '../../db/tables.ts';
import { listWorkers } from '../../queue/workers.ts';
import { queueName } from '../../jobs/define-job.ts';
import type { JobDefinition } from '../../jobs/define-job.ts';
import type { Queues } from '../../queue/queues.ts';
import { ok, warning, wrong } from './finding.ts';
import { count } from '../../platform/text.ts';
import type { Finding } from './finding.ts';
import { countJobs, isIdle, idleSeconds } from './job-rows.ts';

export interface QueueOptions {
  db: Database;
  /** Undefined while the broker cannot be reached: what only it knows is then left out. */
  queues: Queues | undefined;
  config: Config;
  definitions: readonly JobDefinition[];
}

/** Whether somebody works on each queue, and whether it moves. */
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
  const [workers, jobs, paused] = await Promise.all([
    listWorkers(db, queue),
    countJobs(db, type),
    isQueuePaused(db, type),
  ]);
  const findings = paused ? [warnOfPause(type, jobs)] : [];
  if (workers.length === 0) return [adviseWorkers(queue, jobs), ...findings];
  const slots = workers.reduce((sum, worker) => sum + worker.concurrency, 0);
  const busy = workers.reduce((sum, worker) => sum + worker.busy, 0);
  const seen = `${count(workers.length, 'worker')}, ${busy} of ${slots} slots busy; ${describeJobs(jobs)}`;
  if (paused || !(await isIdle(db, type))) return [ok(check, seen), ...findings];
  const rate = config.jobSettings[type]!.ratePerMinute;
  const names = workers.map(({ name }) => name).join(', ');
  return [
    wrong(
      check,
      `${seen}: none has begun for ${idleSeconds} s`,
      `Restart ${names}: it is there and takes nothing${rate === null ? '' : ` (the limit of ${rate} a minute allows more)`}; its log says why.`,
    ),
  ];
}

/** Queues that an operator has stopped: jobs are accepted, and wait. */
export async function listPaused({ db, definitions }: QueueOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { type } of definitions) {
    if (await isQueuePaused(db, type)) findings.push(warnOfPause(type, await countJobs(db, type)));
  }
  return findings;
}

function warnOfPause(type: string, jobs: Record<JobState, number>): Finding {
  return warning(
    `queue ${queueName({ type })}`,
    `it is paused, and ${count(jobs.QUEUED, 'job')} wait`,
    `When it shall go on: \`mutation { resumeQueue(type: ${type}) { paused } }\`.`,
  );
}

function adviseWorkers(queue: string, jobs: Record<JobState, number>): Finding {
  return wrong(
    `queue ${queue}`,
    `no worker was seen in the last 30 s; ${describeJobs(jobs)}`,
    `Start one: \`node src/main.ts worker\`. If one runs, see that its WORKER_QUEUES names ${queue}, and what its log says.`,
  );
}

function describeJobs({ QUEUED, ACTIVE, DELAYED }: Record<JobState, number>): string {
  return `${QUEUED} jobs wait, ${ACTIVE} run, ${DELAYED} are put off`;
}
