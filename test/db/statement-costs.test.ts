import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localSession } from '../../src/access/identity/session.ts';
import type { JobFilter } from '../../src/jobs/rows/filter.ts';
import { listJobs } from '../../src/jobs/rows/insert.ts';
import { applyPositions, listPlaces, listPositions } from '../../src/jobs/rows/position.ts';
import type { Database } from '../../src/db/tables.ts';
import { asOwner } from '../../src/db/viewer.ts';
import { listUnfinishedJobs } from '../../src/jobs/rows/list.ts';
import { createTestStack } from '../environment/app/app.ts';
import { openBareStack } from '../environment/app/bare-stack.ts';
import type { BareStack } from '../environment/app/bare-stack.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { insertWaitingJobs, waitingId } from '../environment/jobs/waiting-jobs.ts';

expectNoLeaks();

const { viewer } = localSession;
const disposables = new AsyncDisposableStack();
const jobCount = 20_000;
let stack: BareStack;

beforeAll(async () => {
  stack = disposables.use(await openBareStack(disposables.use(await createTestStack('external'))));
  await insertWaitingJobs(stack.db, jobCount);
});

afterAll(() => disposables.disposeAsync());

interface Costs {
  /** Of the jobs' table. */
  sequentialScans: number;
  /** Entries of the index of places, and its pages, of which each has room for more than a hundred entries. */
  placesRead: number;
  placePagesRead: number;
  hotUpdates: number;
}

/** What a session's statements have cost, those of earlier transactions too as long as they are not yet reported. */
async function readCosts(db: Database): Promise<Costs> {
  const { rows } = await sql<Costs>`
    select pg_stat_get_xact_numscans('job'::regclass)::int as sequential_scans,
      pg_stat_get_xact_tuples_returned('job_turn'::regclass)::int as places_read,
      pg_stat_get_xact_blocks_fetched('job_turn'::regclass)::int as place_pages_read,
      pg_stat_get_xact_tuples_hot_updated('job'::regclass)::int as hot_updates`.execute(db);
  return rows[0]!;
}

/** What PostgreSQL did to run these statements. */
async function measure(run: (db: Database) => Promise<unknown>): Promise<Costs> {
  return stack.db.transaction().execute(async (trx) => {
    const before = await readCosts(trx);
    await run(trx);
    const after = await readCosts(trx);
    return {
      sequentialScans: after.sequentialScans - before.sequentialScans,
      placesRead: after.placesRead - before.placesRead,
      placePagesRead: after.placePagesRead - before.placePagesRead,
      hotUpdates: after.hotUpdates - before.hotUpdates,
    };
  });
}

test('the first of a queue are found without those behind', async () => {
  const { sequentialScans, placesRead, placePagesRead } = await measure((db) =>
    listPlaces(
      db,
      [
        { type: 'VIDEO_SUMMARIZATION', after: 0, upTo: 20 },
        { type: 'VIDEO_SUMMARIZATION', after: 200, upTo: 240 },
        { type: 'CLAIM_EXTRACTION', after: 0, upTo: 20 },
      ],
      undefined,
    ),
  );
  expect(sequentialScans).toBe(0);
  expect(placesRead).toBeLessThanOrEqual(21 + 241);
  expect(placePagesRead).toBeLessThanOrEqual(30);
});

test('the place of a job is counted from those ahead of it, and of several in one pass', async () => {
  const ids = [waitingId(100), waitingId(90), waitingId(40)];
  const { sequentialScans, placesRead, placePagesRead } = await measure(async (db) => {
    const found = await listPositions(db, ids);
    const places = new Map(found.map(({ id, position }) => [id, position]));
    expect(ids.map((id) => places.get(id))).toEqual([100, 90, 40]);
  });
  expect(sequentialScans).toBe(0);
  expect(placesRead).toBeLessThanOrEqual(105);
  expect(placePagesRead).toBeLessThanOrEqual(30);
});

test('jobs that go first are ahead of all others, and steps that wait for others are not', async () => {
  await stack.db
    .updateTable('job')
    .set({ priority: 'HIGH', priorityRank: 1 })
    .where('id', '=', waitingId(500))
    .execute();
  await stack.db
    .updateTable('job')
    .set({ waitsFor: waitingId(1) })
    .where('id', '=', waitingId(2))
    .execute();
  expect(await listPositions(stack.db, [waitingId(3)])).toMatchObject([{ position: 3 }]);
  const found = await listPositions(stack.db, [1, 2, 3, 500, 600].map(waitingId));
  expect(new Map(found.map(({ id, position }) => [id, position]))).toEqual(
    new Map([
      [waitingId(500), 1],
      [waitingId(1), 2],
      [waitingId(3), 3],
      [waitingId(600), 599],
    ]),
  );
  const listed = await listPlaces(
    stack.db,
    [{ type: 'VIDEO_SUMMARIZATION', after: 1, upTo: 3 }],
    undefined,
  );
  expect(listed.map(({ id, position }) => [id, position])).toEqual([
    [waitingId(1), 2],
    [waitingId(3), 3],
  ]);
});

test('a place that is announced leaves all indexes alone', async () => {
  const { hotUpdates } = await measure((db) =>
    applyPositions(db, [{ id: waitingId(700), position: 600 }]),
  );
  expect(hotUpdates).toBe(1);
});

test('unfinished jobs are read page by page by an index, of all and of an owner', async () => {
  for (const reader of [viewer, asOwner(viewer)]) {
    const { sequentialScans } = await measure(async (db) => {
      const page = await listUnfinishedJobs(db, reader, {}, waitingId(10_000), 100);
      expect(page[0]!.id).toBe(waitingId(10_001));
    });
    expect(sequentialScans).toBe(0);
  }
});

test('jobs about a video, and about summaries of it, are found by their indexes', async () => {
  const filter: JobFilter = { videoId: 'harbour' };
  const about = await insertJobsAbout('harbour');
  const page = { limit: 100, after: undefined, before: undefined, inverted: true };
  const { sequentialScans } = await measure(async (db) => {
    const listed = await listJobs(db, viewer, filter, page);
    expect(listed.map(({ id }) => id)).toEqual(about);
    const watched = await listUnfinishedJobs(db, viewer, filter, undefined, 100);
    expect(watched.map(({ id }) => id)).toEqual(about);
  });
  expect(sequentialScans).toBe(0);
});

/** Three waiting jobs are from now on about a video, each in its way; their ids. */
async function insertJobsAbout(videoId: string): Promise<string[]> {
  const { owner } = viewer;
  const personaId = waitingId(1);
  const summaryId = waitingId(2);
  await stack.db
    .insertInto('video')
    .values({ id: videoId, owner, title: 'Harbour', path: 'harbour.mp4' })
    .execute();
  await stack.db
    .insertInto('persona')
    .values({ id: personaId, owner, name: 'Analyst', role: '', informationNeed: '' })
    .execute();
  await sql`
    insert into video_summary (id, job_id, owner, video_id, persona_id, gloss, key_frames)
    values (${summaryId}, ${waitingId(3)}, ${owner}, ${videoId}, ${personaId}, '[]', '[]')`.execute(
    stack.db,
  );
  const inputs = [{ videoId }, { summaryId }, { summaryIds: [waitingId(1), summaryId] }];
  const ids = inputs.map((_, index) => waitingId(1_000 + index));
  for (const [index, input] of inputs.entries()) {
    await stack.db
      .updateTable('job')
      .set({ input: JSON.stringify(input) })
      .where('id', '=', ids[index]!)
      .execute();
  }
  await sql`analyze job`.execute(stack.db);
  return ids;
}
