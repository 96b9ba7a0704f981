import type { ColumnType, Generated } from 'kysely';
import type { JobError } from '../rows/row.ts';

/** One run of a job; its worker writes it. */
export interface JobAttemptTable {
  jobId: string;
  number: number;
  /** Of the job, which it was an attempt of. */
  round: Generated<number>;
  worker: string;
  startedAt: Generated<Date>;
  finishedAt: Date | null;
  /** When the next attempt may begin; null where no failure makes it wait. */
  retryAt: Date | null;
  /** When its worker came back that had been taken for vanished. */
  returnedAt: Date | null;
  error: ColumnType<JobError | null, string | null, string | null>;
}
