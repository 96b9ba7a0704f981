import { listRunStatus } from '../../jobs/attempts/attempts.ts';
import type { Database } from '../../db/tables.ts';
import { CanceledError, LostJobError } from './attempt-errors.ts';

/** A slower answer of the database may be out of date. Well below the shortest lock, after which other workers act. */
const freshForMs = 500;
/** A database that is only slow must not stop the job. */
const maxQueries = 3;

/**
 * Throws unless this attempt may still go on. Called before what cannot be undone, such as a call that costs money: a process
 * that was suspended does not know yet that another worker has its job, or that the job has ended.
 */
export async function assertCurrentAttempt(
  db: Database,
  jobId: string,
  attempt: number,
): Promise<void> {
  for (let queries = 0; queries < maxQueries; queries += 1) {
    const askedAt = performance.now();
    const [status] = await listRunStatus(db, [jobId]);
    if (!status || status.newestAttempt > attempt) throw new LostJobError();
    if (status.mustStop) throw new CanceledError();
    // If the process was suspended since it asked, the answer looks slow.
    if (performance.now() - askedAt < freshForMs) return;
  }
}
