import { sql } from 'kysely';
import { isNewestAttempt } from './attempts/attempts.ts';
import type { LogLevel } from './rows/row.ts';
import { isAmong } from '../db/owned-reader.ts';
import type { Database, JobLogEntry } from '../db/tables.ts';
import { toStorable } from '../platform/text.ts';

export interface LogLine {
  level: LogLevel;
  message: string;
}

/** Characters of a message that are kept. */
export const maxMessageLength = 500;
/** Lines of a job that are kept, followed by one that says that the log is full. */
const maxLines = 1_000;
const lastLine: LogLine = {
  level: 'WARN',
  message: 'The log is full: further lines are discarded.',
};

/**
 * Appends an attempt's lines in order and returns the sequence number of the job's last line; undefined if a newer attempt
 * has begun and so nothing was written.
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
    const free = maxLines - last;
    const kept = lines.length > free ? [...lines.slice(0, free), lastLine] : lines;
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

/** A position in a job's log: right after the line with this sequence number. */
export interface LogPosition {
  jobId: string;
  after: number;
}

/** The lines that follow each position, oldest first, at most `first` for each; in one statement. */
export async function listLogWindows(
  db: Database,
  positions: readonly LogPosition[],
  first: number,
): Promise<(JobLogEntry & { after: number })[]> {
  const ids = positions.map(({ jobId }) => jobId);
  const afters = positions.map(({ after }) => after);
  const { rows } = await sql<JobLogEntry & { after: number }>`
    select line.*, start.after
    from unnest(${sql.val(ids)}::uuid[], ${sql.val(afters)}::int[]) start(job_id, after),
      lateral (
        select * from job_log where job_log.job_id = start.job_id and sequence > start.after order by sequence limit ${first}
      ) line
    order by line.job_id, line.sequence`.execute(db);
  return rows;
}

/** The sequence number of each job's last line; jobs without lines are absent. */
export async function listLastSequences(
  db: Database,
  jobIds: readonly string[],
): Promise<{ jobId: string; sequence: number }[]> {
  return db
    .selectFrom('jobLog')
    .select(['jobId', sql<number>`max(sequence)`.as('sequence')])
    .where(isAmong(jobIds, 'jobId'))
    .groupBy('jobId')
    .execute();
}
