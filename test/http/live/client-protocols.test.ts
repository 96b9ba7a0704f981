import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client';
import type { TypedDocumentNode } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { Client, fetchExchange } from '@urql/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, stackKinds, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import { createCollector } from '../../environment/clients/collector.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import {
  createSubjects,
  expectGrowingVersions,
  followJob,
  holdSummary,
  startJob,
  takeUntil,
} from '../../environment/jobs/jobs.ts';
import type { JobView } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { postOperation, splitBody } from '../../environment/clients/event-stream.ts';

expectNoLeaks();

const multipart = 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0';
const query =
  'subscription JobUpdated($id: ID!) { jobUpdated(id: $id) { id state progress stage version } }';
const jobUpdated: TypedDocumentNode<{ jobUpdated: JobView }, { id: string }> = gql(query);

/** What a client's library says of a subscription. */
interface Sink {
  onJob: (job: JobView) => void;
  onError: (errors: readonly { extensions?: Record<string, unknown> }[]) => void;
  onEnd: () => void;
}
type Subscribe = (url: string, id: string, sink: Sink) => () => void;

/** As the documentation of each has it, with nothing added that knows of subscriptions. */
const clients: [string, Subscribe][] = [
  ['Apollo Client with its HttpLink', subscribeByApollo],
  ['urql with its fetchExchange', subscribeByUrql],
];

describe.each(stackKinds)('on the %s stack', (kind) => {
  let stack: TestStack;
  let model: FakeModelService;
  let app: TestApp;

  beforeAll(async () => {
    stack = await createTestStack(kind);
    model = await startFakeModelService();
    app = await startTestApp({
      stack,
      env: { MODEL_SERVICE_URL: model.url, PING_INTERVAL_MS: '100' },
    });
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  async function startHeldJob() {
    const [looking, writing] = holdSummary(model, [
      { progress: 0.3, stage: 'Looking' },
      { progress: 0.6, stage: 'Writing' },
    ]);
    const { id } = await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
    return { id: id as string, looking: looking!, writing: writing! };
  }

  describe.each(clients)('%s', (_client, subscribe) => {
    test('follows a job to its end', async () => {
      const { id, looking, writing } = await startHeldJob();
      const views = createCollector<JobView>();
      const ended = Promise.withResolvers<void>();
      const stop = subscribe(app.url, id, {
        onJob: views.push,
        onError: (errors) => ended.reject(new Error(JSON.stringify(errors))),
        onEnd: ended.resolve,
      });
      await takeUntil(views, { state: 'ACTIVE', progress: 30, stage: 'Looking' });
      looking.open();
      await takeUntil(views, { state: 'ACTIVE', progress: 56, stage: 'Writing' });
      writing.open();
      await takeUntil(views, { state: 'COMPLETED', progress: 100 });
      await ended.promise;
      expectGrowingVersions(views.all);
      stop();
    });

    test('is told that there is no such job', async () => {
      const told = Promise.withResolvers<unknown>();
      const stop = subscribe(app.url, 'nobody', {
        onJob: told.resolve,
        onError: told.resolve,
        onEnd: () => told.resolve('nothing'),
      });
      expect(await told.promise).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
      stop();
    });
  });

  test('a multipart answer begins at once, says that it is alive, and says when it ends', async () => {
    const { id, looking, writing } = await startHeldJob();
    writing.open();
    const answer = await postOperation(
      app.url,
      { query, variables: { id } },
      { accept: multipart },
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(multipart);
    expect(answer.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(answer.headers.get('x-accel-buffering')).toBe('no');

    const parts: string[] = [];
    for await (const part of splitBody(answer, '--graphql')) {
      parts.push(part);
      if (isPing(part)) looking.open();
    }
    // Nothing stands before the first boundary, and behind the last is its end.
    expect([parts.at(0), parts.at(-1)]).toEqual(['', '--\r\n']);
    const messages = parts.slice(1, -1).map(toMessage);
    expect(messages.some((message) => Object.keys(message).length === 0)).toBe(true);
    const updates = messages.flatMap(({ payload }) => (payload ? [payload.data.jobUpdated] : []));
    expect(updates.at(-1)).toMatchObject({ id, state: 'COMPLETED', progress: 100 });
    expectGrowingVersions(updates);
  });

  test('a multipart answer of what cannot be watched has the reason in its one part', async () => {
    const body = { query, variables: { id: 'nobody' } };
    const answer = await postOperation(app.url, body, { accept: multipart });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, multipart]);
    const [first, part, last] = await Array.fromAsync(splitBody(answer, '--graphql'));
    expect([first, last]).toEqual(['', '--\r\n']);
    expect(toMessage(part!)).toMatchObject({
      payload: { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
    });
  });

  test('a client of both protocols is answered in the one that it names first', async () => {
    const { id, looking, writing } = await startHeldJob();
    for (const gate of [looking, writing]) gate.open();
    await followJob(app.graphql, 'sse', id);
    const accepts = {
      events: `text/event-stream, ${multipart}`,
      parts: `${multipart}, text/event-stream`,
    };
    const read = async (accept: string) => {
      const answer = await postOperation(app.url, { query, variables: { id } }, { accept });
      expect(await answer.text()).toContain('COMPLETED');
      return answer.headers.get('content-type');
    };
    expect(await read(accepts.events)).toBe('text/event-stream; charset=utf-8');
    expect(await read(accepts.parts)).toBe(multipart);
  });
});

function subscribeByApollo(url: string, id: string, sink: Sink): () => void {
  const link = new HttpLink({ uri: `${url}/graphql` });
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  const subscription = client.subscribe({ query: jobUpdated, variables: { id } }).subscribe({
    next: ({ data, error }) => {
      if (CombinedGraphQLErrors.is(error)) sink.onError(error.errors);
      else if (data) sink.onJob(data.jobUpdated);
    },
    complete: sink.onEnd,
  });
  return () => {
    subscription.unsubscribe();
    client.stop();
  };
}

function subscribeByUrql(url: string, id: string, sink: Sink): () => void {
  const exchanges = [fetchExchange];
  const client = new Client({ url: `${url}/graphql`, exchanges, fetchSubscriptions: true });
  const subscription = client
    .subscription(jobUpdated, { id })
    .subscribe(({ data, error, hasNext }) => {
      if (error) sink.onError(error.graphQLErrors);
      // urql gives its last value once more, to say that there is no next.
      else if (hasNext && data) sink.onJob(data.jobUpdated);
      if (!hasNext) sink.onEnd();
    });
  return () => subscription.unsubscribe();
}

function isPing(part: string): boolean {
  return part.endsWith('\r\n\r\n{}\r\n');
}

/** A part as the protocol has it: one header, and a message. */
function toMessage(part: string): { payload?: any } {
  const [, json] = /^\r\ncontent-type: application\/json\r\n\r\n(.+)\r\n$/.exec(part)!;
  return JSON.parse(json!);
}
