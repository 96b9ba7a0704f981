import type { Job } from 'bullmq';
import type { Database } from '../../db/tables.ts';
import type { JobFailure } from '../../errors.ts';
import type { JobDefinition } from '../../jobs/define-job.ts';
import type { EngineEmitter } from '../../jobs/engine-events.ts';
import type { ModelService } from '../../model-service/client.ts';
import type { Logger } from '../../platform/logger.ts';
import type { FindPace } from '../pace.ts';
import type { RunningJobs } from './running-jobs.ts';

export interface AttemptOptions {
  db: Database;
  definition: JobDefinition;
  modelService: ModelService;
  runningJobs: RunningJobs;
  findPace: FindPace;
  workerName: string;
  /** Time from the job's first start after which it is aborted. */
  deadlineMs: number;
  /** Announces to readers of the job's log that it has lines up to this sequence number. */
  announceLogs: (jobId: string, sequence: number) => void;
  logger: Logger;
  events: EngineEmitter;
}

/** What an attempt uses of the queue's entry for a job. */
export type QueueEntry = Pick<Job, 'data' | 'updateProgress' | 'updateData'>;

/** How long a job waits after a failed attempt; undefined if there is no further attempt. */
export type PlanRetry = (failure: JobFailure) => number | undefined;
