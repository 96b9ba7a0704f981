import { DelayedError, WaitingError } from 'bullmq';
import type { Job } from 'bullmq';
import { postponeMaxMs } from '../../jobs/rows/update.ts';
import { withTimeout } from '../../platform/timeout.ts';
import type { FaultLog } from '../../platform/fault-log.ts';

/** How long the broker may take to move a job. If it does not, the job stalls, and another worker starts it again. */
const moveDeadlineMs = 2_000;

type MovableJob = Pick<Job, 'moveToWait' | 'moveToDelayed'>;

/** Returns a job to the head of its queue. This costs no attempt, as BullMQ counts only those that fail. */
export async function handBack(
  job: MovableJob,
  token: string | undefined,
  faults: FaultLog,
): Promise<never> {
  await tryMove(job.moveToWait(token), faults);
  throw new WaitingError();
}

/**
 * Returns a job whose lock is lost to its queue, unless another worker has it. If the broker does not answer, the next check
 * for stalled jobs finds it.
 */
export async function release(job: MovableJob, token: string | undefined): Promise<never> {
  // BullMQ refuses this if another worker has the lock.
  await withTimeout(job.moveToWait(token), moveDeadlineMs).catch(() => undefined);
  throw new WaitingError();
}

/** Delays a job that cannot run now through no fault of its own. This costs no attempt. */
export async function postpone(
  job: MovableJob,
  token: string | undefined,
  faults: FaultLog,
  forMs = (postponeMaxMs * (1 + Math.random())) / 2,
): Promise<never> {
  await tryMove(job.moveToDelayed(Date.now() + forMs, token), faults);
  throw new DelayedError();
}

/** An error here must not reach BullMQ, which would take it for a failed attempt of the job. */
async function tryMove(move: Promise<unknown>, faults: FaultLog): Promise<void> {
  try {
    await withTimeout(move, moveDeadlineMs);
  } catch (error) {
    faults.report(error);
  }
}
