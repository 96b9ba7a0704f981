import { createClient } from 'graphql-ws';
import { describe, expect, test } from 'vitest';
import { revokeApiKey } from '../../../src/access/identity/api-keys.ts';
import { stackKinds } from '../../environment/app/app.ts';
import { createCollector } from '../../environment/clients/collector.ts';
import { eventually } from '../../environment/eventually.ts';
import { createGraphQLClient } from '../../environment/clients/graphql-client.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import {
  bearer,
  createKey,
  createTicket,
  inSeconds,
  operatorClaims,
  signIn,
} from '../../environment/access/credentials.ts';
import {
  expectEnded,
  expectSessionEnded,
  jobLogAdded,
  jobUpdated,
  useWatchedJobs,
} from '../../environment/access/use-watched-jobs.ts';

expectNoLeaks();

/** A token lasts that much longer than it says, as clocks differ. */
const toleranceMs = 5_000;
const endsWithinMs = 2_000;
const revokedWithinMs = 10_000;

describe.each(stackKinds)('on the %s stack', (kind) => {
  const watched = useWatchedJobs(kind);
  const { insertWaitingJob, openAll, poll, goOn, announceNext } = watched;

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
    const key = await createKey(watched.db, 'ann');
    const graphql = createGraphQLClient(watched.url, key.token);
    const ticket = await createTicket(graphql, watched.jobId);
    const opened = [...(await openAll(key.token)), ...(await openAll(ticket))];
    const waiting = [poll(key.token), poll(ticket)];
    const others = await openAll(await signIn('ann'));
    await revokeApiKey(watched.db, key.id);
    await expectSessionEnded(opened, 'ACCESS_REVOKED', revokedWithinMs);
    for (const answer of waiting) await expectRefusal(await answer, 'ACCESS_REVOKED');
    for (const token of [key.token, ticket]) {
      await eventually(async () => expectRefusal(await poll(token), 'ACCESS_REVOKED'), {
        withinMs: revokedWithinMs,
      });
    }
    await goOn(others);
  });

  test.each(['without a new version', 'with a new version'])(
    'a job that changes hands %s ends it for who had it, and for nobody else',
    async (how) => {
      const id = await insertWaitingJob('ann');
      const [ann, operator] = [await signIn('ann'), await signIn('olga', operatorClaims)];
      const ticket = await createTicket(createGraphQLClient(watched.url, ann), id);
      const updates = [
        ...(await openAll(ann, jobUpdated, id)),
        ...(await openAll(ticket, jobUpdated, id)),
      ];
      const logs = await openAll(ann, jobLogAdded, id);
      const waiting = poll(ann, id);
      const others = await openAll(operator, jobUpdated, id);
      const isNew = how === 'with a new version';
      const changed = await watched.db
        .updateTable('job')
        .set((eb) => ({ owner: 'ben', version: eb('version', '+', isNew ? 1 : 0) }))
        .where('id', '=', id)
        .returningAll()
        .execute();
      if (isNew) await watched.publish(changed);
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
      url: `${watched.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: () => bearer(tokens.shift()!),
      on: { closed: (event) => closings.push(event as { code: number; reason: string }) },
    });
    const heard = createCollector<{ data?: Record<string, any> | null; errors?: unknown }>();
    const ends = createCollector<unknown>();
    const request = { query: jobUpdated, variables: { id: watched.jobId } };
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

async function expectRefusal(response: Response, code: string): Promise<void> {
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
}
