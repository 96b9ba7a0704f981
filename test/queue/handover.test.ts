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

function openHandover() {
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
  });
  return { insert, handover, enqueued, countStatements: () => statements };
}

test('new jobs of a full queue ask together, and what makes room asks at once', async () => {
  const { insert, handover, enqueued, countStatements } = openHandover();
  await using _handover = handover;
  const jobs = await insert('a', 30);
  await handover.dispatchNew();
  expect(enqueued).toHaveLength(room);
  // The first of them finds no room; until it has, others cannot know.
  await handover.dispatchNew();
  const before = countStatements();
  const asked: Promise<void>[] = [];
  for (let job = 0; job < 20; job += 1) {
    asked.push(handover.dispatchNew());
    await sql`select 1`.execute(stack.db); // long enough to take turns for each of them
  }
  await endJobs(stack.db, jobs.slice(0, 2), expectedDurationMs);
  await handover.dispatch();
  expect(enqueued).toHaveLength(room + 2);
  await Promise.all(asked);
  expect(countStatements() - before).toBeLessThan(asked.length);
  expect(enqueued).toHaveLength(room + 2);
});

test('disposal waits for what has begun', async () => {
  const { insert, handover, enqueued } = openHandover();
  await insert('a', 5);
  void handover.dispatchNew();
  await handover[Symbol.asyncDispose]();
  expect(enqueued).toHaveLength(5);
});
