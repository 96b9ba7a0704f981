import { listRunStatus } from '../../jobs/attempts/run-status.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import type { Database } from '../../db/tables.ts';
import { createFaultLog } from '../../platform/fault-log.ts';
import type { Logger } from '../../platform/logger.ts';
import { cancelChannel } from '../../pubsub/channels.ts';
import type { Broker } from '../../pubsub/broker.ts';
import { CanceledError, LostJobError } from './attempt-errors.ts';

/** How often the rows of running jobs are read: a lost message delays a cancellation by at most that. */
export const refreshIntervalMs = 4_000;

/** The jobs that run in this process, each with a signal that aborts it when it is canceled. */
export interface RunningJobs extends AsyncDisposable {
  /** Aborts the job's signal with CanceledError when it is canceled, until it is untracked. */
  track: (jobId: string) => TrackedJob;
  /**
   * Reserves this process for a job that may crash it, so that no other such job runs at the same time. Returns a function
   * that ends the reservation; undefined while another job has it.
   */
  acquireIsolation: () => (() => void) | undefined;
}

export interface TrackedJob {
  signal: AbortSignal;
  /** From now on the signal is also aborted with LostJobError when a newer attempt has begun. */
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
    for (const { id, mustStop, newestAttempt } of await listRunStatus(db, [...before.keys()])) {
      const { controller, attempt } = before.get(id)!;
      if (mustStop) stop(id);
      if (attempt !== undefined && newestAttempt > attempt) controller.abort(new LostJobError());
    }
  }

  const unsubscribe = await broker.subscribe(cancelChannel, (job: JobRow) => stop(job.id));
  const timer = setInterval(() => {
    refresh().then(faults.clear, faults.report);
  }, refreshIntervalMs);

  let isReserved = false;
  return {
    acquireIsolation: () => {
      if (isReserved) return undefined;
      isReserved = true;
      return () => {
        isReserved = false;
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
          // A later attempt of the same job may be tracked instead.
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
