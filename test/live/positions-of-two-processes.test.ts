import { afterAll, beforeAll, expect, test } from 'vitest';
import { localSession } from '../../src/access/identity/session.ts';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import { applyJobUpdates } from '../../src/jobs/rows/update.ts';
import { publishJobs } from '../../src/pubsub/publish.ts';
import { createTestStack } from '../environment/app/app.ts';
import type { TestStack } from '../environment/app/app.ts';
import { startTestContext } from '../environment/app/resolver-context.ts';
import { openTestStack } from '../environment/app/open-stack.ts';
import type { OpenStack } from '../environment/app/open-stack.ts';
import { insertTestJobs } from '../environment/jobs/insert-jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const { viewer } = localSession;

let testStack: TestStack;
let stack: OpenStack;
/** Two processes over the same rows and the same broker. */
let processes: ReturnType<typeof startTestContext>[];

beforeAll(async () => {
  testStack = await createTestStack('external');
  stack = await openTestStack(testStack);
  processes = [startTestContext(stack), startTestContext(stack)];
});

afterAll(async () => {
  for (const services of processes) await services[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
  await testStack[Symbol.asyncDispose]();
});

async function begin(job: JobRow): Promise<void> {
  const update = { jobId: job.id, round: 1, eventId: 1n, state: 'ACTIVE', attempt: 1 } as const;
  await publishJobs(stack.broker, await applyJobUpdates(stack.db, [update]));
}

test('who watches a queued job is told its new place, once however many processes watch', async () => {
  const jobs = await insertTestJobs(stack.db, 5);
  const [first, second] = jobs;
  const last = jobs.at(-1)!;
  const sources = await Promise.all(processes.map(({ live }) => live.watchJob(viewer, last.id)));
  for (const source of sources) expect((await source!.next()).value).toMatchObject({ version: 1 });
  expect(await processes[0]!.findPlace(last.id)).toMatchObject({ position: 5, own: 4 });

  await begin(first!);
  for (const source of sources) {
    expect((await source!.next()).value).toMatchObject({ version: 2, position: 4 });
  }
  await begin(second!);
  for (const source of sources) {
    expect((await source!.next()).value).toMatchObject({ version: 3, position: 3 });
  }
  expect(await processes[1]!.findPlace(last.id)).toMatchObject({ position: 3, own: 2 });
  for (const source of sources) source!.close();
});

test('a place that changes many times in a second is told once a second at most', async () => {
  const jobs = await insertTestJobs(stack.db, 40);
  const last = jobs.at(-1)!;
  const source = await processes[0]!.live.watchJobs(viewer, {});
  const before = (await processes[0]!.findPlace(last.id))!.position;
  const told: { position: number; at: number }[] = [];
  const began = performance.now();
  for (const job of jobs.slice(0, -1)) await begin(job);
  while (told.at(-1)?.position !== before - 39) {
    const { value } = await source.next();
    const job = value!.job;
    if (job?.id !== last.id || job.position === null) continue;
    told.push({ position: job.position, at: performance.now() });
  }
  expect(told.length).toBeLessThanOrEqual(1 + (performance.now() - began) / 900);
  source.close();
});
