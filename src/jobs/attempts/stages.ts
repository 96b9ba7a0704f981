import { sql } from 'kysely';
import type { Database } from '../../db/tables.ts';

/** Stages of one attempt that are kept, the first ones. */
export const maxStages = 100;

/** A stage that an attempt has begun. */
export interface BegunStage {
  attempt: number;
  name: string;
  /** Milliseconds from the attempt's begin to the stage's. */
  ms: number;
}

/** A stage of an attempt. It ends when the next one begins, or when the attempt does. */
export interface JobStage {
  jobId: string;
  attempt: number;
  name: string;
  startedAt: Date;
  finishedAt: Date | null;
}

/** One attempt of a job. */
export interface AttemptKey {
  jobId: string;
  number: number;
}

/**
 * Stores the stages that applied updates tell of. A part of `applyJobUpdates`' statement: `incoming` has the updates, with what
 * the rows said before, and `changed` the rows that they changed. One more than `maxStages` is kept, as it ends the last one.
 */
export const storeStages = sql<object>`(
  insert into job_stage (job_id, attempt, event_epoch, event_id, place, name, started_at)
  select incoming.job_id, begun.attempt, incoming.epoch, incoming.event_id, begun.place, begun.name, begun.at
  from incoming
    join changed on changed.id = incoming.job_id
    cross join lateral (
      select begun.*, least(now(), run.started_at + make_interval(secs => ms / 1000.0)) as at
      from rows from (jsonb_to_recordset(incoming.stages) as (attempt integer, name text, ms integer))
          with ordinality begun(attempt, name, ms, place)
        join job_attempt run on run.job_id = incoming.job_id and run.number = begun.attempt
    ) begun
  where (begun.attempt > incoming.attempt_before
      or (begun.attempt = incoming.attempt_before and incoming.state_before = 'ACTIVE'))
    and (select count(*) from job_stage stored where stored.job_id = incoming.job_id and stored.attempt = begun.attempt)
      + begun.place <= ${sql.lit(maxStages + 1)}
    -- A worker that did not learn that its report had arrived tells of it again.
    and not exists (
      select from job_stage stored
      where stored.job_id = incoming.job_id and stored.attempt = begun.attempt
        and stored.name = begun.name and stored.started_at = begun.at)
  on conflict do nothing)`;

/** The stages of these attempts in order, of each attempt the first `maxStages`. */
export async function listStages(
  db: Database,
  attempts: readonly AttemptKey[],
): Promise<JobStage[]> {
  const jobIds = attempts.map(({ jobId }) => jobId);
  const numbers = attempts.map(({ number }) => number);
  const order = sql`event_epoch, event_id, place`;
  // The events of a short attempt may be applied after its end.
  const { rows } = await sql<JobStage>`
    select run.job_id, run.number as attempt, stage.name, least(stage.started_at, run.finished_at) as started_at,
      coalesce(least(stage.ends_at, run.finished_at), run.finished_at) as finished_at
    from unnest(${sql.val(jobIds)}::uuid[], ${sql.val(numbers)}::int[]) given(id, number)
      join job_attempt run on run.job_id = given.id and run.number = given.number
      cross join lateral (
        select name, started_at, lead(started_at) over (order by ${order}) as ends_at, row_number() over (order by ${order}) as place
        from job_stage where job_id = run.job_id and attempt = run.number
      ) stage
    where stage.place <= ${sql.lit(maxStages)}
    order by run.job_id, run.number, stage.place`.execute(db);
  return rows;
}
