import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { applyJobUpdates } from '../../../src/jobs/rows/update.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { startPromises } from '../../../src/queue/estimates/make-promises.ts';
import { settlePromises } from '../../../src/queue/estimates/promises.ts';
import { recordWorkers } from '../../../src/queue/workers.ts';
import { startApiServer } from '../../environment/app/api-server.ts';
import type { ApiServer } from '../../environment/app/api-server.ts';
import { createGraphQLClient } from '../../environment/clients/graphql-client.ts';
import { eventually } from '../../environment/eventually.ts';
import { insertTestJobs } from '../../environment/jobs/insert-jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';

expectNoLeaks();

const type = 'VIDEO_SUMMARIZATION';
const fields = 'estimate { startsAfter startsBefore completesAfter completesBefore coverage }';

const disposables = new AsyncDisposableStack();
let server: ApiServer;

beforeAll(async () => {
  server = disposables.use(await startApiServer('external'));
  const worker = { id: uuidv7(), queue: 'video-summarization', name: 'one', host: 'here' };
  await recordWorkers(server.stack.db, [{ ...worker, concurrency: 2, busy: 0 }]);
});

afterAll(() => disposables.disposeAsync());

beforeEach(async () => {
  for (const table of ['job', 'estimate_promise', 'queue_control'])
    await sql`delete from ${sql.table(table)}`.execute(server.stack.db);
});

/** Jobs that have completed after 11, 12, 13 … minutes. */
async function insertCompleted(count: number): Promise<void> {
  const jobs = await insertTestJobs(server.stack.db, count);
  for (const [index, { id }] of jobs.entries()) {
    const startedAt = sql<Date>`now() - make_interval(mins => ${11 + index}::int)`;
    await server.stack.db
      .updateTable('job')
      .set({ state: 'COMPLETED', startedAt, finishedAt: sql<Date>`now()` })
      .where('id', '=', id)
      .execute();
  }
}

async function begin(id: string, minutesAgo: number): Promise<void> {
  const { db } = server.stack;
  await applyJobUpdates(db, [{ jobId: id, round: 1, eventId: 1n, state: 'ACTIVE', attempt: 1 }]);
  const startedAt = sql<Date>`now() - make_interval(mins => ${minutesAgo}::int)`;
  await db.updateTable('job').set({ startedAt }).where('id', '=', id).execute();
}

/** In minutes from now. */
async function readEstimate(id: string): Promise<Record<string, number | null> | null> {
  const { request } = createGraphQLClient(server.url);
  const data = await request(`{ job(id: "${id}") { ${fields} } }`);
  const now = Date.now();
  const { coverage, ...times } = data['job'].estimate ?? {};
  if (coverage === undefined) return null;
  const entries = Object.entries(times as Record<string, string | null>);
  const minutes = entries.map(
    ([name, time]) => [name, time && Math.round((Date.parse(time) - now) / 60_000) + 0] as const,
  );
  return { ...Object.fromEntries(minutes as [string, number | null][]), coverage };
}

test('a range needs ten jobs that have completed, a queue that goes on, and a job that has not ended', async () => {
  const { request } = createGraphQLClient(server.url);
  await insertCompleted(9);
  const [job] = await insertTestJobs(server.stack.db, 1);
  expect(await readEstimate(job!.id)).toBeNull();
  await insertCompleted(11);
  const range = { startsAfter: 0, startsBefore: 0, completesAfter: 11, completesBefore: 20 };
  await eventually(async () =>
    expect(await readEstimate(job!.id)).toEqual({ ...range, coverage: null }),
  );
  await request(`mutation { pauseQueue(type: ${type}) { paused } }`);
  await eventually(async () => expect(await readEstimate(job!.id)).toBeNull());
  await request(`mutation { resumeQueue(type: ${type}) { paused } }`);
  await eventually(async () => expect(await readEstimate(job!.id)).not.toBeNull());
  await request(`mutation { cancelJob(id: "${job!.id}") { __typename } }`);
  expect(await readEstimate(job!.id)).toBeNull();
});

test('a job that runs is set against those that ran as long, and is never said to complete in the past', async () => {
  await insertCompleted(20);
  const [early, late, overdue] = await insertTestJobs(server.stack.db, 3);
  await begin(early!.id, 0);
  await begin(late!.id, 20);
  await begin(overdue!.id, 100);
  const notAgain = { startsAfter: null, startsBefore: null, coverage: null };
  await eventually(async () => {
    const range = { completesAfter: 12, completesBefore: 29 };
    expect(await readEstimate(early!.id)).toEqual({ ...notAgain, ...range });
  });
  expect(await readEstimate(late!.id)).toEqual({
    ...notAgain,
    completesAfter: 1,
    completesBefore: 10,
  });
  expect(await readEstimate(overdue!.id)).toEqual({
    ...notAgain,
    completesAfter: 0,
    completesBefore: 100,
  });
});

test('some of the jobs that are accepted get a promise each, which is put to the test when they complete', async () => {
  const { db } = server.stack;
  await insertCompleted(20);
  const jobs = await insertTestJobs(db, 8);
  const settings = () => ({ ratePerMinute: null });
  const logger = createLogger('silent', false);
  await using _promises = startPromises({ db, types: [type], settings, logger });
  const promised = await eventually(async () => {
    const rows = await db.selectFrom('estimatePromise').selectAll().execute();
    expect(rows).toHaveLength(5);
    return rows;
  });
  for (const { completesAfter, completesBefore, madeAt } of promised) {
    expect(+completesAfter).toBeGreaterThan(+madeAt);
    expect(+completesBefore).toBeGreaterThan(+completesAfter);
  }
  // One in time, one too early, one canceled, one deleted, and one that goes on.
  const [inTime, tooEarly, canceled, deleted] = promised;
  const end = (id: string, state: 'COMPLETED' | 'CANCELED', finishedAt: Date) =>
    db.updateTable('job').set({ state, finishedAt }).where('id', '=', id).execute();
  await end(inTime!.jobId, 'COMPLETED', inTime!.completesAfter);
  await end(tooEarly!.jobId, 'COMPLETED', new Date(+tooEarly!.completesAfter - 1));
  await end(canceled!.jobId, 'CANCELED', canceled!.completesAfter);
  await db.deleteFrom('job').where('id', '=', deleted!.jobId).execute();
  expect(await settlePromises(db)).toBe(true);
  const kept = await db.selectFrom('estimatePromise').select(['jobId', 'endedAt']).execute();
  expect(kept.filter(({ endedAt }) => endedAt)).toHaveLength(2);
  expect(kept.map(({ jobId }) => jobId)).not.toContain(canceled!.jobId);
  expect(kept.map(({ jobId }) => jobId)).not.toContain(deleted!.jobId);
  const other = jobs.find(({ id }) => !promised.some(({ jobId }) => jobId === id))!;
  await eventually(async () =>
    expect(await readEstimate(other.id)).toMatchObject({ coverage: 0.5 }),
  );
});
