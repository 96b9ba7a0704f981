import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { localSession } from '../../src/access/identity/session.ts';
import { closeAttempt } from '../../src/jobs/attempts/attempts.ts';
import { openAttempt } from '../../src/jobs/attempts/open-attempt.ts';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import { appendLogs } from '../../src/jobs/logs.ts';
import { insertPipeline } from '../../src/jobs/pipelines.ts';
import { getQueueFigures } from '../../src/queue/figures.ts';
import { deleteEndedJobs } from '../../src/jobs/rows/retention.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { startRetention } from '../../src/queue/retention.ts';
import { stackKinds } from '../environment/app/app.ts';
import type { StackKind } from '../environment/app/app.ts';
import { ageJobs, insertTestJobs } from '../environment/jobs/insert-jobs.ts';
import { useTestStack } from '../environment/app/open-stack.ts';
import type { SharedStack } from '../environment/app/open-stack.ts';
import { eventually } from '../environment/eventually.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const type = 'VIDEO_SUMMARIZATION';
const logger = createLogger('silent', false);

let stack: SharedStack;
let deleted: { type: string; jobs: number }[];

beforeEach(() => {
  deleted = [];
});

function openStack(kind: StackKind): void {
  const used = useTestStack(kind);
  beforeAll(() => {
    stack = used;
  });
  afterEach(async () => {
    await stack.db.deleteFrom('job').execute();
  });
}

function start(mayRun?: () => boolean): AsyncDisposable {
  const { db } = stack;
  const onDeleted = (type: string, jobs: number) => deleted.push({ type, jobs });
  return startRetention({
    db,
    jobDays: 90,
    results: [],
    resultDays: null,
    mayRun,
    logger,
    onDeleted,
  });
}

function countDeleted(): number {
  return deleted.reduce((sum, { jobs }) => sum + jobs, 0);
}

async function listIds(table: 'job' | 'jobAttempt' | 'jobLog' = 'job'): Promise<string[]> {
  const { db } = stack;
  if (table !== 'job') {
    const rows = await db.selectFrom(table).select('jobId').orderBy('jobId').execute();
    return rows.map(({ jobId }) => jobId);
  }
  const rows = await db.selectFrom('job').select('id').orderBy('id').execute();
  return rows.map(({ id }) => id);
}

/** An attempt, and a line of its log. */
async function runOnce(jobId: string): Promise<void> {
  await openAttempt(stack.db, { jobId, round: 1 }, 'worker-1');
  await appendLogs(stack.db, jobId, 1, [{ level: 'INFO', message: 'Looking' }]);
  await closeAttempt(stack.db, jobId, 1, undefined);
}

async function startPipeline(): Promise<JobRow[]> {
  const toStep = (type: string) => ({
    type,
    owner: localSession.viewer.owner,
    input: {},
    maxAttempts: 1,
    priority: 'NORMAL' as const,
    id: uuidv7(),
    resultId: uuidv7(),
  });
  const first = toStep(type);
  const followers = ['CLAIM_EXTRACTION', 'CLAIM_SYNTHESIS'].map(toStep);
  const { pipeline } = await insertPipeline(stack.db, uuidv7(), [first, ...followers]);
  return pipeline.jobs;
}

