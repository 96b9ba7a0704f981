import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestApp } from '../../environment/app/app.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createSubjects, readJob, startJob } from '../../environment/jobs/jobs.ts';
import type { Subjects } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { openTcpConnection } from '../../environment/clients/tcp-connection.ts';
import { openTestWebSocket } from '../../environment/clients/websocket.ts';
import { requestUpgrade } from '../../environment/clients/http-request.ts';
import { jobsAMinute, summarizeOrRefuse, watchQueue } from '../../environment/access/limits.ts';

expectNoLeaks();

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
    await ask(summarizeOrRefuse, 'b');
    await ask(summarizeOrRefuse, 'b');
    expect(await ask(analyze, 'a')).toMatchObject({ created: true });
    expect(await ask(analyze)).toMatchObject({ __typename: 'RateLimitedError' });
    // One is left.
    await ask(summarizeOrRefuse, 'c');
    expect(await ask(summarizeOrRefuse)).toMatchObject({ __typename: 'RateLimitedError' });
    for (const [document, key] of [
      [analyze, 'a'],
      [summarizeOrRefuse, 'b'],
      [summarizeOrRefuse, 'c'],
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
      app.graphql.request(summarizeOrRefuse, { input: subjects, options: it }),
    );
    const created = (await Promise.all(twice)).map((it) => it.summarizeVideo.created);
    expect(new Set(created)).toEqual(new Set([true, false]));
    const another = await app.graphql.request(summarizeOrRefuse, { input: subjects });
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
      (await app.graphql.request(summarizeOrRefuse, { input: subjects })).summarizeVideo;
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
