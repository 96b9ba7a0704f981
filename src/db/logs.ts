import { sql } from 'kysely';
import { isNewestAttempt } from './attempts.ts';
import type { LogLevel } from './job-row.ts';
import type { Database, JobLogEntry } from './tables.ts';

export interface LogLine {
  level: LogLevel;
  message: string;
}

/** Characters kept of one line. */
const maxMessageLength = 500;
/** Lines kept of one job; then one more says that there were others. */
const maxLines = 1_000;
const cutLine: LogLine = { level: 'WARN', message: 'The log is full: further lines are not kept.' };

/** Appends what an attempt says, in order; false when a newer attempt has begun, and nothing was written. */
export async function appendLogs(
  db: Database,
  jobId: string,
  attempt: number,
  lines: readonly LogLine[],
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    if (!(await isNewestAttempt(trx, jobId, attempt))) return false;
    const { last } = await trx
      .selectFrom('jobLog')
      .select(sql<number>`coalesce(max(sequence), 0)`.as('last'))
      .where('jobId', '=', jobId)
      .executeTakeFirstOrThrow();
    if (last > maxLines) return true;
    const room = maxLines - last;
    const kept = lines.length > room ? [...lines.slice(0, room), cutLine] : lines;
    const entries = kept.map(({ level, message }, index) => ({
      jobId,
      sequence: last + 1 + index,
      attempt,
      level,
      message: message.slice(0, maxMessageLength),
    }));
    await trx.insertInto('jobLog').values(entries).execute();
    return true;
  });
}

/** Log lines above `after`, oldest first, `first` at most. */
export async function listLogs(
  db: Database,
  jobId: string,
  after: number,
  first: number,
): Promise<JobLogEntry[]> {
  return db
    .selectFrom('jobLog')
    .selectAll()
    .where('jobId', '=', jobId)
    .where('sequence', '>', after)
    .orderBy('sequence')
    .limit(first)
    .execute();
}
