import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { cancelJob, retryJob, setJobPriority } from '../../src/jobs/rows/control.ts';
import { listPositionRanges } from '../../src/jobs/rows/position-ranges.ts';
import { listPositions } from '../../src/jobs/rows/positions.ts';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import { recountTurns, returnTurns } from '../../src/queue/turns.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { endJobs, expectedDurationMs, openTurnQueue } from '../environment/jobs/turn-queue.ts';
import { useTestStack } from '../environment/app/open-stack.ts';

expectNoLeaks();

const stack = useTestStack('external');
const openQueue = () => openTurnQueue(stack.db, {});
const end = (jobs: readonly JobRow[]) => endJobs(stack.db, jobs, expectedDurationMs);

const idsOf = (jobs: readonly { id: string }[]) => jobs.map(({ id }) => id);

async function readCounts(type: string): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
      select owner || ' ' || sum(high) || ' ' || sum(normal) || ' ' || sum(low) as line from (
        select owner, high, normal, low from owner_turn where type = ${type}
        union all select owner, high, normal, low from turn_entry where type = ${type}) part
      group by owner order by owner`.execute(stack.db);
  return rows.map(({ line }) => line);
}

test('who waits is counted through every change of a job, and counted anew when it was wrong', async () => {
  const { type, insert, take } = openQueue();
  const viewer = { role: 'operator', owner: 'a' } as const;
  const jobs = await insert('a', 14);
  const [leader] = jobs;
  const [follower] = await insert('a', 1, 'LOW', { waitsFor: leader!.id });
  const [delayed] = await insert('b', 1, 'NORMAL', {
    state: 'DELAYED',
    nextAttemptAt: sql`now()`,
  });
  expect(await readCounts(type)).toEqual(['a 0 14 0']);
  await cancelJob(stack.db, viewer, jobs[13]!.id);
  await setJobPriority(stack.db, viewer, jobs[12]!.id, 'HIGH');
  expect(await readCounts(type)).toEqual(['a 1 12 0']);
  await retryJob(stack.db, viewer, jobs[13]!.id, () => 3);
  await stack.db
    .updateTable('job')
    .set({ state: 'QUEUED' })
    .where('id', '=', delayed!.id)
    .execute();
  await stack.db
    .updateTable('job')
    .set({ admittedAt: sql`now()` })
    .where('id', '=', follower!.id)
    .execute();
  expect(await readCounts(type)).toEqual(['a 1 13 1', 'b 0 1 0']);
  const taken = await take();
  expect(await readCounts(type)).toEqual(['a 0 5 1', 'b 0 0 0']);
  await returnTurns(stack.db, taken);
  expect(await readCounts(type)).toEqual(['a 1 13 1', 'b 0 1 0']);
  expect(idsOf(await take())).toEqual(idsOf(taken));
  await stack.db.deleteFrom('job').where('id', '=', follower!.id).execute();
  expect(await readCounts(type)).toEqual(['a 0 5 0', 'b 0 0 0']);

  expect(await recountTurns(stack.db, type)).toBe(0);
  await sql`update owner_turn set normal = normal + 7, low = 3 where type = ${type}`.execute(
    stack.db,
  );
  expect(await recountTurns(stack.db, type)).toBe(2);
  expect(await readCounts(type)).toEqual(['a 0 5 0', 'b 0 0 0']);
});

test('an owner who has had more than others is told when later jobs of theirs go first', async () => {
  const { type, insert, take } = openQueue();
  await insert('c', 60);
  const long = await insert('a', 2);
  await take();
  await endJobs(stack.db, long, 100 * expectedDurationMs);
  await take();
  const [first, second] = await insert('a', 2);
  const others = await insert('b', 40);
  await take();
  const overtaken = { position: expect.any(Number), own: 0, isOvertaken: true };
  const places = await listPositions(stack.db, idsOf([first!, second!, others[39]!]));
  const byId = new Map(places.map((place) => [place.id, place]));
  expect(byId.get(first!.id)).toMatchObject(overtaken);
  expect(byId.get(second!.id)).toMatchObject({ own: 1, isOvertaken: false });
  expect(byId.get(others[39]!.id)).toMatchObject({ isOvertaken: false });
  const listed = await listPositionRanges(stack.db, [{ type, after: 0, upTo: 100 }], ['a']);
  expect(listed).toEqual([byId.get(first!.id), byId.get(second!.id)]);
});

test('a place says how many begin before', async () => {
  const { type, insert, take } = openQueue();
  await insert('a', 30);
  await end(await take());
  const [ofB] = [await insert('b', 7), await insert('c', 3, 'LOW'), await insert('d', 2, 'HIGH')];
  await setJobPriority(stack.db, { role: 'operator', owner: 'b' }, ofB[4]!.id, 'HIGH');
  await take();
  const ofE = await insert('e', 5);
  // Its first goes before what others have much of in the queue.
  await take();
  const waiting = await stack.db
    .selectFrom('job')
    .select('id')
    .where('type', '=', type)
    .where('state', '=', 'QUEUED')
    .execute();
  const places = await listPositions(stack.db, idsOf(waiting));
  expect(places.map(({ position }) => position).toSorted((a, b) => a - b)).toEqual(
    waiting.map((_, index) => index + 1),
  );
  const byPlace = idsOf(places.toSorted((a, b) => a.position - b.position));
  const listed = await listPositionRanges(stack.db, [{ type, after: 0, upTo: 1_000 }], undefined);
  expect(idsOf(listed)).toEqual(byPlace);
  expect(listed.map(({ position }) => position)).toEqual(byPlace.map((_, index) => index + 1));
  expect(listed).toEqual(places.toSorted((a, b) => a.position - b.position));
  for (const [index, { owner, own }] of listed.entries()) {
    expect(own).toBe(listed.slice(0, index).filter((before) => before.owner === owner).length);
  }
  const spans = [
    { type, after: 3, upTo: 9 },
    { type, after: 11, upTo: 20 },
  ];
  const ours = idsOf([...ofB, ...ofE]);
  expect(await listPositionRanges(stack.db, spans, ['b', 'e'])).toEqual(
    listed.filter(
      ({ id, position }) =>
        ours.includes(id) && spans.some(({ after, upTo }) => position > after && position <= upTo),
    ),
  );

  const served: string[] = [];
  for (let window = await listWindow(type); window.length > 0; window = await listWindow(type)) {
    served.push(...idsOf(window));
    await end(window);
    await take();
  }
  expect(served).toEqual(byPlace);
});

async function listWindow(type: string): Promise<JobRow[]> {
  return stack.db
    .selectFrom('job')
    .selectAll()
    .where('type', '=', type)
    .where('state', '=', 'QUEUED')
    .where('dispatchedAt', 'is not', null)
    .orderBy('priorityRank')
    .orderBy('standsBack')
    .orderBy('dispatchedAt')
    .execute();
}
