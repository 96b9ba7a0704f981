import { afterAll, beforeAll, expect } from 'vitest';
import { createTestStack } from '../app/app.ts';
import { startAppWithDatabase } from '../app/app-with-database.ts';
import type { AppWithDatabase } from '../app/app-with-database.ts';
import { insertTestJob } from '../jobs/insert-jobs.ts';
import { subscribeBy } from '../clients/every-transport.ts';
import type { TransportStream } from '../clients/every-transport.ts';
import { startFakeModelService } from '../model-service/fake-model-service.ts';
import { accounts, bearer } from './credentials.ts';
import type { StackKind } from '../app/app.ts';
import type { JobRow } from '../../../src/jobs/rows/row.ts';

export const jobUpdated = 'subscription ($id: ID!) { jobUpdated(id: $id) { version priority } }';
export const jobLogAdded = 'subscription ($id: ID!) { jobLogAdded(id: $id) { sequence } }';

const streams = Object.entries(subscribeBy);

/** An app with accounts, a job of ann's, and clients that watch it over every transport. */
export function useWatchedJobs(kind: StackKind) {
  const disposables = new AsyncDisposableStack();
  let app: AppWithDatabase;
  let jobId: string;

  beforeAll(async () => {
    const stack = disposables.use(await createTestStack(kind));
    const model = disposables.use(await startFakeModelService());
    const env = { ...accounts, MODEL_SERVICE_URL: model.url, RECONCILE_INTERVAL_MS: '600000' };
    app = disposables.use(await startAppWithDatabase(stack, env));
    jobId = await insertWaitingJob('ann');
  });

  afterAll(() => disposables.disposeAsync());

  /** A job that no queue knows: nothing becomes of it by itself. */
  async function insertWaitingJob(owner: string): Promise<string> {
    return app.db.transaction().execute(async (trx) => {
      const { id } = await insertTestJob(trx);
      const waits = { owner, state: 'DELAYED', dispatchedAt: new Date() } as const;
      await trx.updateTable('job').set(waits).where('id', '=', id).execute();
      return id;
    });
  }

  /** Over every transport; each has its first event, if its operation has one. */
  async function openAll(
    token: string,
    query = jobUpdated,
    id = jobId,
  ): Promise<TransportStream[]> {
    return Promise.all(
      streams.map(async ([, open]) => {
        const stream = await open(app.url, { query, variables: { id } }, bearer(token));
        if (query === jobUpdated) expect((await stream.next()).errors).toBeUndefined();
        return stream;
      }),
    );
  }

  /** A poll that waits for a newer version. */
  function poll(token: string, id = jobId) {
    const headers = { ...bearer(token), 'if-none-match': '"1"' };
    return fetch(`${app.url}/api/jobs/${id}?waitMs=25000`, { headers });
  }

  /** Whoever may, hears of the next version. */
  async function goOn(opened: TransportStream[], id = jobId): Promise<void> {
    const version = await announceNext(id);
    for (const stream of opened) await takeVersion(stream, version);
  }

  async function announceNext(id = jobId): Promise<number> {
    const changed = await app.db
      .updateTable('job')
      .set((eb) => ({ version: eb('version', '+', 1), priority: 'HIGH' }))
      .where('id', '=', id)
      .returningAll()
      .execute();
    await app.publish(changed);
    return changed[0]!.version;
  }

  return {
    get url() {
      return app.url;
    },
    get db() {
      return app.db;
    },
    /** Publishes rows that the test has changed itself. */
    publish: (changed: readonly JobRow[]) => app.publish(changed),
    get jobId() {
      return jobId;
    },
    insertWaitingJob,
    openAll,
    poll,
    goOn,
    announceNext,
  };
}

/** No client may take it for the end of what it watches: a WebSocket is closed, and other connections are lost. */
export async function expectSessionEnded(
  opened: TransportStream[],
  code: string,
  withinMs: number,
) {
  const closed = opened.flatMap((stream) => stream.closed ?? []);
  const ends = await Promise.all(opened.map((stream) => stream.end(withinMs)));
  expect(ends).toEqual(opened.map(() => 'broken'));
  const closing = { code: 4403, reason: code };
  expect(await Promise.all(closed)).toEqual(closed.map(() => closing));
  for (const { answers } of opened) {
    for (const { errors } of answers) expect(errors).toBeUndefined();
  }
}

/** A subscription ends by itself, with the reason. */
export async function expectEnded(opened: TransportStream[], code: string, withinMs: number) {
  await Promise.all(
    opened.map(async (stream) => {
      const { errors } = await stream.next(withinMs);
      expect(errors).toMatchObject([{ extensions: { code } }]);
      expect(await stream.end(withinMs)).toBe('complete');
    }),
  );
}

/** Skips what is older. */
async function takeVersion(stream: TransportStream, version: number): Promise<void> {
  for (;;) {
    const { data } = await stream.next();
    expect(data).toBeTruthy();
    if (data!['jobUpdated'].version >= version) return;
  }
}
