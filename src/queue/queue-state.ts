import { getQueueFigures } from './queue-figures.ts';
import type { QueueFigures } from './queue-figures.ts';
import { isQueuePaused } from './queue-controls.ts';
import type { Database } from '../db/tables.ts';
import { countWorkers } from './workers.ts';
import { queueName } from '../jobs/define-job.ts';

/** All that is to be said of a queue at one moment. */
export interface QueueState extends QueueFigures {
  type: string;
  /** Whether an operator has stopped it. */
  paused: boolean;
  /** Worker processes that take its jobs. */
  workers: number;
}

export async function readQueueState(db: Database, type: string): Promise<QueueState> {
  const [figures, paused, workers] = await Promise.all([
    getQueueFigures(db, type),
    isQueuePaused(db, type),
    countWorkers(db, queueName({ type })),
  ]);
  return { type, ...figures, paused, workers };
}
