import { sql } from 'kysely';
import type { Database } from '../../db/tables.ts';
import type { JobSettings } from '../../jobs/define-job.ts';
import { listPositions } from '../../jobs/rows/positions.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { isUnfinishedJob } from '../../jobs/rows/states.ts';
import type { Logger } from '../../platform/logger.ts';
import { startLoop } from '../../platform/loop.ts';
import { createPaceReader } from '../pace.ts';
import { insertPromises, maxOpenPromises, settlePromises, toPromise } from './promises.ts';
import { estimateJob } from './ranges.ts';
import { createRecordReader } from './records.ts';

const intervalMs = 5_000;
/** Jobs that were accepted since the last look may get a promise, with some that were being stored then; these at most. */
const overlapMs = 2_000;
const longestMs = 60_000;
/** Promises of a type that are made at once: ten thousand jobs a minute cost no more than sixty. */
const madeAtOnce = 5;
/** Jobs accepted in an interval that are looked at. */
const maxCandidates = 500;

export interface PromisesOptions {
  db: Database;
  types: readonly string[];
  settings: (type: string) => Pick<JobSettings, 'ratePerMinute'>;
  mayRun?: (() => boolean) | undefined;
  logger: Logger;
}

export interface Promises extends AsyncDisposable {
  /** Must be called when jobs have changed: while none has, nothing is looked at. */
  lookSoon: () => void;
}

/**
 * Keeps, of some of the jobs that have lately been accepted, when they were said to complete, and puts that to the test when
 * they have, until disposed. It is a sample, so that what it costs does not grow with the number of jobs.
 */
export function startPromises(options: PromisesOptions): Promises {
  const { db, types, settings, mayRun, logger } = options;
  const findPace = createPaceReader(db);
  const findRecord = createRecordReader(db);
  /** Another process may have made some before this one. */
  let hasOpen = true;
  let hasNews = true;
  let lookedAt = performance.now() - intervalMs;

  async function run(): Promise<void> {
    if (!hasNews) return;
    hasNews = false;
    try {
      if (hasOpen) hasOpen = await settlePromises(db);
      await make();
    } catch (error) {
      hasNews = true;
      throw error;
    }
  }

  async function make(): Promise<void> {
    const now = performance.now();
    const acceptedMs = Math.min(now - lookedAt + overlapMs, longestMs);
    const jobs = await listAccepted(db, types, acceptedMs);
    lookedAt = now;
    if (jobs.length === 0) return;
    const ids = jobs.map(({ id }) => id);
    const places = new Map((await listPositions(db, ids)).map((place) => [place.id, place]));
    const promises = await Promise.all(
      jobs.map(async (job) => {
        const pace = (await findPace(job.type))!;
        const record = await findRecord(job.type);
        const position = places.get(job.id)?.position;
        const { ratePerMinute } = settings(job.type);
        const estimate = estimateJob(job, { pace, position, ratePerMinute, now: job.now });
        return estimate ? [toPromise(job, estimate, record, job.now)] : [];
      }),
    );
    await insertPromises(db, promises.flat());
    hasOpen ||= promises.flat().length > 0;
  }

  const loop = startLoop({ name: 'estimate promises', run, intervalMs, mayRun, logger });
  return {
    lookSoon: () => {
      hasNews = true;
    },
    [Symbol.asyncDispose]: loop[Symbol.asyncDispose],
  };
}

/** A sample of the jobs that have been accepted lately, or let go by the job before them; with the database's time in ms. */
async function listAccepted(
  db: Database,
  types: readonly string[],
  acceptedMs: number,
): Promise<(JobRow & { now: number })[]> {
  // The ids of jobs begin with the time at which they were accepted.
  const since = sql`now() - make_interval(secs => ${acceptedMs / 1_000})`;
  const firstId = sql`(lpad(to_hex((extract(epoch from ${since}) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid`;
  const { rows } = await sql<JobRow & { now: number }>`
    with accepted as (
      (select id from job where ${isUnfinishedJob} and waits_for is null and id >= ${firstId} order by id limit ${maxCandidates})
      union all
      (select follower.id
        from unnest(${sql.val(types)}::text[]) type(name), lateral (
          select id, pipeline_id from job
          where type = type.name and state = 'COMPLETED' and finished_at > ${since} and pipeline_id is not null
          limit ${maxCandidates}
        ) leader, lateral (
          select id from job where pipeline_id = leader.pipeline_id and waits_for = leader.id and ${isUnfinishedJob}
        ) follower)
    ), chosen as (
      select id, row_number() over (partition by type order by right(id::text, 12)) as number
      from accepted join job using (id)
      where type = any(${sql.val(types)}::text[]) and not exists (select from estimate_promise where job_id = id)
        and ${maxOpenPromises} > (
          select count(*) from estimate_promise open where open.type = job.type and ended_at is null)
    )
    select job.*, (extract(epoch from now()) * 1000)::float8 as now
    from chosen join job using (id) where number <= ${madeAtOnce}`.execute(db);
  return rows;
}
