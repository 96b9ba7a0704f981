import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { GraphQLAnswer, Transport } from '../../environment/clients/graphql-client.ts';
import { transports } from '../../environment/clients/graphql-client.ts';
import { createSubjects, readJob, startJob } from '../../environment/jobs/jobs.ts';
import type { Subjects } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { bearer, createTicket } from '../../environment/access/credentials.ts';
import { openTcpConnection } from '../../environment/clients/tcp-connection.ts';
import { openTestWebSocket } from '../../environment/clients/websocket.ts';
import { requestUpgrade } from '../../environment/clients/http-request.ts';

expectNoLeaks();

const summarize = `mutation ($input: SummarizeVideoInput!, $options: JobOptions) {
  summarizeVideo(input: $input, options: $options) {
    __typename ... on Error { message } ... on RateLimitedError { retryAfterMs }
    ... on SummarizeVideoPayload { created }
  }
}`;
const analyze = `mutation ($input: AnalyzeVideoInput!, $options: JobOptions) {
  analyzeVideo(input: $input, options: $options) {
    __typename ... on Error { message } ... on RateLimitedError { retryAfterMs }
    ... on AnalyzeVideoPayload { created }
  }
}`;
const register = `mutation ($input: RegisterVideoInput!) {
  registerVideo(input: $input) {
    __typename ... on Error { message } ... on RegisterVideoPayload { created video { id } }
  }
}`;
const create = `mutation ($input: CreatePersonaInput!) {
  createPersona(input: $input) { __typename ... on Error { message } }
}`;
const retry = `mutation ($id: ID!) {
  retryJob(id: $id) { __typename ... on Error { message } ... on RateLimitedError { retryAfterMs } }
}`;
const retryAll = 'mutation { retryFailedJobs { changed unchanged hasMore } }';

/** What a mutation says that is refused for so many jobs a minute. */
function jobsAMinute(limit: number): object {
  return {
    __typename: 'RateLimitedError',
    message: `At most ${limit} jobs a minute.`,
    retryAfterMs: expect.toSatisfy((it: number) => it > 30_000 && it <= 60_000),
  };
}

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
        apps[index % 2]!.graphql.request(summarize, { input, options }),
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

