import { Queue } from 'bullmq';
import { queueName } from '../jobs/define-job.ts';
import type { JobDefinition } from '../jobs/define-job.ts';
import type { JobQueue, QueueTransport } from './transport.ts';

/** The producers' side of the queue of one type of job. */
export function openQueue(
  definition: JobDefinition,
  { producer, prefix, backend, faults }: QueueTransport,
): JobQueue {
  const name = queueName(definition);
  const queue: JobQueue = new Queue(
    name,
    { connection: producer, prefix, skipWaitingForReady: true },
    backend,
  );
  queue.on('error', (error) => faults.report(error, { queue: name }));
  return queue;
}
