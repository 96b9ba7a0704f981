import { expect, test } from 'vitest';
import { localSession } from '../../src/access/identity/session.ts';
import { retryJob } from '../../src/jobs/rows/control.ts';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import { applyJobUpdates } from '../../src/jobs/rows/update.ts';
import { getQueueFigures, sumUpJobTotals } from '../../src/queue/figures.ts';
import { createPaceReader } from '../../src/queue/pace.ts';
import { recordWorkers } from '../../src/queue/workers.ts';
import { estimateCompletion, estimateStart } from '../../src/graphql/job/estimate-job.ts';
import { insertTestJobs } from '../environment/jobs/insert-jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useTestStack } from '../environment/app/open-stack.ts';

expectNoLeaks();

const type = 'VIDEO_SUMMARIZATION';
const settings = () => ({ ratePerMinute: null }) as never;

const stack = useTestStack('external');

async function end(jobs: readonly JobRow[], state: 'COMPLETED' | 'FAILED'): Promise<void> {
  for (const [index, progress] of ['ACTIVE', state].entries()) {
    const update = {
      round: 1,
      eventId: BigInt(index + 1),
      attempt: 1,
      state: progress as 'ACTIVE',
    };
    await applyJobUpdates(
      stack.db,
      jobs.map(({ id }) => ({ ...update, jobId: id })),
    );
  }
}

test('ended jobs are counted once, however often the ledger is summed up, and not after a retry', async () => {
  const jobs = await insertTestJobs(stack.db, 7);
  await end(jobs.slice(0, 4), 'COMPLETED');
  await end(jobs.slice(4), 'FAILED');
  expect(await getQueueFigures(stack.db, type)).toMatchObject({ completed: 4, failed: 3 });
  await Promise.all([sumUpJobTotals(stack.db), sumUpJobTotals(stack.db)]);
  expect(await getQueueFigures(stack.db, type)).toMatchObject({ completed: 4, failed: 3 });

  await retryJob(stack.db, localSession.viewer, jobs[6]!.id, () => 3);
  await sumUpJobTotals(stack.db);
  expect(await getQueueFigures(stack.db, type)).toMatchObject({
    completed: 4,
    failed: 2,
    queued: 1,
  });
  const { rows } = await stack.db.executeQuery<{ state: string }>(
    stack.db.selectFrom('jobTotal').select('state').orderBy('state').compile(),
  );
  expect(rows.map(({ state }) => state)).toEqual(['COMPLETED', 'FAILED']);
});

test('an estimate needs five samples, and a worker', async () => {
  const findPlace = async () => ({ position: 3, own: 2, isOvertaken: false });
  const estimate = async (job: JobRow) => {
    // A reader remembers for a second.
    const findPace = createPaceReader(stack.db);
    const context = { clock: { now: Date.now }, findPace, findPlace, settings };
    return [await estimateStart(job, context), await estimateCompletion(job, context)];
  };
  const [job, ...others] = await insertTestJobs(stack.db, 3);
  expect(await estimate(job!)).toEqual([null, null]);
  await end(others, 'COMPLETED');
  expect(await estimate(job!)).toEqual([null, null]);
  const worker = { id: job!.id, queue: 'video-summarization', name: 'one', host: 'here' };
  await recordWorkers(stack.db, [{ ...worker, concurrency: 2, busy: 0 }]);
  expect(await estimate(job!)).toEqual([expect.any(Date), expect.any(Date)]);
  expect(await estimate({ ...job!, state: 'COMPLETED' })).toEqual([null, null]);
  expect(await estimate({ ...job!, state: 'ACTIVE' })).toEqual([null, expect.any(Date)]);
});
