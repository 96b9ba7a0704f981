import { WaitingError } from 'bullmq';
import type { Job, Worker } from 'bullmq';
import type { JobOutcome, JobPayload } from './transport.ts';

/** Lets running jobs go on for the grace period, then hands them back. */
export async function closeWorker(
  worker: Pick<Worker, 'close'>,
  handBack: () => void,
  graceMs: number,
): Promise<void> {
  const grace = setTimeout(handBack, graceMs);
  try {
    await worker.close();
  } finally {
    clearTimeout(grace);
  }
}

/** Puts a job back at the head of its queue. BullMQ counts an attempt only when it fails. */
export async function handBack(
  job: Job<JobPayload, JobOutcome>,
  token: string | undefined,
): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}

/**
 * Lets go of a job whose lock is lost. It may be another's; if nobody has taken it, it is back in its queue at once, and
 * if not even that can be said, the next search for stalled jobs finds it.
 */
export async function letGo(
  job: Job<JobPayload, JobOutcome>,
  token: string | undefined,
): Promise<never> {
  // BullMQ refuses it to whoever has not the lock.
  await job.moveToWait(token).catch(() => undefined);
  throw new WaitingError();
}
