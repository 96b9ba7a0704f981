import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Database } from '../../src/db/tables.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { createHandover } from '../../src/queue/handover.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useTestStack } from '../environment/app/open-stack.ts';
import { endJobs, expectedDurationMs, openTurnQueue } from '../environment/jobs/turn-queue.ts';

expectNoLeaks();

/** Without workers, a queue is given so many jobs. */
const room = 10;

const stack = useTestStack('embedded');

/** Calls `onStatement` before each statement. */
function observe(db: Database, onStatement: () => void): Database {
  return db.withPlugin({
    transformQuery: ({ node }) => {
      onStatement();
      return node;
    },
    transformResult: async ({ result }) => result,
  });
}

function openHandover(fullQueuePauseMs: number) {
  const { type, insert } = openTurnQueue(stack.db);
  const enqueued: string[] = [];
  let statements = 0;
  const accept = async ({ id }: { id: string }) => enqueued.push(id) > 0;
  const handover = createHandover({
    db: observe(stack.db, () => (statements += 1)),
    enqueue: accept,
    enqueueAgain: accept,
    reprioritize: async () => undefined,
    turns: { type, ratePerMinute: null, perOwner: null, expectedDurationMs, ownerWeights: {} },
    logger: createLogger('silent', false),
    fullQueuePauseMs,
  });
  return { insert, handover, enqueued, countStatements: () => statements };
}

test('new jobs of a full queue wait a while before they ask, and what makes room asks at once', async () => {
  const { insert, handover, enqueued, countStatements } = openHandover(3_600_000);
  const jobs = await insert('a', 30);
  await handover.dispatchNew();
  expect(enqueued).toHaveLength(room);
  // These find no room; until then, nobody can know.
  await handover.dispatchNew();
  const before = countStatements();
  const asked: Promise<void>[] = [];
  for (let job = 0; job < 20; job += 1) {
    asked.push(handover.dispatchNew());
    await sql`select 1`.execute(stack.db); // long enough to take turns for each of them
  }
  expect(countStatements()).toBe(before);
  await endJobs(stack.db, jobs.slice(0, 2), expectedDurationMs);
  await handover.dispatch();
  expect(enqueued).toHaveLength(room + 2);
  await handover[Symbol.asyncDispose]();
  await Promise.all(asked);
  expect(enqueued).toHaveLength(room + 2);
});

test('new jobs of a full queue ask after that while', async () => {
  const { insert, handover, enqueued } = openHandover(1);
  await using _handover = handover;
  const jobs = await insert('a', 30);
  await handover.dispatchNew();
  await handover.dispatchNew();
  await endJobs(stack.db, jobs.slice(0, 2), expectedDurationMs);
  await handover.dispatchNew();
  expect(enqueued).toHaveLength(room + 2);
});

test('disposal waits for what has begun', async () => {
  const { insert, handover, enqueued } = openHandover(1);
  await insert('a', 5);
  void handover.dispatchNew();
  await handover[Symbol.asyncDispose]();
  expect(enqueued).toHaveLength(5);
});
