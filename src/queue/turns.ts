import { sql } from 'kysely';
import type { JobRow } from '../jobs/rows/row.ts';
import { queueName } from '../jobs/define-job.ts';
import type { Database } from '../db/tables.ts';
import { isPresent } from './workers.ts';

/** A queue holds this many jobs for each that its workers can run at once: one that runs, and one that follows. */
const windowFactor = 2;
/** Number of jobs that a queue holds at least, with few workers or none. */
const minWindow = 10;
/**
 * A job that waits for longer than this, while more urgent ones go first, has a share of the queue: one of so many starts.
 * The k-th such job of an owner thus begins after at most k times that many starts, times the owners that have such jobs.
 */
const agedAfterMs = 10 * 60_000;
const agedShare = 10;

/** How long the process that has taken a turn may need to enqueue the job. */
const handoverMs = 2_000;
export const handoverEnd = sql<Date>`now() - make_interval(secs => ${sql.lit(handoverMs / 1_000)})`;
const isHandedOver = sql<boolean>`(dispatched_at < ${handoverEnd})`;

/** Who may have how much of a queue. */
export interface TurnOptions {
  type: string;
  /** Jobs a minute that the queue lets through; null: no limit. */
  ratePerMinute: number | null;
  /** Jobs of one owner at once, those that wait for their next attempt included; null: no limit. */
  perOwner: number | null;
  /** How long a job is expected to run, until there are some that have. */
  expectedDurationMs: number;
  /** How many shares an owner has; one who is not named has 1. */
  ownerWeights: Readonly<Record<string, number>>;
}

/**
 * Takes the jobs whose turn it is, as many as the queue has room for, in their order: by priority, then of the owner who has
 * had least of the queue's time, then by age. More urgent jobs find room as if less urgent ones were not in the queue. Jobs
 * that the queue already has and holds back for more urgent ones are returned as well, lifted, once they are aged. The rows
 * say from now on that the queue has them. Any number of processes may take turns at the same time: each job is taken once,
 * and never more than there is room for.
 */
export async function takeTurns(db: Database, options: TurnOptions): Promise<JobRow[]> {
  const { type, ratePerMinute, perOwner, expectedDurationMs, ownerWeights } = options;
  const { rows } = await sql<JobRow>`
    select * from take_turns(${type}, (
        select greatest(${minWindow}::int, case when sum(concurrency) > 0
          then ${windowFactor}::int * least(sum(concurrency), ${ratePerMinute}::int) end)
        from worker where queue = ${queueName({ type })} and ${isPresent}
      )::int, ${perOwner}::int, ${expectedDurationMs}::int, ${JSON.stringify(ownerWeights)}::jsonb,
      make_interval(secs => ${agedAfterMs / 1_000}), ${agedShare})`.execute(db);
  return rows;
}

/** Gives back turns of jobs that the queue did not accept; jobs that have begun all the same keep theirs. */
export async function returnTurns(db: Database, jobs: readonly JobRow[]): Promise<void> {
  const ids = jobs.map(({ id }) => id);
  const rounds = jobs.map(({ round }) => round);
  await sql`
    update job set dispatched_at = null, charged_ms = null, lifted_at = null
    from unnest(${sql.val(ids)}::uuid[], ${sql.val(rounds)}::int[]) refused(id, round)
    where job.id = refused.id and job.round = refused.round and job.state = 'QUEUED'`.execute(db);
}

/** Recounts the jobs that wait in a queue; returns how many owners' counts were wrong. Triggers should keep them right. */
export async function recountTurns(db: Database, type: string): Promise<number> {
  const { rows } = await sql<{ corrected: number }>`
    select recount_turns(${type}) as corrected`.execute(db);
  return rows[0]!.corrected;
}

/** The types that have jobs that wait for their turn, or that may not have been enqueued after it. */
export async function listTypesToDispatch(
  db: Database,
  types: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ type: string }>`
    select type from unnest(${sql.val(types)}::text[]) known(type)
    where exists (select from turn_entry where type = known.type)
      or exists (select from owner_turn where type = known.type and high > 0)
      or exists (select from owner_turn where type = known.type and normal > 0)
      or exists (select from owner_turn where type = known.type and low > 0)
      or exists (select from job where type = known.type and state = 'QUEUED' and ${isHandedOver})`.execute(
    db,
  );
  return rows.map(({ type }) => type);
}

/** Jobs that have not started although they should have been enqueued a while ago. */
export async function listHandedOver(db: Database, type: string): Promise<JobRow[]> {
  return db
    .selectFrom('job')
    .selectAll()
    .where('type', '=', type)
    .where('state', '=', sql.lit('QUEUED'))
    .where(isHandedOver)
    .execute();
}
