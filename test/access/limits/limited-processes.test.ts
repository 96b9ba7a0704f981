import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { GraphQLAnswer, Transport } from '../../environment/clients/graphql-client.ts';
import { transports } from '../../environment/clients/graphql-client.ts';
import { createSubjects } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { bearer, createTicket } from '../../environment/access/credentials.ts';
import { jobsAMinute, summarizeOrRefuse, watchQueue } from '../../environment/access/limits.ts';

expectNoLeaks();

describe('two processes', () => {
  let stack: TestStack;
  let model: FakeModelService;
  let apps: TestApp[];

  beforeAll(async () => {
    model = await startFakeModelService();
    stack = await createTestStack('external');
    const env = {
      MODEL_SERVICE_URL: model.url,
      JOBS_PER_MINUTE: '6',
      SUBSCRIPTIONS_PER_OWNER: '2',
    };
    apps = [await startTestApp({ stack, env }), await startTestApp({ stack, env, role: 'api' })];
  });

  afterAll(async () => {
    for (const app of apps) await app[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  test('together start as many jobs a minute as one owner may', async () => {
    const [first, second] = apps as [TestApp, TestApp];
    const input = await createSubjects(first.graphql);
    // They still wait when others watch them.
    const options = { delayMs: 3_600_000 };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        apps[index % 2]!.graphql.request(summarizeOrRefuse, { input, options }),
      ),
    );
    const outcomes = answers.map(({ summarizeVideo }) => summarizeVideo);
    const refused = outcomes.filter(({ __typename }) => __typename === 'RateLimitedError');
    expect(refused).toHaveLength(4);
    for (const refusal of refused) expect(refusal).toEqual(jobsAMinute(6));
    const { jobs } = await second.graphql.request('{ jobs(first: 20) { edges { node { id } } } }');
    expect(jobs.edges).toHaveLength(6);
  });

  test('together count what is watched with tickets as their maker’s, and polls that wait', async () => {
    const [first, second] = apps as [TestApp, TestApp];
    const { jobs } = await first.graphql.request('{ jobs(first: 2) { edges { node { id } } } }');
    const ids: string[] = jobs.edges.map(({ node }: { node: { id: string } }) => node.id);
    const tickets = await Promise.all(ids.map((id) => createTicket(first.graphql, id)));
    const leaving = new AbortController();
    const poll = async (app: TestApp, index: number, waitMs: number) => {
      const url = `${app.url}/api/jobs/${ids[index]}?waitMs=${waitMs}`;
      const { signal } = leaving;
      const headers = bearer(tickets[index]!);
      const { version } = (await (await fetch(url, { headers })).json()) as { version: number };
      return fetch(url, { signal, headers: { ...headers, 'if-none-match': `"${version}"` } });
    };
    // Again, should it come while the poll below has the place.
    const hold = async (): Promise<Response> => {
      const answer = await poll(first, 0, 25_000);
      return answer.status === 429 ? hold() : answer;
    };
    const waiting = hold().catch((error: Error) => error.name);
    // Tickets have half of it; for another job, and in another process, it is the same half.
    await eventually(async () => {
      const refused = await poll(second, 1, 20);
      expect([refused.status, await refused.text()]).toEqual([
        429,
        expect.stringContaining('At most 1 subscriptions at once.'),
      ]);
    });
    const own = watchQueue(second, 'sse');
    expect(await next(own)).toMatchObject({ data: {} });
    const [error] = (await next(watchQueue(first, 'sse'))).errors ?? [];
    expect(error).toMatchObject({ message: 'At most 2 subscriptions at once.' });
    await own.return!();
    leaving.abort();
    expect(await waiting).toBe('AbortError');
  });

  test.each(transports)(
    'together let one owner have so many subscriptions, over %s',
    async (transport) => {
      const [first, second] = apps as [TestApp, TestApp];
      const kept = await Promise.all([first, second].map((app) => watchFreed(app, transport)));
      for (const app of apps) {
        const [error] = (await next(watchQueue(app, transport))).errors ?? [];
        expect(error).toMatchObject({ message: 'At most 2 subscriptions at once.' });
        expect(error!.extensions).toEqual({ code: 'RATE_LIMITED', retryAfterMs: 5_000 });
      }
      await kept[0]!.return!();
      const another = await watchFreed(second, transport);
      for (const subscription of [kept[1]!, another]) await subscription.return!();
    },
  );
});

/** As soon as there is a place. */
async function watchFreed(
  app: TestApp,
  transport: Transport,
): Promise<AsyncIterableIterator<GraphQLAnswer>> {
  return eventually(async () => {
    const subscription = watchQueue(app, transport);
    expect(await next(subscription)).toMatchObject({ data: {} });
    return subscription;
  });
}

async function next(subscription: AsyncIterableIterator<GraphQLAnswer>): Promise<GraphQLAnswer> {
  const { value } = await subscription.next();
  return value as GraphQLAnswer;
}
