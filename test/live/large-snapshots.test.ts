import { afterAll, beforeAll, expect, test } from 'vitest';
import { localSession } from '../../src/access/identity/session.ts';
import { applyJobUpdates } from '../../src/jobs/rows/update.ts';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import type { JobsEvent } from '../../src/live/jobs-event.ts';
import type { SourceStream } from '../../src/live/source-stream.ts';
import { createJobListSubscriptions } from '../../src/live/subscriptions/job-list.ts';
import { createPositionTracker } from '../../src/live/position-tracker.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { publishJobs } from '../../src/pubsub/publish.ts';
import type { Broker } from '../../src/pubsub/broker.ts';
import { startApiServer } from '../environment/app/api-server.ts';
import type { ApiServer } from '../environment/app/api-server.ts';
import { startTestContext } from '../environment/app/resolver-context.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { insertWaitingJobs, waitingIdAt } from '../environment/jobs/insert-jobs.ts';
import { openSubscription } from '../environment/clients/open-subscription.ts';

expectNoLeaks();

const { viewer } = localSession;
/** Of two types: the one as many as the client reads at all, the other as many as are sent over HTTP. */
const type = 'CLAIM_SYNTHESIS';
const jobCount = 30_000;
const batchSize = 1_000;
const disposables = new AsyncDisposableStack();
let server: ApiServer;

beforeAll(async () => {
  server = disposables.use(await startApiServer('external'));
  await insertWaitingJobs(server.stack.db, jobCount, { type });
});

afterAll(() => disposables.disposeAsync());

interface View {
  id: string;
  state: string;
  version: number;
}

/** Ends the jobs at these places, and tells of it. */
async function complete(from: number, to: number): Promise<void> {
  const { db, broker } = server.stack;
  const update = { round: 1, eventId: 1n, state: 'COMPLETED', attempt: 1 } as const;
  for (let start = from; start <= to; start += batchSize) {
    const places = Array.from({ length: Math.min(batchSize, to - start + 1) }, (_, i) => start + i);
    const updates = places.map((place) => ({ ...update, jobId: waitingIdAt(place) }));
    await publishJobs(broker, await applyJobUpdates(db, updates));
  }
}

test('a client that reads late gets all unfinished jobs, then the end of each that ended meanwhile', async () => {
  const services = startTestContext(server.stack);
  const source = await services.live.watchJobs(
    viewer,
    { types: [type] },
    { includePositions: false },
  );
  const seen = new Map<string, JobRow[]>();
  const read = async (): Promise<JobRow> => {
    const job = await nextJob(source);
    seen.set(job.id, [...(seen.get(job.id) ?? []), job]);
    return job;
  };
  for (let count = 0; count < 300; count += 1) await read();
  // More than rows are kept of, and of jobs that it has been sent as well as of others.
  await complete(1, 3_000);
  const ids = new Set<string>();
  while (ids.size < 3_000) {
    const { id, state } = await read();
    if (state === 'COMPLETED') ids.add(id);
  }

  expect(seen.size).toBe(jobCount);
  for (const rows of seen.values()) {
    expect(rows.length).toBeLessThanOrEqual(2);
    if (rows.length === 2) expect(rows[1]!.version).toBeGreaterThan(rows[0]!.version);
  }
  const first = [...seen.keys()].slice(0, jobCount - 3_000);
  expect(first).toEqual(first.toSorted().toReversed());
  source.close();
  await services[Symbol.asyncDispose]();
});

test('over HTTP, more unfinished jobs than may wait come all, and what changes after them', async () => {
  // What the test before has left.
  await server.stack.db
    .updateTable('job')
    .set({ type: 'CLAIM_EXTRACTION' })
    .where('id', '>', waitingIdAt(19_999))
    .execute();
  const count = jobCount - 19_999;
  const query =
    'subscription { jobsUpdated(filter: { types: [CLAIM_EXTRACTION] }) { job { id state version } } }';
  const { views, leave } = openSubscription<View>(server.url, 'sse', query);
  for (let taken = 0; taken < count; taken += 1) await views.next();
  await complete(jobCount, jobCount);
  expect(await views.next()).toEqual({ id: waitingIdAt(jobCount), state: 'COMPLETED', version: 2 });
  expect(new Set(views.all.map(({ id }) => id)).size).toBe(count);
  await leave();
});

test('a subscription that fails at its beginning leaves nothing behind', async () => {
  const { db } = server.stack;
  await using services = startTestContext(server.stack);
  let listening = 0;
  const broker: Broker = {
    ...server.stack.broker,
    subscribe: async () => {
      listening += 1;
      return () => {
        listening -= 1;
      };
    },
  };
  const failing = db.withPlugin({
    transformQuery: ({ node }) => {
      if (node.kind === 'SelectQueryNode') throw new Error('the database is away');
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const owners = createJobListSubscriptions({
    db: failing,
    broker,
    positions: createPositionTracker(db, services.holds),
    counts: { coalesced: 0, dropped: 0, resumes: 0 },
    logger: createLogger('silent', false),
  });
  await expect(owners.watch(viewer, {})).rejects.toThrow('the database is away');
  expect(owners.all.size).toBe(0);
  expect(listening).toBe(0);
});

async function next(source: SourceStream<JobsEvent>): Promise<JobsEvent> {
  const { value } = await source.next();
  return value!;
}

/** The next event with a job. */
async function nextJob(source: SourceStream<JobsEvent>): Promise<JobRow> {
  return (await next(source)).job ?? nextJob(source);
}
