import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localSession } from '../../../src/access/identity/session.ts';
import type { JobRow } from '../../../src/jobs/rows/row.ts';
import { applyJobUpdates } from '../../../src/jobs/rows/update.ts';
import type { JobUpdate } from '../../../src/jobs/rows/update.ts';
import { jobChannel } from '../../../src/pubsub/channels.ts';
import { publishJobs } from '../../../src/pubsub/publish.ts';
import { createTestStack, stackKinds } from '../../environment/app/app.ts';
import type { TestStack } from '../../environment/app/app.ts';
import { startTestContext } from '../../environment/app/resolver-context.ts';
import { openTestStack } from '../../environment/app/open-stack.ts';
import { insertTestJobs } from '../../environment/jobs/insert-jobs.ts';
import type { OpenStack } from '../../environment/app/open-stack.ts';
import { createBrokerProbe } from '../../environment/app/broker-probe.ts';
import { eventually } from '../../environment/eventually.ts';
import { createGraphQLClient, transports } from '../../environment/clients/graphql-client.ts';
import type { GraphQLClient } from '../../environment/clients/graphql-client.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { serveApi } from '../../environment/app/api-server.ts';

expectNoLeaks();

/**
 * Subscriptions that race: with the smallest hole, a stock implementation loses some of a thousand. In one process every step
 * has its place, and each way to spread a life comes 40 times.
 */
const racesOn = { embedded: 240, external: 1_000 };
const racesOverTheWire = 60;
const atOnce = 20;

/** A job's life as its queue tells it, which a subscription may fall into anywhere. */
const life: Omit<JobUpdate, 'jobId'>[] = [
  { round: 1, eventId: 1n, state: 'ACTIVE', attempt: 1, progress: 5, stage: 'Looking' },
  { round: 1, eventId: 2n, state: 'COMPLETED', attempt: 1 },
];
const finalVersion = 1 + life.length;

interface Spread {
  /** Steps before the broker hears of the subscriber. */
  early: number;
  /** Steps after that, before it confirms. */
  more: number;
}
const spreads: Spread[] = [
  { early: 0, more: 2 },
  { early: 1, more: 1 },
  { early: 2, more: 0 },
  { early: 0, more: 1 },
  { early: 1, more: 0 },
  { early: 0, more: 0 },
];

describe.each(stackKinds)('on the %s stack', (kind) => {
  const races = racesOn[kind];
  /** What happens to the job of a channel at each point of its subscription. */
  const duringRequest = new Map<string, () => Promise<void>>();
  const duringConfirmation = new Map<string, () => Promise<void>>();
  const probe = createBrokerProbe({
    beforeSubscribe: async (channel) => duringRequest.get(channel)?.(),
    beforeConfirmation: async (channel) => duringConfirmation.get(channel)?.(),
  });
  let testStack: TestStack;
  let stack: OpenStack;
  let services: ReturnType<typeof startTestContext>;

  beforeAll(async () => {
    testStack = await createTestStack(kind);
    stack = await openTestStack(testStack);
    services = startTestContext(stack, { broker: probe.wrap(stack.broker) });
  });

  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
    await testStack[Symbol.asyncDispose]();
  });

  async function live(job: JobRow, steps: typeof life): Promise<void> {
    for (const step of steps) {
      const changed = await applyJobUpdates(stack.db, [{ ...step, jobId: job.id }]);
      await publishJobs(stack.broker, changed);
    }
  }

  /** Has some steps happen before the broker hears of a subscriber, some before it confirms, the rest at once then. */
  function spreadLife(job: JobRow, { early, more }: Spread): () => Promise<void> {
    const channel = jobChannel(job.id).name;
    let rest: Promise<void> | undefined;
    duringRequest.set(channel, () => live(job, life.slice(0, early)));
    duringConfirmation.set(channel, async () => {
      await live(job, life.slice(early, early + more));
      // While the row is read, before, or after: nobody waits for anybody.
      rest = live(job, life.slice(early + more));
    });
    return async () => rest;
  }

  async function race(job: JobRow, index: number): Promise<number[]> {
    const ended = spreadLife(job, spreads[index % spreads.length]!);
    const rows = await services.live.watchJob(localSession.viewer, job.id);
    const versions: number[] = [];
    for await (const row of rows!) versions.push(row.version);
    await ended();
    return versions;
  }

  test(`a job that moves on while a subscription is made is never seen stale, in ${races} races`, async () => {
    const jobs = await insertTestJobs(stack.db, races);
    const seen = await runAtOnce(jobs, race);
    for (const versions of seen) expectGrowthToTheEnd(versions);
    expect(probe.listening).toBe(0);
  }, 60_000);

  describe('through the API', () => {
    let graphql: GraphQLClient;
    let stop: () => Promise<void>;

    beforeAll(async () => {
      const server = await serveApi(services);
      graphql = createGraphQLClient(server.url);
      stop = async () => server[Symbol.asyncDispose]();
    });

    afterAll(() => stop());

    test.each(transports)(
      `a job that finishes while a client subscribes over %s ends its stream, in ${racesOverTheWire} races`,
      async (transport) => {
        const jobs = await insertTestJobs(stack.db, racesOverTheWire);
        const seen = await runAtOnce(jobs, async (job, index) => {
          const ended = spreadLife(job, spreads[index % spreads.length]!);
          const query =
            'subscription ($id: ID!) { jobUpdated(id: $id) { version state progress } }';
          const answers = await Array.fromAsync(
            graphql.subscribe(transport, query, { id: job.id }),
          );
          await ended();
          const updates = answers.map(({ data }) => data!['jobUpdated']);
          expect(updates.at(-1)).toMatchObject({ state: 'COMPLETED', progress: 100 });
          return updates.map(({ version }) => version as number);
        });
        for (const versions of seen) expectGrowthToTheEnd(versions);
        await eventually(() => expect(probe.listening).toBe(0));
      },
      60_000,
    );
  });
});

function expectGrowthToTheEnd(versions: number[]): void {
  expect(versions.at(-1)).toBe(finalVersion);
  expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
}

/** What `run` gives for each item, some of them at a time. */
async function runAtOnce<T>(
  items: JobRow[],
  run: (item: JobRow, index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  const waiting = items.entries();
  async function work(): Promise<void> {
    for (const [index, item] of waiting) results[index] = await run(item, index);
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}
