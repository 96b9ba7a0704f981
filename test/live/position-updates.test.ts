import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyJobUpdates } from '../../src/jobs/rows/update.ts';
import { publishJobs } from '../../src/pubsub/publish.ts';
import { stackKinds } from '../environment/app/app.ts';
import { startApiServer } from '../environment/app/api-server.ts';
import type { ApiServer } from '../environment/app/api-server.ts';
import { eventually } from '../environment/eventually.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { insertWaitingJobs, waitingIdAt } from '../environment/jobs/insert-jobs.ts';
import { openSubscription } from '../environment/clients/open-subscription.ts';
import type { OpenSubscription } from '../environment/clients/open-subscription.ts';

expectNoLeaks();

const jobCount = 300;
const filter = 'filter: { types: [VIDEO_SUMMARIZATION] }';

interface View {
  id: string;
  state: string;
  version: number;
  /** Under whatever alias. */
  place?: number | null;
}

// Places are sent once a second: both stacks wait for that at the same time.
describe.concurrent.each(stackKinds)('on the %s stack', (kind) => {
  const disposables = new AsyncDisposableStack();
  let server: ApiServer;
  let begun = 0;

  beforeAll(async () => {
    server = disposables.use(await startApiServer(kind, { staleAfterMs: 500 }));
    await insertWaitingJobs(server.stack.db, jobCount);
  });

  afterAll(() => disposables.disposeAsync());

  /** Has the jobs at the head of the queue begin. */
  async function begin(count: number): Promise<void> {
    const { db, broker } = server.stack;
    const ids = Array.from({ length: count }, (_, index) => waitingIdAt(begun + index + 1));
    begun += count;
    const update = { round: 1, eventId: 1n, state: 'ACTIVE', attempt: 1 } as const;
    await publishJobs(
      broker,
      await applyJobUpdates(
        db,
        ids.map((jobId) => ({ ...update, jobId })),
      ),
    );
  }

  function watch(selection: string, variables = {}): OpenSubscription<View> {
    return openSubscription(server.url, 'sse', selection, variables);
  }

  async function takeAll(watches: readonly OpenSubscription<View>[], count: number): Promise<void> {
    for (const { views } of watches) {
      for (let taken = 0; taken < count; taken += 1) await views.next();
    }
  }

  /** Waits for a job's second version. Those that are told together come in any order. */
  async function takeMoved({ views }: OpenSubscription<View>, id: string): Promise<View> {
    for (;;) {
      const moved = views.all.find((view) => view.id === id && view.version === 2);
      if (moved !== undefined) return moved;
      await views.next();
    }
  }

  test(
    'places are sent to those who select them: each of the first 20, and those behind that moved by a tenth',
    { concurrent: false },
    async () => {
      const placed = watch(
        `subscription { jobsUpdated(${filter}) { job { id ...Rest } } } fragment Rest on Job { state version ... on Job { place: position } }`,
      );
      const timed = watch(
        `subscription { jobsUpdated(${filter}) { job { id state version estimatedStartAt } } }`,
      );
      const plain = watch(`subscription { jobsUpdated(${filter}) { job { id state version } } }`);
      const skipping = watch(
        `subscription ($isPlaced: Boolean!) { jobsUpdated(${filter}) { job { id state version position @include(if: $isPlaced) } } }`,
        { isPlaced: false },
      );
      const single = watch(
        `subscription { jobUpdated(id: "${waitingIdAt(250)}") { id state version place: position } }`,
      );
      await takeAll([placed, timed, plain, skipping], jobCount);
      const snapshot = new Map(placed.views.all.map(({ id, place }) => [id, place]));
      expect(snapshot.get(waitingIdAt(1))).toBe(1);
      expect(snapshot.get(waitingIdAt(jobCount))).toBe(jobCount);
      expect(await single.views.next()).toMatchObject({ place: 250 });

      await begin(5);
      expect(await takeMoved(placed, waitingIdAt(25))).toMatchObject({ place: 20 });
      await takeMoved(timed, waitingIdAt(25));
      // By a tenth.
      await begin(25);
      expect(await single.views.next()).toMatchObject({ place: 220, version: 2 });
      expect(await takeMoved(placed, waitingIdAt(250))).toMatchObject({ place: 220 });
      expect(await takeMoved(placed, waitingIdAt(300))).toMatchObject({ place: 270 });

      // What comes to all of them, after all that was sent before.
      await begin(270);
      for (const { views } of [plain, skipping]) {
        while (views.all.length < 2 * jobCount) await views.next();
        // A job that waits, and then one that has begun: of the places in between it was told nothing.
        for (const ofJob of Map.groupBy(views.all, ({ id }) => id).values()) {
          expect(ofJob.map(({ state }) => state)).toEqual(['QUEUED', 'ACTIVE']);
        }
      }
      for (const { views } of [placed, timed]) {
        for (const ofJob of Map.groupBy(views.all, ({ id }) => id).values()) {
          const versions = ofJob.map(({ version }) => version);
          expect(versions).toEqual([...new Set(versions)].toSorted((x, y) => x - y));
        }
      }
      const told = placed.views.all.filter(
        ({ state, version }) => state === 'QUEUED' && version > 1,
      );
      for (const { id, place } of told) {
        const before = snapshot.get(id)!;
        if (place! > 20) expect((before - place!) * 10).toBeGreaterThanOrEqual(before);
      }
      await Promise.all([placed, timed, plain, skipping, single].map(({ leave }) => leave()));
      // The next test begins when the server, too, knows that nobody watches.
      await eventually(() => expect(server.connections).toBe(0));
    },
  );

  test(
    'nobody who selects a place watches: waiting jobs get no new versions',
    { concurrent: false },
    async () => {
      const ids = Array.from({ length: 40 }, (_, index) => waitingIdAt(index + 1));
      await server.stack.db
        .updateTable('job')
        .set({ state: 'QUEUED', version: 1, position: null, positionedAt: null, eventId: null })
        .where('id', 'in', ids)
        .execute();
      begun = 0;
      const plain = watch(`subscription { jobsUpdated(${filter}) { job { id state version } } }`);
      const other = watch(
        'subscription { jobsUpdated(filter: { types: [CLAIM_EXTRACTION] }) { job { id state version place: position } } }',
      );
      for (let taken = 0; taken < 40; taken += 1) await plain.views.next();
      await begin(10);
      for (let taken = 0; taken < 10; taken += 1) await plain.views.next();
      // Places are looked at once a second: by the third figure of a queue, these would have been.
      const figures = openSubscription<object>(
        server.url,
        'sse',
        'subscription { queueUpdated(type: VIDEO_SUMMARIZATION) { oldestQueuedAgeMs } }',
      );
      for (let looks = 0; looks < 3; looks += 1) await figures.views.next();
      const rows = await server.stack.db
        .selectFrom('job')
        .select('version')
        .where('id', 'in', ids.slice(10))
        .execute();
      expect(new Set(rows.map(({ version }) => version))).toEqual(new Set([1]));
      await Promise.all([plain.leave(), other.leave(), figures.leave()]);
    },
  );
});
