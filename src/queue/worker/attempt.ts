import type { Job } from 'bullmq';
import type { Database } from '../../db/tables.ts';
import type { JobFailure } from '../../errors.ts';
import type { JobDefinition } from '../../jobs/define-job.ts';
import type { EngineEmitter } from '../../jobs/engine-events.ts';
import type { ModelService } from '../../model-service/client.ts';
import type { Logger } from '../../platform/logger.ts';
import type { RunningJobs } from './running-jobs.ts';

export interface AttemptOptions {
  db: Database;
  definition: JobDefinition;
  modelService: ModelService;
  runningJobs: RunningJobs;
  workerName: string;
  /** From the job's first start; later it is given up. */
  deadlineMs: number;
  /** Tells those who read the job's log that it has lines up to this sequence. */
  announceLogs: (jobId: string, sequence: number) => void;
  logger: Logger;
  events: EngineEmitter;
}

/** The queue's entry for a job, as far as an attempt uses it. */
export type QueueEntry = Pick<Job, 'data' | 'updateProgress' | 'updateData'>;

/** How long a job waits after a failed attempt; undefined when there is no other attempt. */
export type PlanRetry = (failure: JobFailure) => number | undefined;