describe('a process', () => {
  let disposables: AsyncDisposableStack;
  let model: FakeModelService;
  let app: TestApp;
  let subjects: Subjects;

  beforeEach(() => {
    disposables = new AsyncDisposableStack();
  });

  afterEach(() => disposables.disposeAsync());

  async function start(limits: Record<string, string>): Promise<void> {
    const stack = disposables.use(await createTestStack('external'));
    model = disposables.use(await startFakeModelService());
    const env = { MODEL_SERVICE_URL: model.url, ...limits };
    app = disposables.use(await startTestApp({ stack, env }));
    subjects = await createSubjects(app.graphql);
  }

  async function fail(count: number): Promise<string[]> {
    model.answer('/api/summarize', { status: 404, json: { detail: 'gone' } });
    const jobs = await Promise.all(
      Array.from({ length: count }, () => startJob(app.graphql, 'summarizeVideo', subjects)),
    );
    const ids = jobs.map(({ id }) => id as string);
    await eventually(async () => {
      for (const id of ids)
        expect(await readJob(app.graphql, id)).toMatchObject({ state: 'FAILED' });
    });
    return ids;
  }

  test('starts all steps of an analysis or none, and charges nobody for one that is there', async () => {
    await start({ JOBS_PER_MINUTE: '5', UNFINISHED_JOBS: '5' });
    model.hold('/api/summarize');
    const ask = async (document: string, idempotencyKey?: string) =>
      Object.values(
        await app.graphql.request(document, { input: subjects, options: { idempotencyKey } }),
      )[0];
    await ask(summarize, 'b');
    await ask(summarize, 'b');
    expect(await ask(analyze, 'a')).toMatchObject({ created: true });
    expect(await ask(analyze)).toMatchObject({ __typename: 'RateLimitedError' });
    // One is left.
    await ask(summarize, 'c');
    expect(await ask(summarize)).toMatchObject({ __typename: 'RateLimitedError' });
    for (const [document, key] of [
      [analyze, 'a'],
      [summarize, 'b'],
      [summarize, 'c'],
    ] as const) {
      expect(await ask(document, key)).toMatchObject({ created: false });
    }
  });

  test('stores so many videos and personas, and gives back those that are there', async () => {
    await start({ SUBJECTS_PER_OWNER: '3', JOBS_PER_MINUTE: '2' });
    const ask = async (path: string) =>
      (await app.graphql.request(register, { input: { title: 'Market', path } })).registerVideo;
    const first = await ask('market.mp4');
    expect(first).toMatchObject({ created: true });
    const refusal = {
      __typename: 'RateLimitedError',
      message: expect.stringMatching(/^At most 3 videos and personas .* SUBJECTS_PER_OWNER\.$/),
    };
    expect(await ask('bridge.mp4')).toEqual(refusal);
    const input = { name: 'Ben', role: 'Editor', informationNeed: 'What is new.' };
    expect(await app.graphql.request(create, { input })).toEqual({ createPersona: refusal });
    expect(await ask('market.mp4')).toEqual({ ...first, created: false });
    // Of two at once with one key, one is a job, and what the other took is free again.
    const options = { idempotencyKey: 'a' };
    const twice = [options, options].map((it) =>
      app.graphql.request(summarize, { input: subjects, options: it }),
    );
    const created = (await Promise.all(twice)).map((it) => it.summarizeVideo.created);
    expect(new Set(created)).toEqual(new Set([true, false]));
    const another = await app.graphql.request(summarize, { input: subjects });
    expect(another.summarizeVideo).toMatchObject({ created: true });
  });

  test('starts no job over beyond the limit, and says of many how far it got', async () => {
    await start({ JOBS_PER_MINUTE: '5' });
    const [id] = await fail(3);
    // It would be retried again as soon as it fails again.
    const gate = model.hold('/api/summarize');
    const retried = await app.graphql.request(retryAll);
    expect(retried).toEqual({ retryFailedJobs: { changed: 2, unchanged: 0, hasMore: true } });
    const { retryJob } = await app.graphql.request(retry, { id });
    expect(retryJob).toEqual(jobsAMinute(5));
    const { errors } = await app.graphql.send(retryAll);
    expect(errors).toMatchObject([
      { message: 'At most 5 jobs a minute.', extensions: { code: 'RATE_LIMITED' } },
    ]);
    gate.open();
  });

  test('accepts no job while too many are not final', async () => {
    await start({ UNFINISHED_JOBS: '2' });
    const gate = model.hold('/api/summarize');
    await startJob(app.graphql, 'summarizeVideo', subjects);
    await startJob(app.graphql, 'summarizeVideo', subjects);
    const ask = async () =>
      (await app.graphql.request(summarize, { input: subjects })).summarizeVideo;
    expect(await ask()).toEqual({
      __typename: 'RateLimitedError',
      message: 'At most 2 jobs that are not final.',
      retryAfterMs: 10_000,
    });
    gate.open();
    await eventually(async () =>
      expect(await ask()).toMatchObject({ __typename: 'SummarizeVideoPayload' }),
    );
  });

  test('refuses a connection too many, be it a stream or a WebSocket, and closes it', async () => {
    await start({ CONNECTIONS_PER_ADDRESS: '1' });
    const stream = watchQueue(app, 'sse');
    await stream.next();
    const refusal = {
      message: 'At most 1 open connections from one address.',
      extensions: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) },
    };
    // The whole answer is there only once its connection has been closed.
    const { status, body } = await requestUpgrade(app.url);
    expect({ status, ...JSON.parse(body) }).toMatchObject({ status: 429, errors: [refusal] });
    await stream.return!();
    await eventually(async () =>
      expect(await requestUpgrade(app.url)).toMatchObject({ status: 101 }),
    );
  });

  test('tells who polls too often when to come back, and counts what it has refused', async () => {
    await start({
      POLLS_PER_MINUTE: '2',
      CONNECTIONS_PER_OWNER: '2',
      CONNECTIONS_PER_ADDRESS: '10',
    });
    const { id } = await startJob(app.graphql, 'summarizeVideo', subjects);
    const poll = () => fetch(`${app.url}/api/jobs/${id}`);
    for (let polls = 0; polls < 2; polls += 1) expect((await poll()).status).toBe(200);
    const refused = await poll();
    expect(refused.status).toBe(429);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(60);
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    expect(metrics).toContain('fovea_refused_total{limit="polls_per_minute"} 1');
    expect(metrics).toContain('fovea_refused_total{limit="jobs_per_minute"} 0');

    // The same app: of those that say nothing, the first to come make room, and of an owner's the last is refused.
    const silent = Array.from({ length: 20 }, () => openTcpConnection(app.url));
    for (const opened of silent) disposables.use(await opened);
    await Promise.all(silent.slice(0, 10).map(async (opened) => (await opened).closed));
    for (let sockets = 0; sockets < 2; sockets += 1) {
      disposables.use(await openTestWebSocket(app.url));
    }
    const third = disposables.use(await openTestWebSocket(app.url));
    expect(await third.closed).toEqual({ code: 1013, reason: 'RATE_LIMITED' });
  });
});

function watchQueue(app: TestApp, transport: Transport): AsyncIterableIterator<GraphQLAnswer> {
  return app.graphql.subscribe(
    transport,
    'subscription { queueUpdated(type: VIDEO_SUMMARIZATION) { type } }',
  );
}

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
