import { sql } from 'kysely';
import type { UpdateObject } from 'kysely';
import { describe, expect, test } from 'vitest';
import { localSession } from '../../src/access/identity/session.ts';
import { closeAttempt } from '../../src/jobs/attempts/attempts.ts';
import { openAttempt } from '../../src/jobs/attempts/open-attempt.ts';
import type { OpenedAttempt } from '../../src/jobs/attempts/open-attempt.ts';
import { expireJobs } from '../../src/jobs/rows/due.ts';
import { retryJob } from '../../src/jobs/rows/control.ts';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import { applyJobUpdates } from '../../src/jobs/rows/update.ts';
import { listQueueGauges } from '../../src/queue/gauges.ts';
import type { Tables } from '../../src/db/tables.ts';
import { listUndispatched } from '../../src/doctor/stuck-jobs.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { startDispatcher } from '../../src/queue/dispatcher.ts';
import { createQueues } from '../../src/queue/queues.ts';
import { stackKinds } from '../environment/app/app.ts';
import { insertTestJob, insertTestJobs, readJobRow } from '../environment/jobs/insert-jobs.ts';
import { eventually } from '../environment/eventually.ts';
import { delayed, failed, queued, toUpdates } from '../environment/jobs/job-changes.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useTestStack } from '../environment/app/open-stack.ts';

expectNoLeaks();

const hourMs = 3_600_000;
const type = 'VIDEO_SUMMARIZATION';
const timeout = { code: 'MODEL_TIMEOUT', message: 'Slow.', retryable: true, attempt: 1 } as const;
const logger = createLogger('silent', false);
/** More than one sweep takes. */
const manyJobs = 450;
/** What a queue is given while no worker is there. */
const room = 10;

describe.each(stackKinds)('on the %s stack', (kind) => {
  const stack = useTestStack(kind);

  /** The database's time, so many hours from now. */
  function hours(count: number) {
    return sql<Date>`now() + make_interval(hours => ${count}::int)`;
  }

  async function change(
    jobs: readonly JobRow[],
    values: UpdateObject<Tables, 'job'>,
  ): Promise<void> {
    const ids = jobs.map(({ id }) => id);
    await stack.db.updateTable('job').set(values).where('id', 'in', ids).execute();
  }

  /** Jobs that were submitted two hours ago, with a delay that is over in so many hours. */
  async function insertDelayed(count: number, inHours: number): Promise<JobRow[]> {
    const jobs = await insertTestJobs(stack.db, count);
    const times = { runAt: hours(inHours), nextAttemptAt: hours(inHours) };
    await change(jobs, { state: 'DELAYED', createdAt: hours(-2), ...times } as object);
    return jobs;
  }

  const attempt = ({ id }: JobRow, round = 1) => openAttempt(stack.db, { jobId: id, round }, 'one');

  test('delayed jobs are in no queue and do not count as stuck before their time, and are dispatched then', async () => {
    const [later] = await insertDelayed(1, 1);
    const due = await insertDelayed(manyJobs, -1);
    const gauges = await listQueueGauges(stack.db, [{ type, queue: 'video-summarization' }]);
    expect(gauges).toMatchObject([{ delayed: manyJobs + 1, undispatched: manyJobs }]);
    const left = await listUndispatched(stack.db);
    expect(left.map(({ id }) => id)).not.toContain(later!.id);

    const published: JobRow[] = [];
    const publish = async (jobs: readonly JobRow[]) => void published.push(...jobs);
    await using queues = createQueues(stack.db, stack.transport, jobDefinitions, logger);
    await using _dispatcher = startDispatcher({ db: stack.db, queues, logger, publish });
    const ids = due.map(({ id }) => id).toSorted();
    await eventually(async () => {
      const rows = await stack.db
        .selectFrom('job')
        .select(['id', 'dispatchedAt'])
        .where('state', '=', 'QUEUED')
        .orderBy('id')
        .execute();
      expect(rows).toHaveLength(manyJobs);
      const given = rows.filter(({ dispatchedAt }) => dispatchedAt !== null);
      expect(given).toHaveLength(room);
      for (const { id } of given)
        expect(await queues.inspect(await readJobRow(stack.db, id))).toMatchObject({
          state: 'prioritized',
        });
    });
    expect(published.map(({ id }) => id).toSorted()).toEqual(ids);
    expect(published.every(({ state, version }) => state === 'QUEUED' && version === 2)).toBe(true);
    expect(await readJobRow(stack.db, later!.id)).toMatchObject({
      state: 'DELAYED',
      dispatchedAt: null,
    });
  });

  test('an attempt does not begin before its time, whatever released it', async () => {
    const [later] = await insertDelayed(1, 1);
    const early = await attempt(later!);
    expect(early).toEqual({ waitMs: expect.any(Number) });
    expect((early as { waitMs: number }).waitMs / hourMs).toBeCloseTo(1, 1);

    const job = await insertTestJob(stack.db);
    await attempt(job);
    await closeAttempt(stack.db, job.id, 1, timeout, hourMs);
    expect(await attempt(job)).toEqual({ waitMs: expect.any(Number) });
  });

  test('a job that its queue released early stays DELAYED until the time in its row', async () => {
    const job = await insertTestJob(stack.db);
    await attempt(job);
    await closeAttempt(stack.db, job.id, 1, timeout, hourMs);
    const [first, again] = toUpdates(job.id, [delayed, queued]);
    const [row] = await applyJobUpdates(stack.db, [first!]);
    expect(row).toMatchObject({ state: 'DELAYED', error: timeout });
    expect((row!.nextAttemptAt!.getTime() - Date.now()) / hourMs).toBeCloseTo(1, 1);
    expect(await applyJobUpdates(stack.db, [again!])).toEqual([]);
  });

  test('a restarted job does not wait for its last round’s backoff, and its deadline begins anew', async () => {
    const job = await insertTestJob(stack.db);
    await attempt(job);
    await closeAttempt(stack.db, job.id, 1, timeout, hourMs);
    await sql`update job_attempt set started_at = now() - interval '2 hours' where job_id = ${job.id}`.execute(
      stack.db,
    );
    await applyJobUpdates(stack.db, toUpdates(job.id, [failed]));
    await retryJob(stack.db, localSession.viewer, job.id, () => 3);
    const second = await attempt(job, 2);
    expect(second).toMatchObject({ number: 2 });
    await closeAttempt(stack.db, job.id, 2, timeout, 0);
    const third = await attempt(job, 2);
    expect(third).toMatchObject({ number: 3 });
    // With the round before, it would be hours.
    expect((third as OpenedAttempt).usedMs).toBeLessThan(hourMs);
  });

  test('an expired job does not begin, but one that has begun goes on', async () => {
    const [idle, begun] = await insertTestJobs(stack.db, 2);
    await attempt(begun!);
    await closeAttempt(stack.db, begun!.id, 1, timeout, 0);
    await change([idle!, begun!], { expiresAt: hours(-1) });
    expect(await attempt(idle!)).toBeUndefined();
    expect(await attempt(begun!)).toMatchObject({ number: 2 });
    const expired = await expireJobs(stack.db);
    expect(expired.map(({ id }) => id)).toEqual([idle!.id]);
  });
});