describe.each(stackKinds)('on the %s stack', (kind) => {
  openStack(kind);

  test('old ended jobs are deleted in batches with logs and attempts; young and unfinished ones stay', async () => {
    const jobs = await insertTestJobs(stack.db, 450);
    const [young, unfinished, ...old] = jobs;
    for (const { id } of [young!, unfinished!, ...old.slice(0, 3)]) await runOnce(id);
    await ageJobs(stack.db, 89, [young!]);
    await ageJobs(stack.db, 90, old);
    const before = await getQueueFigures(stack.db, type);
    expect(before).toMatchObject({ completed: 449, queued: 1 });

    await using _retention = start();
    const kept = [young!.id, unfinished!.id].toSorted();
    await eventually(async () => expect(await listIds()).toEqual(kept));
    expect(await listIds('jobAttempt')).toEqual(kept);
    expect(await listIds('jobLog')).toEqual(kept);
    await eventually(() => expect(countDeleted()).toBe(448));
    expect(deleted.map(({ jobs }) => jobs)).toEqual([200, 200, 48]);
    const { completed, queued } = await getQueueFigures(stack.db, type);
    expect({ completed, queued }).toEqual({ completed: 449, queued: 1 });
  });

  test('processes that delete at once delete and count each job once', async () => {
    const jobs = await insertTestJobs(stack.db, 300);
    await ageJobs(stack.db, 100, jobs);
    const deleteAll = async (): Promise<void> => {
      for (;;) {
        const batch = await deleteEndedJobs(stack.db, type, 90, 10);
        if (batch.length === 0) return;
        deleted.push(...batch);
      }
    };
    const loops = [start(), start()];
    await Promise.all([deleteAll(), deleteAll(), deleteAll()]);
    await eventually(async () => expect(await listIds()).toEqual([]));
    for (const loop of loops) await loop[Symbol.asyncDispose]();
    expect(countDeleted()).toBe(300);
  });

  test('who leads no more begins no further batch', async () => {
    await ageJobs(stack.db, 100, await insertTestJobs(stack.db, 450));
    await using _retention = start(() => deleted.length === 0);
    await eventually(() => expect(countDeleted()).toBe(200));
    await using _leader = start();
    await eventually(() => expect(countDeleted()).toBe(450));
    expect(deleted.map(({ jobs }) => jobs)).toEqual([200, 200, 50]);
  });

  test('a pipeline is deleted as a whole, once its last step is old', async () => {
    const jobs = await startPipeline();
    await ageJobs(stack.db, 100, jobs.slice(0, 2));
    expect(await deleteEndedJobs(stack.db, type, 90, 10)).toEqual([]);
    await ageJobs(stack.db, 10, jobs.slice(2));
    expect(await deleteEndedJobs(stack.db, type, 90, 10)).toEqual([]);
    expect(await listIds()).toHaveLength(3);

    await ageJobs(stack.db, 100, jobs);
    await using _retention = start();
    await eventually(async () => expect(await listIds()).toEqual([]));
    const types = ['CLAIM_EXTRACTION', 'CLAIM_SYNTHESIS', 'VIDEO_SUMMARIZATION'];
    await eventually(() => expect(deleted).toEqual(types.map((type) => ({ type, jobs: 1 }))));
  });
});

describe('on the external stack, of several connections,', () => {
  openStack('external');

  test('a pipeline with a locked step stays whole, and its deletion waits for no lock', async () => {
    const jobs = await startPipeline();
    await ageJobs(stack.db, 100, jobs);
    for (const { id } of jobs) {
      await stack.db.transaction().execute(async (trx) => {
        await trx.selectFrom('job').select('id').where('id', '=', id).forUpdate().execute();
        expect(await deleteEndedJobs(stack.db, type, 90, 10)).toEqual([]);
      });
    }
    expect(await listIds()).toEqual(jobs.map(({ id }) => id));
    expect(await deleteEndedJobs(stack.db, type, 90, 10)).toHaveLength(3);
  });

  test('what was locked is deleted soon after, not at the next interval', async () => {
    const jobs = await insertTestJobs(stack.db, 2);
    await ageJobs(stack.db, 100, jobs);
    const [locked] = jobs.map(({ id }) => id);
    let retention: AsyncDisposable | undefined;
    await stack.db.transaction().execute(async (trx) => {
      await trx.selectFrom('job').select('id').where('id', '=', locked!).forUpdate().execute();
      retention = start();
      await eventually(async () => expect(await listIds()).toEqual([locked]));
    });
    await eventually(async () => expect(await listIds()).toEqual([]));
    await retention![Symbol.asyncDispose]();
  });

  test('a run that was left out, as nobody was known to lead, comes soon after', async () => {
    await ageJobs(stack.db, 100, await insertTestJobs(stack.db, 1));
    let asked = 0;
    await using _retention = start(() => (asked += 1) > 1);
    await eventually(async () => expect(await listIds()).toEqual([]));
  });
});
