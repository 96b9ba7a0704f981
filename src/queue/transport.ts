import type { BackendFactory, ConnectionOptions, IQueueBackend, PostgresConnectionOptions } from 'bullmq';
import { z } from 'zod';
import { isStorable } from '../db/text.ts';

export type QueueConnection = ConnectionOptions | PostgresConnectionOptions;

/** Where BullMQ keeps its queues: the stack decides, and the code above it sees no difference. */
export interface QueueTransport {
  /** For commands that must answer soon or fail. */
  producer: QueueConnection;
  /** For workers and event readers, which block and wait for the broker to come back. */
  consumer: QueueConnection;
  /** Tells apart what shares a broker. */
  prefix: string;
  backend: BackendFactory<IQueueBackend, QueueConnection>;
}

/** All that a job's entry in the queue holds: everything else is in its row. */
export const payloadSchema = z.object({ jobId: z.uuid() });
export type JobPayload = z.output<typeof payloadSchema>;

/** What a worker reports through the queue while it runs an attempt. */
export const reportSchema = z.object({
  attempt: z.int32().min(1),
  progress: z.int().min(0).max(100),
  stage: z.string().refine(isStorable),
});
export type JobReport = z.output<typeof reportSchema>;

/** What an attempt returns: the id of what it made, or null when the job was not to run any more. */
export const outcomeSchema = z
  .object({ attempt: z.int32().min(1), result: z.object({ id: z.uuid() }) })
  .nullable();
export type JobOutcome = z.output<typeof outcomeSchema>;
