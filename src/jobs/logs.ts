import { sql } from 'kysely';
import { isNewestAttempt } from './attempts/attempts.ts';
import type { LogLevel } from './rows/row.ts';
import type { Database, JobLogEntry } from '../db/tables.ts';
import { toStorable } from '../platform/text.ts';

export interface LogLine {
  level: LogLevel;
  message: string;
}

/** Characters kept of one line. */
export const maxMessageLength = 500;
/** Lines kept of one job; then one more says that there were others. */
const maxLines = 1_000;
const cutLine: LogLine = {
  level: 'WARN',
  message: 'The log is full: further lines are discarded.',
};

/**
 * Appends what an attempt says, in order, and returns the sequence of the job's last line; undefined when a newer attempt
 * has begun, and nothing was written.
 */
export async function appendLogs(
  db: Database,
  jobId: string,
  attempt: number,
  lines: readonly LogLine[],
): Promise<number | undefined> {
  return db.transaction().execute(async (trx) => {
    if (!(await isNewestAttempt(trx, jobId, attempt))) return undefined;
    const { last } = await trx
      .selectFrom('jobLog')
      .select(sql<number>`coalesce(max(sequence), 0)`.as('last'))
      .where('jobId', '=', jobId)
      .executeTakeFirstOrThrow();
    if (last > maxLines) return last;
    const room = maxLines - last;
    const kept = lines.length > room ? [...lines.slice(0, room), cutLine] : lines;
    const entries = kept.map(({ level, message }, index) => ({
      jobId,
      sequence: last + 1 + index,
      attempt,
      level,
      message: toStorable(message, maxMessageLength),
    }));
    await trx.insertInto('jobLog').values(entries).execute();
    return last + entries.length;
  });
}

/** A place in a job's log: right after the line with this sequence. */
export interface LogPlace {
  jobId: string;
  after: number;
}

/** The lines that follow each place, oldest first, `first` a place at most; in one statement. */
export async function listLogWindows(
  db: Database,
  places: readonly LogPlace[],
  first: number,
): Promise<(JobLogEntry & { after: number })[]> {
  const { rows } = await sql<JobLogEntry & { after: number }>`
    select line.*, place.after
    from unnest(${sql.val(places.map(({ jobId }) => jobId))}::uuid[], ${sql.val(places.map(({ after }) => after))}::int[])
      place(job_id, after),
      lateral (
        select * from job_log where job_log.job_id = place.job_id and sequence > place.after order by sequence limit ${first}
      ) line
    order by line.job_id, line.sequence`.execute(db);
  return rows;
}

/** The sequence of each job's last line; jobs without lines are absent. */
export async function listLastSequences(
  db: Database,
  jobIds: readonly string[],
): Promise<{ jobId: string; sequence: number }[]> {
  return db
    .selectFrom('jobLog')
    .select(['jobId', sql<number>`max(sequence)`.as('sequence')])
    .where(sql<boolean>`job_id = any(${sql.val(jobIds)}::uuid[])`)
    .groupBy('jobId')
    .execute();
}
