import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localSession } from '../../../src/access/identity/session.ts';
import type { JobRow } from '../../../src/jobs/rows/row.ts';
import { applyJobUpdates } from '../../../src/jobs/rows/update.ts';
import { appendLogs } from '../../../src/jobs/logs.ts';
import type { JobsEvent } from '../../../src/live/jobs-event.ts';
import type { SourceStream } from '../../../src/live/source-stream.ts';
import type { Broker } from '../../../src/pubsub/broker.ts';
import { createTestStack, stackKinds } from '../../environment/app/app.ts';
import type { TestStack } from '../../environment/app/app.ts';
import { startTestContext } from '../../environment/app/resolver-context.ts';
import { openTestStack } from '../../environment/app/open-stack.ts';
import { listJobsById } from '../../../src/jobs/rows/list.ts';
import {
  insertTestJobs,
  insertWaitingJobs,
  waitingIdAt,
} from '../../environment/jobs/insert-jobs.ts';
import type { OpenStack } from '../../environment/app/open-stack.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';

expectNoLeaks();

const { viewer } = localSession;
const staleAfterMs = 200;
/** The search comes once a second; the machine may be slow. */
const withinMs = 30_000;

describe.each(stackKinds)('on the %s stack, of a broker that loses everything', (kind) => {
  let testStack: TestStack;
  let stack: OpenStack;
  let services: ReturnType<typeof startTestContext>;
  let statements = 0;

  beforeAll(async () => {
    testStack = await createTestStack(kind);
    stack = await openTestStack(testStack);
    const broker: Broker = { ...stack.broker, publish: async () => {} };
    const db = stack.db.withPlugin({
      transformQuery: ({ node }) => {
        statements += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    services = startTestContext({ ...stack, db }, { broker, staleAfterMs });
  });

  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
    await testStack[Symbol.asyncDispose]();
  });

  async function complete(jobs: readonly JobRow[]): Promise<void> {
    const update = { round: 1, eventId: 1n, state: 'COMPLETED', attempt: 1 } as const;
    await applyJobUpdates(
      stack.db,
      jobs.map(({ id }) => ({ ...update, jobId: id })),
    );
  }

  test('a subscriber gets the final version', async () => {
    const jobs = await insertTestJobs(stack.db, 1);
    const source = await services.live.watchJob(viewer, jobs[0]!.id);
    expect(await next(source!)).toMatchObject({ version: 1 });
    await complete(jobs);
    expect(await next(source!)).toMatchObject({ version: 2, state: 'COMPLETED' });
    expect(source!.isClosed).toBe(true);
  });

  test('who watches all jobs hears of one that is new, and of its end', async () => {
    const [old] = await insertTestJobs(stack.db, 1);
    const source = await services.live.watchJobs(viewer, {});
    const started = new Map([[(await nextJob(source)).id, 1]]);
    const [young] = await insertTestJobs(stack.db, 1);
    started.set((await nextJob(source)).id, 1);
    expect([...started.keys()].toSorted()).toEqual([old!.id, young!.id].toSorted());
    await complete([old!, young!]);
    const ended = [await nextJob(source), await nextJob(source)];
    expect(new Map(ended.map(({ id, state }) => [id, state]))).toEqual(
      new Map([old!, young!].map(({ id }) => [id, 'COMPLETED'])),
    );
    source.close();
  });

  test('who watches what has ended hears of a job that is old and that they did not know', async () => {
    await insertWaitingJobs(stack.db, 1);
    const id = waitingIdAt(1);
    const source = await services.live.watchJobs(viewer, { states: ['COMPLETED'] });
    expect(await next(source)).toMatchObject({ job: null });
    const [job] = await listJobsById(stack.db, [id]);
    await complete([job!]);
    expect(await nextJob(source)).toMatchObject({ id, state: 'COMPLETED' });
    source.close();
    await stack.db.deleteFrom('job').where('id', '=', id).execute();
  });

  test('who reads a log gets every line, and the end', async () => {
    const jobs = await insertTestJobs(stack.db, 1);
    const [job] = jobs;
    await stack.db
      .insertInto('jobAttempt')
      .values({ jobId: job!.id, number: 1, worker: 'w' })
      .execute();
    const source = await services.live.watchLogs(viewer, job!.id, 0);
    await appendLogs(stack.db, job!.id, 1, [
      { level: 'INFO', message: 'first' },
      { level: 'INFO', message: 'second' },
    ]);
    expect(await next(source!)).toMatchObject({ sequence: 1, message: 'first' });
    expect(await next(source!)).toMatchObject({ sequence: 2, message: 'second' });
    await complete(jobs);
    expect(await source!.next()).toEqual({ done: true, value: undefined });
  });

  test('a search takes two statements, however many are watched', async () => {
    const jobs = await insertTestJobs(stack.db, 300);
    const sources = await Promise.all(jobs.map(({ id }) => services.live.watchJob(viewer, id)));
    for (const source of sources) await next(source!);
    await complete(jobs);
    const before = statements;
    const ended = await Promise.all(sources.map((source) => next(source!)));
    expect(new Set(ended.map(({ state }) => state))).toEqual(new Set(['COMPLETED']));
    // One for the places in the queue, one for the rows, one for the logs, of two looks at most.
    expect(statements - before).toBeLessThanOrEqual(6);
  });
});

async function next<Event>(source: SourceStream<Event>): Promise<Event> {
  const timer = setTimeout(
    () => source.fail(new Error(`nothing came in ${withinMs} ms`)),
    withinMs,
  );
  const { value } = await source.next();
  clearTimeout(timer);
  return value!;
}

/** The next event with a job. */
async function nextJob(source: SourceStream<JobsEvent>): Promise<JobRow> {
  return (await next(source)).job ?? nextJob(source);
}
