import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { localSession } from '../../../src/access/identity/session.ts';
import type { Database } from '../../../src/db/tables.ts';
import type { EstimateBasis } from '../../../src/queue/estimates/ranges.ts';
import {
  insertPromises,
  settlePromises,
  toPromise,
} from '../../../src/queue/estimates/promises.ts';
import { listEstimateRecords } from '../../../src/queue/estimates/records.ts';
import { estimateJob } from '../../../src/queue/estimates/ranges.ts';
import { listQueuePaces } from '../../../src/queue/pace.ts';
import { useTestStack } from '../../environment/app/open-stack.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { createSeededRandom } from '../../environment/seeded-random.ts';
import {
  capacityAt,
  drawJobs,
  runDay,
  SimulatedQueue,
} from '../../environment/jobs/simulated-day.ts';
import type { SimulatedJob } from '../../environment/jobs/simulated-day.ts';

expectNoLeaks();

const type = 'VIDEO_SUMMARIZATION';
/** How often promises are made and put to the test, in virtual time, and how many are made at once. */
const stepMs = 120_000;
const madeAtOnce = 5;

const stack = useTestStack('external');

function stateOf({ startedAt, endedAt }: SimulatedJob, now: number) {
  if (startedAt === undefined) return 'QUEUED';
  return endedAt! <= now ? 'COMPLETED' : 'ACTIVE';
}

/** Writes the rows as they are at this time of a day that began then. */
async function save(db: Database, jobs: Iterable<SimulatedJob>, begin: number, now: number) {
  const at = (time: number | undefined) => (time === undefined ? null : new Date(begin + time));
  const records = [...jobs].map((job) => ({
    id: job.id,
    state: stateOf(job, now),
    accepted: at(job.acceptedAt),
    started: at(job.startedAt),
    ended: stateOf(job, now) === 'COMPLETED' ? at(job.endedAt) : null,
  }));
  await sql`
    insert into job (id, type, owner, input, result_id, max_attempts, priority, priority_rank, dispatched_at, state,
      created_at, started_at, finished_at)
    select id, ${type}, ${localSession.viewer.owner}, '{}', id, 3, 'NORMAL', 5, accepted, state, accepted, started, ended
    from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as record(
      id uuid, state text, accepted timestamptz, started timestamptz, ended timestamptz)
    on conflict (id) do update
    set state = excluded.state, started_at = excluded.started_at, finished_at = excluded.finished_at`.execute(
    db,
  );
}

/** The promise of a job, if one can be made. */
async function promiseFor(
  db: Database,
  jobs: readonly SimulatedJob[],
  queue: SimulatedQueue,
  begin: number,
  at: number,
) {
  if (jobs.length === 0) return;
  const [pace] = await listQueuePaces(db, [type]);
  const record = (await listEstimateRecords(db, [type])).get(type)!;
  const now = begin + at;
  const promises = jobs.map((job) => {
    const begun = { state: 'ACTIVE', startedAt: new Date(begin + (job.startedAt ?? 0)) } as const;
    const isWaiting = job.startedAt === undefined;
    const row = isWaiting ? ({ state: 'QUEUED', startedAt: null } as const) : begun;
    const basis: EstimateBasis = {
      pace: { ...pace!, capacity: capacityAt(at) },
      position: isWaiting ? queue.positionOf(job) : undefined,
      ratePerMinute: null,
      now,
    };
    const none = { waitsFor: null, admittedAt: null, dispatchedAt: null, nextAttemptAt: null };
    const estimate = estimateJob({ ...none, ...row }, basis);
    return estimate ? [toPromise({ id: job.id, type, round: 1 }, estimate, record, now)] : [];
  });
  await insertPromises(db, promises.flat());
}

interface Held {
  hasBegun: boolean;
  promises: number;
  share: number;
}

beforeAll(async () => {
  const { db } = stack;
  // Old ones are deleted, and this is to be the record of all.
  await sql`create table every_promise as select * from estimate_promise`.execute(db);
  await sql`
    create function keep_promise() returns trigger language plpgsql as $$
    begin insert into every_promise select new.*; return null; end $$`.execute(db);
  await sql`
    create trigger keep_promise after update on estimate_promise for each row execute function keep_promise()`.execute(
    db,
  );
});

test.each([1, 2])(
  'over a day of bursts (seed %i), ranges hold for about eight jobs of ten',
  async (seed) => {
    const { db } = stack;
    for (const table of ['job', 'estimate_promise', 'every_promise'])
      await sql`delete from ${sql.table(table)}`.execute(db);
    const queue = new SimulatedQueue();
    const random = createSeededRandom(seed);
    const begin = Date.now() - 26 * 3_600_000;
    for (const { now, accepted, changed } of runDay(drawJobs(seed), queue, stepMs)) {
      await save(db, changed, begin, now);
      await settlePromises(db);
      const open = accepted.filter((job) => stateOf(job, now) !== 'COMPLETED');
      const drawn = open.map((job) => ({ job, lot: random.below(1_000_000) }));
      const chosen = drawn.toSorted((a, b) => a.lot - b.lot).slice(0, madeAtOnce);
      await promiseFor(
        db,
        chosen.map(({ job }) => job),
        queue,
        begin,
        now,
      );
    }

    const { rows } = await sql<Held>`
    select has_begun, count(*)::int as promises,
      avg((ended_at between completes_after and completes_before)::int)::float8 as share
    from every_promise group by rollup(has_begun) order by has_begun`.execute(db);
    for (const { promises, share } of rows) {
      expect(promises).toBeGreaterThan(200);
      expect(share).toBeGreaterThanOrEqual(0.75);
      expect(share).toBeLessThanOrEqual(0.9);
    }
    const { coverage } = (await listEstimateRecords(db, [type])).get(type)!;
    expect(coverage).toBeGreaterThan(0.7);
    const { kept } = await db
      .selectFrom('estimatePromise')
      .select(sql<number>`count(*)::int`.as('kept'))
      .executeTakeFirstOrThrow();
    expect(kept).toBeLessThanOrEqual(400);
  },
  60_000,
);
