import { z } from 'zod';
import { batchRowSchema } from '../jobs/batches/table.ts';
import type { BatchRow } from '../jobs/batches/table.ts';
import { jobRowSchema } from '../jobs/rows/row.ts';
import type { JobRow } from '../jobs/rows/row.ts';
import type { Channel } from './broker.ts';

const sequenceSchema = z.int();

/** New versions of one job. */
export function jobChannel(jobId: string): Channel<JobRow> {
  return { topic: 'live', name: `job:${jobId}`, schema: jobRowSchema };
}

/** New versions of an owner's jobs. */
export function ownerChannel(owner: string): Channel<JobRow> {
  return { topic: 'live', name: `owner:${encodeURIComponent(owner)}`, schema: jobRowSchema };
}

/** The messages of `ownerChannel`, for every owner. */
export const everyOwnerChannel: Channel<JobRow> = {
  topic: 'live',
  name: 'owner:',
  schema: jobRowSchema,
};

/** New versions of one batch. */
export function batchChannel(batchId: string): Channel<BatchRow> {
  return { topic: 'live', name: `batch:${batchId}`, schema: batchRowSchema };
}

/** The sequence of a job's last log line. */
export function logChannel(jobId: string): Channel<number> {
  return { topic: 'live', name: `log:${jobId}`, schema: sequenceSchema };
}

/** Jobs that workers must stop. */
export const cancelChannel: Channel<JobRow> = {
  topic: 'control',
  name: 'cancel',
  schema: jobRowSchema,
};
