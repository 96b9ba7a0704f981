import { DelayedError, WaitingError } from 'bullmq';
import type { Job } from 'bullmq';
import { postponeMaxMs } from '../../jobs/job-updates.ts';
import { withDeadline } from '../../platform/deadline.ts';
import type { FaultLog } from '../../platform/fault-log.ts';

/** How long the broker may take to put a job back; one that it does not stalls, and begins again elsewhere. */
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
 * Lets go of a job whose lock is lost. It may be another's; if nobody has taken it, it is back in its queue at once, and
 * if not even that can be said, the next search for stalled jobs finds it.
 */
export async function letGo(job: MovableJob, token: string | undefined): Promise<never> {
  // BullMQ refuses it to whoever has not the lock.
  await withDeadline(job.moveToWait(token), moveDeadlineMs).catch(() => undefined);
  throw new WaitingError();
}

/** Puts a job off without spending an attempt: that it cannot run now is no fault of its own. */
export async function postpone(
  job: MovableJob,
  token: string | undefined,
  faults: FaultLog,
  forMs = (postponeMaxMs * (1 + Math.random())) / 2,
): Promise<never> {
  await tryMove(job.moveToDelayed(Date.now() + forMs, token), faults);
  throw new DelayedError();
}

/** What fails here must not reach BullMQ, which would take it for the job's own failure, and charge an attempt. */
async function tryMove(move: Promise<unknown>, faults: FaultLog): Promise<void> {
  try {
    await withDeadline(move, moveDeadlineMs);
  } catch (error) {
    faults.report(error);
  }
}
