import { listRunStatus } from '../../jobs/attempts/attempts.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import type { Database } from '../../db/tables.ts';
import { createFaultLog } from '../../platform/fault-log.ts';
import type { Logger } from '../../platform/logger.ts';
import { cancelChannel } from '../../pubsub/broker.ts';
import type { Broker } from '../../pubsub/broker.ts';
import { CanceledError, LostJobError } from './attempt-errors.ts';

/** How often the rows of running jobs are read: a lost message delays a cancellation by at most that. */
export const refreshIntervalMs = 4_000;

/** The attempts that run in this process, each with a signal that aborts it when its job is canceled. */
export interface RunningJobs extends AsyncDisposable {
  /** From now on until it is untracked, a job's signal aborts with CanceledError when it is canceled. */
  track: (jobId: string) => TrackedJob;
  /**
   * A job that may crash its process must have this slot, so that it runs beside no other such job. Returns what releases it;
   * undefined while another job has it.
   */
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

/** Listens for canceled jobs, and reads the rows in case a message was lost. */
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
  }, refreshIntervalMs);

  let isSlotTaken = false;
  return {
    acquireIsolationSlot: () => {
      if (isSlotTaken) return undefined;
      isSlotTaken = true;
      return () => {
        isSlotTaken = false;
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
