import { DelayedError, WaitingError } from 'bullmq';
import type { Job } from 'bullmq';
import { postponeMaxMs } from '../../jobs/rows/update.ts';
import { withTimeout } from '../../platform/timeout.ts';
import type { FaultLog } from '../../platform/fault-log.ts';

/** How long the broker may take to put a job back. A job that it does not put back stalls, and starts again elsewhere. */
const moveDeadlineMs = 2_000;

type MovableJob = Pick<Job, 'moveToWait' | 'moveToDelayed'>;

/** Puts a job back at the head of its queue. BullMQ counts an attempt only when it fails. */
export async function handBack(
  job: MovableJob,
  token: string | undefined,
  faults: FaultLog,
): Promise<never> {
  await tryMove(job.moveToWait(token), faults);
  throw new WaitingError();
}

/**
 * Releases a job whose lock is lost. If no other worker has it, it is back in its queue at once; if the broker does not
 * answer, the next check for stalled jobs finds it.
 */
export async function release(job: MovableJob, token: string | undefined): Promise<never> {
  // BullMQ refuses it unless this worker has the lock.
  await withTimeout(job.moveToWait(token), moveDeadlineMs).catch(() => undefined);
  throw new WaitingError();
}

/** Delays a job without spending an attempt: the job is not the reason why it cannot run now. */
export async function postpone(
  job: MovableJob,
  token: string | undefined,
  faults: FaultLog,
  forMs = (postponeMaxMs * (1 + Math.random())) / 2,
): Promise<never> {
  await tryMove(job.moveToDelayed(Date.now() + forMs, token), faults);
  throw new DelayedError();
}

/** An error here must not reach BullMQ, which would take it for a failure of the job, and count an attempt. */
async function tryMove(move: Promise<unknown>, faults: FaultLog): Promise<void> {
  try {
    await withTimeout(move, moveDeadlineMs);
  } catch (error) {
    faults.report(error);
  }
}
