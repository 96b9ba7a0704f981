import { expect, test } from 'vitest';
import { localSession } from '../../src/access/identity/session.ts';
import { countAttemptsLeft, countVanished, recordReturn } from '../../src/jobs/attempts/charges.ts';
import { closeAttempt } from '../../src/jobs/attempts/attempts.ts';
import { openAttempt } from '../../src/jobs/attempts/open-attempt.ts';
import type { AttemptTarget, OpenedAttempt } from '../../src/jobs/attempts/open-attempt.ts';
import { retryJob } from '../../src/jobs/rows/control.ts';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import { applyJobUpdates } from '../../src/jobs/rows/update.ts';
import { insertTestJob, readJobRow } from '../environment/jobs/insert-jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useTestStack } from '../environment/app/open-stack.ts';

expectNoLeaks();

/** How attempts ended, and of how many of them the job’s row heard before the queue lost its entry. */
type Ending = 'failed' | 'given back' | 'vanished' | 'returned';
type Case = [endings: Ending[], heard: number, left: number, maxAttempts: number];

const cases: Case[] = [
  [[], 0, 3, 3],
  [['failed'], 1, 2, 3],
  [['failed'], 0, 2, 3],
  [['given back'], 1, 3, 3],
  [['given back'], 0, 3, 3],
  [['vanished'], 1, 2, 3],
  [['vanished', 'failed'], 2, 1, 3],
  [['returned', 'failed'], 2, 2, 4],
  [['returned', 'failed'], 1, 2, 3],
  [['given back', 'failed'], 2, 2, 4],
  [['given back', 'failed'], 1, 2, 3],
  [['failed', 'given back', 'given back'], 3, 2, 4],
  [['given back', 'given back', 'failed', 'given back'], 4, 2, 5],
];

const stack = useTestStack('external');

async function open(attempt: AttemptTarget): Promise<OpenedAttempt> {
  const opened = await openAttempt(stack.db, attempt, 'w');
  expect(opened).toMatchObject({ number: expect.any(Number) });
  return opened as OpenedAttempt;
}

/** Runs attempts that end like this; the row hears of the first ones only. */
async function attempt(job: JobRow, endings: Ending[], heard: number): Promise<JobRow> {
  let returning: number | undefined;
  for (const ending of endings) {
    const { number } = await open({ jobId: job.id, round: job.round });
    const error = { code: 'INTERNAL', message: 'No.', retryable: true, attempt: number } as const;
    if (number <= job.attempt + heard) {
      await applyJobUpdates(stack.db, [
        {
          jobId: job.id,
          round: job.round,
          eventId: BigInt(number),
          state: 'ACTIVE',
          attempt: number,
        },
      ]);
    }
    // It comes back after another worker has taken the job.
    if (returning !== undefined) await recordReturn(stack.db, job.id, returning);
    returning = ending === 'returned' ? number : undefined;
    if (ending === 'vanished' || ending === 'returned') continue;
    const how = ending === 'failed' ? error : undefined;
    await closeAttempt(stack.db, job.id, number, how);
  }
  return readJobRow(stack.db, job.id);
}

async function countLeft({ id }: JobRow): Promise<number | undefined> {
  return (await countAttemptsLeft(stack.db, [id])).get(id);
}

test.each(cases)(
  'after %j, of which the row has heard of %i, %i attempts are left of %i',
  async (endings, heard, left, max) => {
    const job = await insertTestJob(stack.db);
    const row = await attempt(job, endings, heard);
    expect({ left: await countLeft(row), maxAttempts: row.maxAttempts }).toEqual({
      left,
      maxAttempts: max,
    });
  },
);

test('a job ends after its workers vanished three times; up to a limit, those that come back do not count', async () => {
  const { id: jobId, round } = await insertTestJob(stack.db);
  const tryOpening = () => openAttempt(stack.db, { jobId, round }, 'w');
  await open({ jobId, round });
  for (let number = 1; number <= 20; number += 1) {
    await open({ jobId, round });
    await recordReturn(stack.db, jobId, number);
  }
  // The worker of the open attempt may have vanished.
  expect(await countVanished(stack.db, { jobId, round })).toBe(1);
  await open({ jobId, round });
  await recordReturn(stack.db, jobId, 21);
  expect(await open({ jobId, round })).toMatchObject({ number: 23, uncharged: 21, vanished: 2 });
  expect(await tryOpening()).toEqual({ vanished: 3 });
});

test('attempts that a round got back do not count in the next round', async () => {
  const first = await attempt(await insertTestJob(stack.db), ['given back', 'given back'], 2);
  const end = { state: 'FAILED', round: 1, jobId: first.id, eventId: 99n } as const;
  await applyJobUpdates(stack.db, [end]);
  const { job } = await retryJob(stack.db, localSession.viewer, first.id, () => 3);
  expect(await countLeft(job)).toBe(3);
  const row = await attempt(job, ['failed'], 1);
  expect([await countLeft(row), row.maxAttempts]).toEqual([2, job.maxAttempts]);
});

test('an attempt that was cut off does not count as vanished, and its time is not charged to the job', async () => {
  const { id: jobId, round } = await insertTestJob(stack.db);
  await open({ jobId, round });
  const started = [{ jobId, round, eventId: 1n, state: 'ACTIVE', attempt: 1 } as const];
  await applyJobUpdates(stack.db, started);
  const anHourAgo = new Date(Date.now() - 3_600_000);
  await stack.db.updateTable('job').set({ startedAt: anHourAgo }).execute();
  await stack.db.updateTable('jobAttempt').set({ startedAt: anHourAgo }).execute();
  const second = await open({ jobId, round, cutOff: 1 });
  expect(second).toMatchObject({ number: 2, uncharged: 1 });
  expect(second.usedMs).toBeLessThan(60_000);
  // The second one did vanish.
  const third = await open({ jobId, round, cutOff: 1 });
  expect(third).toMatchObject({ number: 3, uncharged: 1 });
  const attempts = await stack.db
    .selectFrom('jobAttempt')
    .select('error')
    .where('jobId', '=', jobId)
    .orderBy('number')
    .execute();
  expect(attempts.map(({ error }) => error?.code)).toEqual([undefined, 'STALLED', undefined]);
});
