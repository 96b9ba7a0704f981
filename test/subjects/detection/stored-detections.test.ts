import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { beforeAll, expect, test } from 'vitest';
import { localSession } from '../../../src/access/identity/session.ts';
import type { Viewer } from '../../../src/db/viewer.ts';
import { deleteOldResults } from '../../../src/jobs/rows/retention.ts';
import {
  findObjectDetection,
  insertObjectDetection,
  listDetectionsFor,
  objectDetectionResult,
} from '../../../src/subjects/detection/queries.ts';
import { listFramesOfPages } from '../../../src/subjects/detection/frame-pages.ts';
import { countLabels } from '../../../src/subjects/detection/read-frames.ts';
import type { DetectedFrame } from '../../../src/subjects/detection/table.ts';
import { registerVideo } from '../../../src/subjects/video/register.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestStack } from '../../environment/app/open-stack.ts';
import { ageResults, insertTestJob } from '../../environment/jobs/insert-jobs.ts';

expectNoLeaks();

const { viewer } = localSession;
const stranger: Viewer = { role: 'user', owner: 'somebody else' };
const box = { x: 0, y: 0, width: 0.5, height: 0.5 };
const found = (label: string, confidence: number) => ({ label, confidence, box });

const frames: DetectedFrame[] = [
  { frameNumber: 0, timestamp: 0, detections: [] },
  { frameNumber: 10, timestamp: 0.4, detections: [found('Tug', 0.9), found('car', 0.4)] },
  { frameNumber: 20, timestamp: 0.8, detections: [found('car', 0.8), found('Straße', 0.3)] },
];

const stack = useTestStack('external');
let id: string;
let jobId: string;

async function insert(stored: DetectedFrame[]): Promise<{ id: string; jobId: string }> {
  const { db } = stack;
  const video = { title: 'Harbour', path: 'harbour.mp4' };
  const { video: known } = await registerVideo(db, viewer.owner, video);
  const job = await insertTestJob(db);
  const detection = {
    id: job.resultId,
    jobId: job.id,
    videoId: known.id,
    query: 'tug. car.',
    width: null,
    height: null,
    counts: countLabels(stored),
    unreadFrames: [],
    modelUsed: null,
  };
  await db.transaction().execute((trx) => insertObjectDetection(trx, detection, stored));
  return { id: job.resultId, jobId: job.id };
}

beforeAll(async () => {
  ({ id, jobId } = await insert(frames));
});

const choose = async (choice: Parameters<typeof listDetectionsFor>[3], reader: Viewer = viewer) =>
  (await listDetectionsFor(stack.db, reader, id, choice)).map(
    ({ frameNumber, label, confidence }) => [frameNumber, label, confidence],
  );

test('the first frame with a detection that matches is chosen', async () => {
  const first = [
    [10, 'Tug', 0.9],
    [10, 'car', 0.4],
  ];
  expect(await choose({})).toEqual(first);
  expect(await choose({ minConfidence: null, labels: null })).toEqual(first);
  expect(await choose({ labels: ['CAR'] })).toEqual([[10, 'car', 0.4]]);
  expect(await choose({ labels: ['car'], minConfidence: 0.5 })).toEqual([[20, 'car', 0.8]]);
  expect(await choose({ fromFrame: 10 })).toEqual(first);
  expect(await choose({ fromFrame: 11, labels: ['straße', 'tug'] })).toEqual([[20, 'Straße', 0.3]]);
  expect(await listDetectionsFor(stack.db, viewer, id, { labels: ['tug'] })).toEqual([
    { ...found('Tug', 0.9), frameNumber: 10 },
  ]);
});

test('there may be none', async () => {
  for (const choice of [
    { labels: ['bird'] },
    { labels: [] },
    { minConfidence: 1 },
    { fromFrame: 21 },
  ]) {
    expect(await choose(choice)).toEqual([]);
  }
  expect(await listDetectionsFor(stack.db, viewer, uuidv7(), {})).toEqual([]);
  expect(await listDetectionsFor(stack.db, viewer, 'no id', {})).toEqual([]);
});

test('nobody else sees a detection, and the holder of a ticket sees that of its job', async () => {
  const ticket = (job: string): Viewer => ({ role: 'ticket', owner: viewer.owner, jobId: job });
  for (const [reader, count] of [
    [stranger, 0],
    [ticket(uuidv7()), 0],
    [ticket(jobId), 2],
    [{ role: 'operator', owner: 'olga' } as const, 2],
  ] as const) {
    expect(await choose({}, reader)).toHaveLength(count);
    const seen = await findObjectDetection(stack.db, reader, id);
    expect(seen?.id).toBe(count === 0 ? undefined : id);
  }
});

test('pages of several detections are read together, each in its order', async () => {
  const other = await insert(frames.slice(1));
  const pages = [
    { detectionId: id, first: 2, after: -1 },
    { detectionId: other.id, first: 5, after: 10 },
    { detectionId: uuidv7(), first: 5, after: -1 },
    { detectionId: id, first: 1, after: 0 },
  ];
  const read = await listFramesOfPages(stack.db, pages);
  expect(read.map((page) => page.map(({ frameNumber }) => frameNumber))).toEqual([
    [0, 10],
    [20],
    [],
    [10],
  ]);
  expect(read[3]![0]).toMatchObject(frames[1]!);
});

test('an old detection goes with its frames, unless an unfinished job follows what it found', async () => {
  const { db } = stack;
  const { id: old, jobId: itsJob } = await insert(frames);
  const follower = await insertTestJob(db);
  await db
    .updateTable('job')
    .set({ input: JSON.stringify({ detection: { detectionId: old } }) })
    .where('id', '=', follower.id)
    .execute();
  await db.deleteFrom('job').where('id', '=', itsJob).execute();
  await ageResults(db, 'object_detection', 200);
  const sweep = () => deleteOldResults(db, [objectDetectionResult], 100, 10);
  const countFrames = async () => {
    const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from detected_frame where detection_id = ${old}`.execute(db);
    return rows[0]!.count;
  };
  expect(await sweep()).toBe(0);
  expect(await countFrames()).toBe(3);
  await db.deleteFrom('job').where('id', '=', follower.id).execute();
  expect(await sweep()).toBe(1);
  expect(await countFrames()).toBe(0);
});
