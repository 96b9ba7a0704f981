import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { JobRow } from './job-row.ts';
import type { Database, DatabaseTransaction } from '../db/tables.ts';
import { isUnfinishedJob } from './unfinished-jobs.ts';

/** Of an attempt: that its worker was taken for vanished, and came back. It had stood still, or was cut off from the queue. */
const hasReturned = sql<boolean>`(attempt.returned_at is not null)`;

/**
 * Of an attempt: that it ended without having failed, or that its worker came back. If others follow it, it was given back, by
 * no fault of its job.
 */
const isGivenBack = sql<boolean>`(attempt.finished_at is not null and attempt.error is null or ${hasReturned})`;

/** Of an attempt: that its worker vanished, as whoever took its job over has seen. */
const hasVanished = sql<boolean>`(
  coalesce(attempt.error ->> 'code', '') = 'STALLED' and not ${hasReturned})`;

/** So many workers may vanish with a job; once more, and it fails as STALLED. */
export const maxVanished = 2;
/** So many may come back that had been taken for vanished; of more, the job is what makes them stand still. */
const maxReturned = 20;

/** Workers that count as vanished, of attempts. */
const vanishedCount = sql<number>`(
  count(*) filter (where ${hasVanished}) + greatest(0, count(*) filter (where ${hasReturned}) - ${sql.lit(maxReturned)}))::int`;

/** What a round has had before its next attempt. */
export interface RoundSoFar {
  /** Attempts whose worker vanished. */
  vanished: number;
  /** Attempts that were given back, which are charged to nobody. */
  spared: number;
  /** Time since it began, less that of what was given back and the wait that followed. */
  usedMs: number;
}

/** By the clock that also wrote the times; `startedAt`: when the round's first attempt began. */
export async function measureRound(
  trx: DatabaseTransaction,
  { id, round, startedAt }: Pick<JobRow, 'id' | 'round' | 'startedAt'>,
): Promise<RoundSoFar> {
  const { rows } = await sql<RoundSoFar>`
    select count(*) filter (where is_given_back)::int as spared, ${vanishedCount} as vanished,
      greatest(0, coalesce(extract(epoch from
        now() - ${startedAt}::timestamptz - coalesce(sum(lasted) filter (where is_given_back), '0')), 0) * 1000)::float8 as used_ms
    from (
      select attempt.*, ${isGivenBack} as is_given_back,
        coalesce(lead(started_at) over (order by number), now()) - started_at as lasted
      from job_attempt attempt where job_id = ${id} and round = ${round}
    ) attempt`.execute(trx);
  return rows[0]!;
}

/** How many attempts of the round are to be added to those that a job may have, once its row goes on to a newer one. */
export const sparedBefore = (newer: RawBuilder<unknown>) => sql<number>`(
  select count(*)::int from job_attempt attempt
  where attempt.job_id = job.id and attempt.round = job.round
    and attempt.number >= job.attempt and attempt.number < ${newer} and ${isGivenBack})`;

/** Attempts that each job may still have. Its row may not know yet what became of the newest ones. */
export async function countAttemptsLeft(
  db: Database,
  jobIds: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; left: number }>`
    select job.id, job.max_attempts - job.attempt
      + count(*) filter (where attempt.number = job.attempt and ${isGivenBack})::int
      - count(*) filter (where attempt.number > job.attempt and not ${isGivenBack})::int as left
    from job left join job_attempt attempt on attempt.job_id = job.id and attempt.round = job.round
    where job.id = any(${sql.val(jobIds)}::uuid[])
    group by job.id`.execute(db);
  return new Map(rows.map(({ id, left }) => [id, left]));
}

/** Workers that have vanished with a job in this round, that of an attempt included of which nobody has seen it yet. */
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
 * Takes it back, if it was said, that the worker of an attempt had vanished: it is there. The job has as many more attempts,
 * also if its row has gone on to a newer one.
 */
export async function forgiveVanished(db: Database, jobId: string, number: number): Promise<void> {
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
