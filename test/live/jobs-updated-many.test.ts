import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyJobUpdates } from '../../src/jobs/rows/update.ts';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import { publishJobs } from '../../src/pubsub/publish.ts';
import type { Broker } from '../../src/pubsub/broker.ts';
import { createTestStack } from '../environment/app/app.ts';
import { startTestContext } from '../environment/app/resolver-context.ts';
import { openTestStack } from '../environment/app/open-stack.ts';
import { insertTestJobs } from '../environment/jobs/insert-jobs.ts';
import type { OpenStack } from '../environment/app/open-stack.ts';
import { transports } from '../environment/clients/graphql-client.ts';
import type { Transport } from '../environment/clients/graphql-client.ts';
import { active, completed } from '../environment/jobs/job-changes.ts';
import type { JobChange } from '../environment/jobs/job-changes.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { openSubscription } from '../environment/clients/open-subscription.ts';
import type { OpenSubscription } from '../environment/clients/open-subscription.ts';
import { serveApi } from '../environment/app/api-server.ts';

expectNoLeaks();

const jobCount = 1_000;
/** Rows of one statement, as a bridge joins them. */
const batchSize = 100;
const life: JobChange[] = [active(1, 5), active(1, 50), completed(1)];
const subscription =
  'subscription { jobsUpdated(filter: { types: [VIDEO_SUMMARIZATION] }) { job { id state version } } }';

interface View {
  id: string;
  state: string;
  version: number;
}

describe('on the external stack', () => {
  const disposables = new AsyncDisposableStack();
  let stack: OpenStack;
  let url: string;
  /** What happens after the broker has confirmed a subscription, before the rows are read. */
  let duringSubscription = async (): Promise<void> => {};

  beforeAll(async () => {
    stack = disposables.use(
      await openTestStack(disposables.use(await createTestStack('external'))),
    );
    const broker: Broker = {
      ...stack.broker,
      subscribe: async (channel, listener) => {
        const stop = await stack.broker.subscribe(channel, listener);
        if (channel.name.startsWith('owner:')) await duringSubscription();
        return stop;
      },
    };
    const services = disposables.use(startTestContext(stack, { broker }));
    ({ url } = disposables.use(await serveApi(services)));
  });

  afterAll(() => disposables.disposeAsync());

  /** Has the steps of all jobs' lives from one to another happen, batch by batch. */
  async function live(jobs: readonly JobRow[], from: number, to: number): Promise<void> {
    for (let step = from; step < to; step += 1) {
      const update = { ...life[step]!, round: 1, eventId: BigInt(step + 1) };
      for (let start = 0; start < jobs.length; start += batchSize) {
        const batch = jobs.slice(start, start + batchSize);
        const changed = await applyJobUpdates(
          stack.db,
          batch.map(({ id }) => ({ ...update, jobId: id })),
        );
        await publishJobs(stack.broker, changed);
      }
    }
  }

  function watch(transport: Transport): OpenSubscription<View> {
    return openSubscription(url, transport, subscription);
  }

  /** Takes views until all these jobs have come to their end; the versions of each that was seen. */
  async function takeFinals(
    { views }: OpenSubscription<View>,
    ids: readonly string[],
  ): Promise<Map<string, number[]>> {
    const isEnd = ({ state }: View) => state === 'COMPLETED';
    const ended = new Set(views.all.filter(isEnd).map(({ id }) => id));
    const left = new Set(ids).difference(ended);
    while (left.size > 0) {
      const view = await views.next();
      if (isEnd(view)) left.delete(view.id);
    }
    const byJob = Map.groupBy(views.all, ({ id }) => id);
    return new Map([...byJob].map(([id, all]) => [id, all.map(({ version }) => version)]));
  }

  /** The rows say where each job's versions ended: a place in the queue that changed makes a version too. */
  async function expectGrowthToTheEnd(seen: Map<string, number[]>): Promise<void> {
    const rows = await stack.db.selectFrom('job').select(['id', 'version']).execute();
    const ends = new Map(rows.map(({ id, version }) => [id, version]));
    for (const [id, versions] of seen) {
      expect(versions.at(-1)).toBe(ends.get(id));
      expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    }
  }

  describe.each(transports)('over %s', (transport) => {
    test(`${jobCount} jobs on one subscription all come to their end, new ones too`, async () => {
      duringSubscription = async () => {};
      const old = await insertTestJobs(stack.db, jobCount / 2);
      const watched = watch(transport);
      await watched.views.next();
      const young = await insertTestJobs(stack.db, jobCount / 2);
      await publishJobs(stack.broker, young);
      const jobs = [...old, ...young];
      await live(jobs, 0, life.length);
      const seen = await takeFinals(
        watched,
        jobs.map(({ id }) => id),
      );
      expect(seen.size).toBe(jobCount);
      await expectGrowthToTheEnd(seen);
      await watched.leave();
    });

    test('what happens between the subscription and the reading of rows is not missed', async () => {
      const old = await insertTestJobs(stack.db, 300);
      const [ending, moving, resting] = [old.slice(0, 100), old.slice(100, 200), old.slice(200)];
      let young: JobRow[] = [];
      let rest: Promise<void> | undefined;
      duringSubscription = async () => {
        await live(ending, 0, life.length);
        await live(moving, 0, 1);
        young = await insertTestJobs(stack.db, 100);
        await publishJobs(stack.broker, young);
        // While the rows are read, before, or after: nobody waits for anybody.
        rest = live([...moving, ...young], 1, life.length);
      };
      const watched = watch(transport);
      await watched.views.next();
      await rest;
      await live(resting, 0, life.length);
      const seen = await takeFinals(
        watched,
        [...old, ...young].map(({ id }) => id),
      );
      expect(seen.size).toBe(400);
      await expectGrowthToTheEnd(seen);
      await watched.leave();
    });
  });
});
