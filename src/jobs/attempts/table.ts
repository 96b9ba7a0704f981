import type { ColumnType, Generated } from 'kysely';
import type { JobError } from '../rows/row.ts';

/** One run of a job, stored by its worker. */
export interface JobAttemptTable {
  jobId: string;
  number: number;
  /** The round of the job. */
  round: Generated<number>;
  worker: string;
  startedAt: Generated<Date>;
  finishedAt: Date | null;
  /** When the next attempt may begin; null if it need not wait. */
  retryAt: Date | null;
  /** When its worker came back after it was taken for vanished. */
  returnedAt: Date | null;
  error: ColumnType<JobError | null, string | null, string | null>;
}
