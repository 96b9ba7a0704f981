import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { revokeApiKey } from '../../../src/access/identity/api-keys.ts';
import { createTestStack, stackKinds } from '../../environment/app/app.ts';
import { startAppWithDatabase } from '../../environment/app/app-with-database.ts';
import type { AppWithDatabase } from '../../environment/app/app-with-database.ts';
import { insertTestJob } from '../../environment/jobs/insert-jobs.ts';
import { createCollector } from '../../environment/clients/collector.ts';
import { subscribeBy } from '../../environment/clients/every-transport.ts';
import type { TransportStream } from '../../environment/clients/every-transport.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createGraphQLClient } from '../../environment/clients/graphql-client.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import {
  accounts,
  bearer,
  createKey,
  createTicket,
  inSeconds,
  operatorClaims,
  signIn,
} from '../../environment/access/credentials.ts';

expectNoLeaks();

/** A token lasts that much longer than it says, as clocks differ. */
const toleranceMs = 5_000;
const endsWithinMs = 2_000;
const revokedWithinMs = 10_000;
const jobUpdated = 'subscription ($id: ID!) { jobUpdated(id: $id) { version priority } }';
const jobLogAdded = 'subscription ($id: ID!) { jobLogAdded(id: $id) { sequence } }';
const streams = Object.entries(subscribeBy);

describe.each(stackKinds)('on the %s stack', (kind) => {
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

  /** No client may take it for the end of what it watches: a WebSocket is closed, and other connections are lost. */
  async function expectSessionEnded(opened: TransportStream[], code: string, withinMs: number) {
    const closed = opened.flatMap((stream) => stream.closed ?? []);
    const ends = await Promise.all(opened.map((stream) => stream.end(withinMs)));
    expect(ends).toEqual(opened.map(() => 'broken'));
    const closing = { code: 4403, reason: code };
    expect(await Promise.all(closed)).toEqual(closed.map(() => closing));
    for (const { answers } of opened) {
      for (const { errors } of answers) expect(errors).toBeUndefined();
    }
  }

  async function expectEnded(opened: TransportStream[], code: string, withinMs: number) {
    await Promise.all(
      opened.map(async (stream) => {
        const { errors } = await stream.next(withinMs);
        expect(errors).toMatchObject([{ extensions: { code } }]);
        expect(await stream.end(withinMs)).toBe('complete');
      }),
    );
  }

  test('a subscription is broken when its token ends', async () => {
    const exp = inSeconds(-2);
    const token = await signIn('ann', { exp });
    const overAt = exp * 1_000 + toleranceMs;
    const opened = await openAll(token);
    const waiting = poll(token);
    const withinMs = overAt + endsWithinMs - Date.now();
    await expectSessionEnded(opened, 'TOKEN_EXPIRED', withinMs);
    expect(Date.now()).toBeGreaterThanOrEqual(overAt);
    await expectRefusal(await waiting, 'TOKEN_EXPIRED');
    await expectRefusal(await poll(token), 'TOKEN_EXPIRED');
  });

  test('a revoked key breaks what it has opened, and so its tickets', async () => {
    const key = await createKey(app.db, 'ann');
    const graphql = createGraphQLClient(app.url, key.token);
    const ticket = await createTicket(graphql, jobId);
    const opened = [...(await openAll(key.token)), ...(await openAll(ticket))];
    const waiting = [poll(key.token), poll(ticket)];
    const others = await openAll(await signIn('ann'));
    await revokeApiKey(app.db, key.id);
    await expectSessionEnded(opened, 'ACCESS_REVOKED', revokedWithinMs);
    for (const answer of waiting) await expectRefusal(await answer, 'ACCESS_REVOKED');
    for (const token of [key.token, ticket]) {
      await eventually(async () => expectRefusal(await poll(token), 'ACCESS_REVOKED'), {
        withinMs: revokedWithinMs,
      });
    }
    await goOn(others);
  });

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

  test.each(['without a new version', 'with a new version'])(
    'a job that changes hands %s ends it for who had it, and for nobody else',
    async (how) => {
      const id = await insertWaitingJob('ann');
      const [ann, operator] = [await signIn('ann'), await signIn('olga', operatorClaims)];
      const ticket = await createTicket(createGraphQLClient(app.url, ann), id);
      const updates = [
        ...(await openAll(ann, jobUpdated, id)),
        ...(await openAll(ticket, jobUpdated, id)),
      ];
      const logs = await openAll(ann, jobLogAdded, id);
      const waiting = poll(ann, id);
      const others = await openAll(operator, jobUpdated, id);
      const isNew = how === 'with a new version';
      const changed = await app.db
        .updateTable('job')
        .set((eb) => ({ owner: 'ben', version: eb('version', '+', isNew ? 1 : 0) }))
        .where('id', '=', id)
        .returningAll()
        .execute();
      if (isNew) await app.publish(changed);
      await expectEnded([...updates, ...logs], 'NOT_FOUND', revokedWithinMs);
      expect((await waiting).status).toBe(404);
      await goOn([...others, ...(await openAll(await signIn('ben'), jobUpdated, id))], id);
    },
  );

  test('a client of graphql-ws comes back with a new token, and goes on', async () => {
    const closings = createCollector<{ code: number; reason: string }>();
    const tokens = [
      await signIn('ann', { exp: inSeconds(-2) }),
      await signIn('ann', { exp: inSeconds(600) }),
    ];
    const client = createClient({
      url: `${app.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: () => bearer(tokens.shift()!),
      on: { closed: (event) => closings.push(event as { code: number; reason: string }) },
    });
    const heard = createCollector<{ data?: Record<string, any> | null; errors?: unknown }>();
    const ends = createCollector<unknown>();
    const request = { query: jobUpdated, variables: { id: jobId } };
    client.subscribe(request, {
      next: heard.push,
      error: ends.push,
      complete: () => ends.push(''),
    });
    expect(await heard.next()).toMatchObject({ data: {} });
    expect(await closings.next()).toMatchObject({ code: 4403, reason: 'TOKEN_EXPIRED' });
    // The same subscription, on another connection.
    const { data } = await heard.next();
    expect(tokens).toEqual([]);
    expect(ends.all).toEqual([]);
    await announceNext();
    expect((await heard.next()).data!['jobUpdated'].version).toBe(data!['jobUpdated'].version + 1);
    await client.dispose();
  });
});

/** Skips what is older. */
async function takeVersion(stream: TransportStream, version: number): Promise<void> {
  for (;;) {
    const { data } = await stream.next();
    expect(data).toBeTruthy();
    if (data!['jobUpdated'].version >= version) return;
  }
}

async function expectRefusal(response: Response, code: string): Promise<void> {
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
}
