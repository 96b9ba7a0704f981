import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localSession } from '../../src/access/identity/session.ts';
import type { JobFilter } from '../../src/jobs/rows/filter.ts';
import { aboutVideos } from '../../src/subjects/summary/jobs-about.ts';
import { applyPositions } from '../../src/jobs/rows/announce-positions.ts';
import { listPositionRanges } from '../../src/jobs/rows/position-ranges.ts';
import { listPositions } from '../../src/jobs/rows/positions.ts';
import { hasWaitingJobs } from '../../src/jobs/rows/waiting.ts';
import type { Database } from '../../src/db/tables.ts';
import { asOwner } from '../../src/db/viewer.ts';
import { listUnfinishedJobs } from '../../src/jobs/rows/list.ts';
import { listJobs } from '../../src/jobs/rows/pages.ts';
import { createTestStack } from '../environment/app/app.ts';
import { openTestStack } from '../environment/app/open-stack.ts';
import type { OpenStack } from '../environment/app/open-stack.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { insertWaitingJobs, waitingIdAt } from '../environment/jobs/insert-jobs.ts';

expectNoLeaks();

const { viewer } = localSession;
const disposables = new AsyncDisposableStack();
const jobCount = 20_000;
let stack: OpenStack;

beforeAll(async () => {
  stack = disposables.use(await openTestStack(disposables.use(await createTestStack('external'))));
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

test('that some job waits is found without reading the others', async () => {
  const { sequentialScans } = await measure(async (db) => {
    expect(await hasWaitingJobs(db)).toBe(true);
  });
  expect(sequentialScans).toBe(0);
});

test('the first of a queue are found without those behind', async () => {
  const { sequentialScans, placesRead, placePagesRead } = await measure((db) =>
    listPositionRanges(
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

test('the position of a job is counted from those ahead of it, and of several in one pass', async () => {
  const ids = [waitingIdAt(100), waitingIdAt(90), waitingIdAt(40)];
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
    .where('id', '=', waitingIdAt(500))
    .execute();
  await stack.db
    .updateTable('job')
    .set({ waitsFor: waitingIdAt(1) })
    .where('id', '=', waitingIdAt(2))
    .execute();
  expect(await listPositions(stack.db, [waitingIdAt(3)])).toMatchObject([{ position: 3 }]);
  const found = await listPositions(stack.db, [1, 2, 3, 500, 600].map(waitingIdAt));
  expect(new Map(found.map(({ id, position }) => [id, position]))).toEqual(
    new Map([
      [waitingIdAt(500), 1],
      [waitingIdAt(1), 2],
      [waitingIdAt(3), 3],
      [waitingIdAt(600), 599],
    ]),
  );
  const listed = await listPositionRanges(
    stack.db,
    [{ type: 'VIDEO_SUMMARIZATION', after: 1, upTo: 3 }],
    undefined,
  );
  expect(listed.map(({ id, position }) => [id, position])).toEqual([
    [waitingIdAt(1), 2],
    [waitingIdAt(3), 3],
  ]);
});

test('announcing a position updates no index', async () => {
  const { hotUpdates } = await measure((db) =>
    applyPositions(db, [{ id: waitingIdAt(700), position: 600, own: 599, reason: 'POSITION' }]),
  );
  expect(hotUpdates).toBe(1);
});

test('unfinished jobs are read page by page by an index, of all and of an owner', async () => {
  for (const reader of [viewer, asOwner(viewer)]) {
    const { sequentialScans } = await measure(async (db) => {
      const page = await listUnfinishedJobs(db, reader, {}, waitingIdAt(10_000), 100);
      expect(page[0]!.id).toBe(waitingIdAt(9_999));
    });
    expect(sequentialScans).toBe(0);
  }
});

test('jobs about a video, and about summaries of it, are found by their indexes', async () => {
  const filter: JobFilter = { about: [aboutVideos([{ id: 'harbour' }])] };
  const about = await insertJobsAbout('harbour');
  const page = { limit: 100, after: undefined, before: undefined, inverted: true };
  const { sequentialScans } = await measure(async (db) => {
    const listed = await listJobs(db, viewer, filter, page);
    expect(listed.map(({ id }) => id)).toEqual(about);
    const watched = await listUnfinishedJobs(db, viewer, filter, undefined, 100);
    expect(watched.map(({ id }) => id)).toEqual(about.toReversed());
  });
  expect(sequentialScans).toBe(0);
});

/** Three waiting jobs are from now on about a video, each in its way; their ids. */
async function insertJobsAbout(videoId: string): Promise<string[]> {
  const { owner } = viewer;
  const personaId = waitingIdAt(1);
  const summaryId = waitingIdAt(2);
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
    values (${summaryId}, ${waitingIdAt(3)}, ${owner}, ${videoId}, ${personaId}, '[]', '[]')`.execute(
    stack.db,
  );
  const inputs = [{ videoId }, { summaryId }, { summaryIds: [waitingIdAt(1), summaryId] }];
  const ids = inputs.map((_, index) => waitingIdAt(1_000 + index));
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
