import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobRow } from '../../../src/jobs/rows/row.ts';
import { applyJobUpdates } from '../../../src/jobs/rows/update.ts';
import type { HttpServer } from '../../../src/http/server.ts';
import { publishJobs } from '../../../src/pubsub/publish.ts';
import { createTestStack } from '../../environment/app/app.ts';
import type { TestStack } from '../../environment/app/app.ts';
import { startTestContext } from '../../environment/app/resolver-context.ts';
import { openTestStack } from '../../environment/app/open-stack.ts';
import { insertTestJobs } from '../../environment/jobs/insert-jobs.ts';
import type { OpenStack } from '../../environment/app/open-stack.ts';
import { measureMemory } from '../../environment/app/memory.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { openPausableSubscriber } from '../../environment/clients/pausable-subscriber.ts';
import type { PausableSubscriber } from '../../environment/clients/pausable-subscriber.ts';
import { serveApi } from '../../environment/app/api-server.ts';

expectNoLeaks();

const clients = 1_000;
const jobCount = 100;
const reports = 24;
/** Bytes that the process may use more when half of the reports have been made and clients are full. */
const mostGrowth = 20_000_000;
/** So long that a few reports fill what the kernel holds for a client. */
const stage = 'x'.repeat(20_000);
const query = `subscription ($id: ID!) { jobUpdated(id: $id) {
  version state progress ${Array.from({ length: 10 }, (_, index) => `stage${index}: stage`).join(' ')} } }`;

let testStack: TestStack;
let stack: OpenStack;
let services: ReturnType<typeof startTestContext>;
let server: HttpServer;

beforeAll(async () => {
  testStack = await createTestStack('external');
  stack = await openTestStack(testStack);
  services = startTestContext(stack);
  server = await serveApi(services, 60_000);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await services[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
  await testStack[Symbol.asyncDispose]();
});

async function report(jobs: readonly JobRow[], number: number): Promise<void> {
  const isLast = number === reports;
  const update = {
    round: 1,
    eventId: BigInt(number),
    attempt: 1,
    ...(isLast
      ? { state: 'COMPLETED' as const }
      : { state: 'ACTIVE' as const, progress: number, stage }),
  };
  const changed = await applyJobUpdates(
    stack.db,
    jobs.map(({ id }) => ({ ...update, jobId: id })),
  );
  await publishJobs(stack.broker, changed);
}

test(`${clients} clients that stop reading cost no memory while ${jobCount} jobs report, and get the end`, async () => {
  const jobs = await insertTestJobs(stack.db, jobCount);
  const stalled = await subscribeAll(jobs, clients);
  for (const subscriber of stalled) subscriber.pause();
  const [reader] = await subscribeAll(jobs, 1);

  for (let number = 1; number < reports / 2; number += 1) await report(jobs, number);
  const before = measureMemory();
  for (let number = reports / 2; number <= reports; number += 1) await report(jobs, number);
  await reader!.completed;
  expect(measureMemory() - before).toBeLessThan(mostGrowth);
  // Others are given every version.
  expect(reader!.versions).toEqual(Array.from({ length: reports + 1 }, (_, index) => index + 1));

  for (const subscriber of stalled) subscriber.resume();
  await Promise.all(stalled.map(({ completed }) => completed));
  for (const { versions } of stalled) {
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    expect(versions.at(-1)).toBe(reports + 1);
    // Otherwise nobody had to wait for them.
    expect(versions.length).toBeLessThan(reports);
  }
}, 60_000);

async function subscribeAll(jobs: readonly JobRow[], count: number): Promise<PausableSubscriber[]> {
  const subscribers = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      openPausableSubscriber(server.url, query, { id: jobs[index % jobCount]!.id }),
    ),
  );
  await Promise.all(subscribers.map(({ began }) => began));
  return subscribers;
}
