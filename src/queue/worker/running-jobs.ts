import { listRunStatus } from '../../jobs/attempts.ts';
import type { JobRow } from '../../jobs/job-row.ts';
import type { Database } from '../../db/tables.ts';
import { createFaultLog } from '../../platform/fault-log.ts';
import type { Logger } from '../../platform/logger.ts';
import { cancelChannel } from '../../pubsub/broker.ts';
import type { Broker } from '../../pubsub/broker.ts';
import { CanceledError, LostJobError } from './attempt-errors.ts';

/** How often the rows of running jobs are looked at: a lost hint costs at most that. */
const lookIntervalMs = 4_000;

/** The attempts that run in this process, each with what aborts it when its job is called off. */
export interface RunningJobs extends AsyncDisposable {
  /** From now on until it is untracked, a job's signal aborts with CanceledError when it is called off. */
  track: (jobId: string) => TrackedJob;
  /** The one place for a job that may take its process down, and how it leaves it; undefined while another has it. */
  acquireIsolationSlot: () => (() => void) | undefined;
}

export interface TrackedJob {
  signal: AbortSignal;
  /** Once its attempt is known, the signal also aborts with LostJobError when a newer attempt has begun. */
  setAttempt: (attempt: number) => void;
  untrack: () => void;
}

export interface RunningJobsOptions {
  db: Database;
  broker: Broker;
  logger: Logger;
}

/** Listens for jobs that are called off, and looks at the rows for those of which the hint was lost. */
export async function startRunningJobs(options: RunningJobsOptions): Promise<RunningJobs> {
  const { db, broker, logger } = options;
  const faults = createFaultLog({ logger, message: 'running jobs not looked up' });
  const running = new Map<string, { controller: AbortController; attempt: number | undefined }>();

  function stop(jobId: string): void {
    running.get(jobId)?.controller.abort(new CanceledError());
  }

  async function refresh(): Promise<void> {
    const before = new Map(running);
    if (before.size === 0) return;
    for (const { id, isToStop, newestAttempt } of await listRunStatus(db, [...before.keys()])) {
      const { controller, attempt } = before.get(id)!;
      if (isToStop) stop(id);
      if (attempt !== undefined && newestAttempt > attempt) controller.abort(new LostJobError());
    }
  }

  const unsubscribe = await broker.subscribe(cancelChannel, (job: JobRow) => stop(job.id));
  const timer = setInterval(() => {
    refresh().then(faults.clear, faults.report);
  }, lookIntervalMs);

  let isAloneTaken = false;
  return {
    acquireIsolationSlot: () => {
      if (isAloneTaken) return undefined;
      isAloneTaken = true;
      return () => {
        isAloneTaken = false;
      };
    },
    track: (jobId) => {
      const tracked = {
        controller: new AbortController(),
        attempt: undefined as number | undefined,
      };
      running.set(jobId, tracked);
      return {
        signal: tracked.controller.signal,
        setAttempt: (attempt) => {
          tracked.attempt = attempt;
        },
        untrack: () => {
          // A later attempt of the same job may have taken its place.
          if (running.get(jobId) === tracked) running.delete(jobId);
        },
      };
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      unsubscribe();
    },
  };
}
