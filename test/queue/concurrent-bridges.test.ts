import { expect, test } from 'vitest';
import { closeAttempt } from '../../src/jobs/attempts/attempts.ts';
import { openAttempt } from '../../src/jobs/attempts/open-attempt.ts';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import { applyJobUpdates } from '../../src/jobs/rows/update.ts';
import type { JobUpdate } from '../../src/jobs/rows/update.ts';
import { toPosition } from '../../src/queue/bridge/job-events.ts';
import { insertTestJobs } from '../environment/jobs/insert-jobs.ts';
import { active, completed, delayed, toUpdates } from '../environment/jobs/job-changes.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useTestStack } from '../environment/app/open-stack.ts';

expectNoLeaks();

const jobCount = 200;

const stack = useTestStack('external');
let jobs: JobRow[];

/** Applies batches at once, each by a connection of its own; what was news, as `id version`. */
async function applyAtOnce(batches: JobUpdate[][]): Promise<string[]> {
  const changed = await Promise.all(batches.map((batch) => applyJobUpdates(stack.db, batch)));
  return changed.flat().map(({ id, version }) => `${id} ${version}`);
}

test('of bridges that apply the same events at once, in any order, exactly one applies each', async () => {
  jobs = await insertTestJobs(stack.db, jobCount);
  const histories = jobs.map(({ id }) =>
    toUpdates(id, [active(1, 10), active(1, 20), delayed, active(2, 5), completed(2)]),
  );
  for (const index of histories[0]!.keys()) {
    const batch = histories.map((updates) => updates[index]!);
    const applied = await applyAtOnce([batch, batch.toReversed(), batch, batch.toReversed()]);
    expect(applied.toSorted()).toEqual(jobs.map(({ id }) => `${id} ${index + 2}`).toSorted());
  }
});

test('an update that another bridge has passed already is not published again', async () => {
  jobs = await insertTestJobs(stack.db, jobCount);
  const histories = jobs.map(({ id }) => toUpdates(id, [active(1, 10), active(1, 20)]));
  const [behind, ahead] = [0, 1].map((index) => histories.map((updates) => updates[index]!));
  const applied = await applyAtOnce([ahead!, behind!.toReversed()]);
  expect(new Set(applied).size).toBe(applied.length);
  const rows = await stack.db
    .selectFrom('job')
    .select(['progress', 'eventId'])
    .where(
      'id',
      'in',
      jobs.map(({ id }) => id),
    )
    .execute();
  for (const row of rows) expect(row).toEqual({ progress: 20, eventId: '2' });
});

const error = { code: 'MODEL_TIMEOUT', message: 'Too slow.', retryable: true, attempt: 1 } as const;

test('the error of a failed attempt is its worker’s, and stays until another attempt completes', async () => {
  const { db } = stack;
  const [job] = await insertTestJobs(db, 1);
  const { id } = job!;
  const updates = toUpdates(id, [delayed, active(2, 5), completed(2)]);
  await openAttempt(db, { jobId: id, round: 1 }, 'worker-1');
  await closeAttempt(db, id, 1, error);
  expect(await applyJobUpdates(db, [updates[0]!])).toMatchObject([{ state: 'DELAYED', error }]);
  await openAttempt(db, { jobId: id, round: 1 }, 'worker-2');
  expect(await applyJobUpdates(db, [updates[1]!])).toMatchObject([{ state: 'ACTIVE', error }]);
  expect(await applyJobUpdates(db, [updates[2]!])).toMatchObject([{ error: null }]);
});

test('the error of a failed attempt is shown even if the next one began before the failure’s event arrives', async () => {
  const { db } = stack;
  const [job] = await insertTestJobs(db, 1);
  const { id } = job!;
  const updates = toUpdates(id, [delayed, active(2, 5)]);
  await openAttempt(db, { jobId: id, round: 1 }, 'worker-1');
  await closeAttempt(db, id, 1, error);
  await openAttempt(db, { jobId: id, round: 1 }, 'worker-2');
  expect(await applyJobUpdates(db, [updates[0]!])).toMatchObject([{ state: 'DELAYED', error }]);
  expect(await applyJobUpdates(db, [updates[1]!])).toMatchObject([{ state: 'ACTIVE', error }]);
});

test.each([
  ['7-9', '7-10'],
  ['7-999999', '8-0'],
  ['99-0', '100-0'],
  ['9', '10'],
  ['1700000000000-0', '1700000000000-1'],
])('event %s comes before event %s', (earlier, later) => {
  expect(toPosition(earlier) < toPosition(later)).toBe(true);
});
