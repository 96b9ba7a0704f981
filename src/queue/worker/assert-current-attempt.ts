import { listRunStatus } from '../../jobs/attempts.ts';
import type { Database } from '../../db/tables.ts';
import { CanceledError, LostJobError } from './attempt-errors.ts';

/** An answer of the database that took longer may be old news: well below the shortest lock, after which others act. */
const freshForMs = 500;
/** A database that is merely slow must not keep a job from its work. */
const maxLooks = 3;

/**
 * Throws unless this attempt may still go on. For what cannot be taken back, such as a call that costs: a process that has
 * stood still does not know yet that its job is another's, or at an end.
 */
export async function assertCurrentAttempt(
  db: Database,
  jobId: string,
  attempt: number,
): Promise<void> {
  for (let looks = 0; looks < maxLooks; looks += 1) {
    const askedAt = performance.now();
    const [status] = await listRunStatus(db, [jobId]);
    if (!status || status.newestAttempt > attempt) throw new LostJobError();
    if (status.isToStop) throw new CanceledError();
    // Standing still between the question and here shows as a slow answer.
    if (performance.now() - askedAt < freshForMs) return;
  }
}
