import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { JobRow } from '../rows/row.ts';
import { isAmong } from '../../db/owned-reader.ts';
import { prepared } from '../../db/prepared.ts';
import type { Database, DatabaseTransaction } from '../../db/tables.ts';
import { isUnfinishedJob } from '../rows/states.ts';

/** Whether an attempt's worker was taken for vanished and came back: it had been suspended, or cut off from the queue. */
const hasReturned = sql<boolean>`(attempt.returned_at is not null)`;

/**
 * Whether an attempt does not count against the job's maximum, if another follows: it ended without a failure, or its worker
 * came back, so the job was not at fault.
 */
const isUncharged = sql<boolean>`(attempt.finished_at is not null and attempt.error is null or ${hasReturned})`;

/** Whether an attempt's worker vanished: the worker that took over the job has recorded it. */
const hasVanished = sql<boolean>`(
  coalesce(attempt.error ->> 'code', '') = 'STALLED' and not ${hasReturned})`;

/** Workers that may vanish while they run a job; with one more, the job fails as STALLED. */
export const maxVanished = 2;
/** Workers that may come back without being counted; with more of them, the job itself seems to suspend its workers. */
const maxReturned = 20;

/** An aggregate over attempts: the workers that count as vanished. */
const vanishedCount = sql<number>`(
  count(*) filter (where ${hasVanished}) + greatest(0, count(*) filter (where ${hasReturned}) - ${sql.lit(maxReturned)}))::int`;

/** What the attempts of a round have used up. */
export interface RoundUsage {
  /** Attempts whose worker vanished. */
  vanished: number;
  /** Attempts that do not count against the job's maximum. */
  uncharged: number;
  /** Time since the round began, without uncharged attempts and the waits after them. */
  usedMs: number;
}

/** What a round has used up that has no attempts yet. */
export const unused: RoundUsage = { vanished: 0, uncharged: 0, usedMs: 0 };

/** By the database's clock; `startedAt` is when the round's first attempt began. */
export async function measureRound(
  trx: DatabaseTransaction,
  { id, round, startedAt }: Pick<JobRow, 'id' | 'round' | 'startedAt'>,
): Promise<RoundUsage> {
  const { rows } = await sql<RoundUsage>`
    select count(*) filter (where is_uncharged)::int as uncharged, ${vanishedCount} as vanished,
      greatest(0, coalesce(extract(epoch from
        now() - ${startedAt}::timestamptz - coalesce(sum(lasted) filter (where is_uncharged), '0')), 0) * 1000)::float8 as used_ms
    from (
      select attempt.*, ${isUncharged} as is_uncharged,
        coalesce(lead(started_at) over (order by number), now()) - started_at as lasted
      from job_attempt attempt where job_id = ${id} and round = ${round}
    ) attempt ${prepared}`.execute(trx);
  return rows[0]!;
}

/** By how much a job's maximum of attempts grows when its row proceeds to a newer attempt. */
export const countUnchargedBefore = (newer: RawBuilder<unknown>) => sql<number>`(
  select count(*)::int from job_attempt attempt
  where attempt.job_id = job.id and attempt.round = job.round
    and attempt.number >= job.attempt and attempt.number < ${newer} and ${isUncharged})`;

/** How many attempts each job has left. Attempts are read, too, as the row may not have the newest ones yet. */
export async function countAttemptsLeft(
  db: Database,
  jobIds: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; left: number }>`
    select job.id, job.max_attempts - job.attempt
      + count(*) filter (where attempt.number = job.attempt and ${isUncharged})::int
      - count(*) filter (where attempt.number > job.attempt and not ${isUncharged})::int as left
    from job left join job_attempt attempt on attempt.job_id = job.id and attempt.round = job.round
    where ${isAmong(jobIds, 'job.id')}
    group by job.id`.execute(db);
  return new Map(rows.map(({ id, left }) => [id, left]));
}

/** How many workers vanished while they ran the job in this round, including that of an attempt that is still open. */
export async function countVanished(
  db: Database,
  { jobId, round, cutOff = 0 }: { jobId: string; round: number; cutOff?: number | undefined },
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select ${vanishedCount} + count(*) filter (where finished_at is null and number <> ${cutOff})::int as count
    from job_attempt attempt where job_id = ${jobId} and round = ${round}`.execute(db);
  return rows[0]!.count;
}

/**
 * Records that the worker of an attempt has come back, if the attempt was closed because the worker seemed to have vanished.
 * The job gets one more attempt in return, even if its row has proceeded to a newer one.
 */
export async function recordReturn(db: Database, jobId: string, number: number): Promise<void> {
  await sql`
    with returned as (
      update job_attempt attempt set returned_at = now()
      where job_id = ${jobId} and number = ${number} and ${hasVanished}
      returning round
    )
    update job set version = version + 1, max_attempts = max_attempts + 1
    from returned
    where job.id = ${jobId} and job.round = returned.round and job.attempt > ${number}
      and ${isUnfinishedJob}`.execute(db);
}
