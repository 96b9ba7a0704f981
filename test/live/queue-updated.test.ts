import { beforeAll, describe, expect, test, vi } from 'vitest';
import { applyJobUpdates } from '../../src/jobs/rows/update.ts';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import { createQueueSubscriptions } from '../../src/live/subscriptions/queue.ts';
import { stackKinds } from '../environment/app/app.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { insertTestJobs } from '../environment/jobs/insert-jobs.ts';
import { transports } from '../environment/clients/graphql-client.ts';
import type { Transport } from '../environment/clients/graphql-client.ts';
import { active, completed, toUpdates } from '../environment/jobs/job-changes.ts';
import type { JobChange } from '../environment/jobs/job-changes.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { openSubscription } from '../environment/clients/open-subscription.ts';
import type { OpenSubscription } from '../environment/clients/open-subscription.ts';

expectNoLeaks();

const figures =
  'type paused workers counts { queued active completed failed } completedPerMinute oldestQueuedAgeMs';
const subscription = `subscription ($type: JobType!) { queueUpdated(type: $type) { ${figures} } }`;

/** The queue of a job that waits: its age is another at every look. */
const changing = 'CLAIM_SYNTHESIS';

interface View {
  counts: { queued: number; active: number; completed: number; failed: number };
  oldestQueuedAgeMs: number | null;
}

// Figures come once a second: the tests wait for that at the same time, each for another queue.
describe.concurrent.each(stackKinds)('on the %s stack', (kind) => {
  const server = useApiServer(kind);

  beforeAll(async () => {
    await insert(changing, 1);
  });

  /** Has the last of these words become true of all jobs; no hint announces that. */
  async function live(jobs: readonly JobRow[], words: readonly JobChange[]): Promise<void> {
    await applyJobUpdates(
      server.stack.db,
      jobs.map(({ id }) => toUpdates(id, words).at(-1)!),
    );
  }

  /** Jobs that wait. */
  async function insert(type: string, count: number): Promise<JobRow[]> {
    // In one step: as they are inserted, they are of another queue, which another test looks at.
    return server.stack.db.transaction().execute(async (trx) => {
      const ids = (await insertTestJobs(trx, count)).map(({ id }) => id);
      return trx.updateTable('job').set({ type }).where('id', 'in', ids).returningAll().execute();
    });
  }

  async function insertActive(type: string, count: number): Promise<JobRow[]> {
    const jobs = await insert(type, count);
    await live(jobs, [active(1, 5)]);
    return jobs;
  }

  function watch(transport: Transport, type: string): OpenSubscription<View> {
    return openSubscription(server.url, transport, subscription, { type });
  }

  test('the figures come as they are, and then when they change, over each transport', async () => {
    const before = await insertActive('VIDEO_SUMMARIZATION', 2);
    const watches = transports.map((transport) => watch(transport, 'VIDEO_SUMMARIZATION'));
    const firsts = await Promise.all(watches.map(({ views }) => views.next()));
    for (const first of firsts) expect(first.counts.active).toBe(2);

    // By the second look at another queue, this one has been looked at as well.
    const other = watch('sse', changing);
    for (let looks = 0; looks < 4; looks += 1) await other.views.next();
    await live(before, [active(1, 5), completed(1)]);
    for (const [index, { views }] of watches.entries()) {
      const second = await views.next();
      expect(views.all.length).toBe(2);
      const { counts } = firsts[index]!;
      expect(second.counts).toEqual({ ...counts, active: 0, completed: counts.completed + 2 });
    }
    await Promise.all([...watches, other].map(({ leave }) => leave()));
  });

  test('figures that change all the time come once a second at most, over each transport', async () => {
    await Promise.all(transports.map(expectOnceASecond));
  });

  async function expectOnceASecond(transport: Transport): Promise<void> {
    const { views, leave } = watch(transport, changing);
    const ages: number[] = [];
    for (let update = 0; update < 5; update += 1) {
      ages.push((await views.next()).oldestQueuedAgeMs!);
    }
    expect(ages).toEqual([...new Set(ages)].toSorted((x, y) => x - y));
    // PostgreSQL's clock says when each was looked up, however late it came. The first of them may itself have been late.
    expect(ages.at(-1)! - ages[0]!).toBeGreaterThan(3_000);
    await leave();
  }

  test('all who watch a queue are told the same, over whatever transport', async () => {
    const jobs = await insertActive('CLAIM_EXTRACTION', 3);
    const watches = [...transports, ...transports].map((transport) =>
      watch(transport, 'CLAIM_EXTRACTION'),
    );
    for (const { views } of watches) expect((await views.next()).counts.active).toBe(3);
    await live(jobs, [active(1, 5), completed(1)]);
    const told = await Promise.all(watches.map(({ views }) => views.next()));
    for (const view of told) {
      expect(view).toEqual(told[0]);
      expect(view.counts.active).toBe(0);
    }
    await Promise.all(watches.map(({ leave }) => leave()));
  });
});

test('figures that take long to read are read for a tenth of the time at most, and every 3 s at least', async () => {
  let tookMs = 0;
  let reads = 0;
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const queues = createQueueSubscriptions(async () => {
      vi.advanceTimersByTime(tookMs);
      return (reads += 1);
    });
    const source = await queues.watch('VIDEO_SUMMARIZATION');
    const countIn = async (seconds: number) => {
      const before = reads;
      for (let second = 0; second < seconds; second += 1) {
        vi.advanceTimersByTime(1_000);
        await queues.refresh();
      }
      return reads - before;
    };
    const counts = [];
    for (tookMs of [50, 250, 10_000]) counts.push(await countIn(12));
    expect(counts).toEqual([12, 4, 4]);
    source.close();
  } finally {
    vi.useRealTimers();
  }
});
