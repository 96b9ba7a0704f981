import { listRunStatus } from '../../jobs/attempts/run-status.ts';
import type { Database } from '../../db/tables.ts';
import { CanceledError, LostJobError } from './attempt-errors.ts';

/** A slower answer may be out of date. Well below the shortest lock, after which another worker may take the job. */
const freshForMs = 500;
/** After this many slow answers the job goes on: a database that is only slow must not stop it. */
const maxQueries = 3;

/**
 * Throws LostJobError or CanceledError unless this attempt may go on. Called before something that cannot be undone, such as
 * a call that costs money: a process that was suspended does not know yet that another worker has its job.
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
    // If the process was suspended meanwhile, the answer counts as slow.
    if (performance.now() - askedAt < freshForMs) return;
  }
}
