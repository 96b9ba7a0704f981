import { Client, fetchExchange, gql, subscriptionExchange } from '@urql/core';
import type { SubscriptionForwarder, TypedDocumentNode } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { createClient as createSseClient } from 'graphql-sse';
import type { RequestParams } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import type { SubscribePayload } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { createTestStack, stackKinds, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import { createCollector } from '../../environment/clients/collector.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { transports } from '../../environment/clients/graphql-client.ts';
import type { Transport } from '../../environment/clients/graphql-client.ts';
import {
  createSubjects,
  expectGrowingVersions,
  holdSummary,
  readPossibleTypes,
  takeUntil,
} from '../../environment/jobs/jobs.ts';
import type { JobView, Subjects } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';

expectNoLeaks();

const jobFields = gql`
  fragment JobView on Job {
    id
    state
    progress
    stage
    version
    ... on VideoSummarizationJob {
      result {
        id
        text
      }
    }
  }
`;

const startSummary: TypedDocumentNode<{ summarizeVideo: { job: JobView } }, { input: Subjects }> =
  gql`
    mutation StartSummary($input: SummarizeVideoInput!) {
      summarizeVideo(input: $input) {
        ... on SummarizeVideoPayload {
          job {
            ...JobView
          }
        }
      }
    }
    ${jobFields}
  `;

const jobQuery: TypedDocumentNode<{ job: JobView }, { id: string }> = gql`
  query WatchedJob($id: ID!) {
    job(id: $id) {
      ...JobView
    }
  }
  ${jobFields}
`;

const jobUpdated: TypedDocumentNode<{ jobUpdated: JobView }, { id: string }> = gql`
  subscription JobUpdated($id: ID!) {
    jobUpdated(id: $id) {
      ...JobView
    }
  }
  ${jobFields}
`;

describe.each(stackKinds)('on the %s stack', (kind) => {
  let stack: TestStack;
  let model: FakeModelService;
  let app: TestApp;

  beforeAll(async () => {
    stack = await createTestStack(kind);
    model = await startFakeModelService();
    app = await startTestApp({ stack, env: { MODEL_SERVICE_URL: model.url } });
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  test.each(transports)('a query follows a subscription over %s by itself', async (transport) => {
    const [looking, writing] = holdSummary(model, [
      { progress: 0.3, stage: 'Looking' },
      { progress: 0.6, stage: 'Writing' },
    ]);
    await using urql = await createUrql(app, transport);
    const { client } = urql;
    const input = await createSubjects(app.graphql);
    const started = await client.mutation(startSummary, { input });
    const { id } = started.data!.summarizeVideo.job;

    const views = createCollector<JobView>();
    const watching = client.query(jobQuery, { id }).subscribe(({ data }) => {
      if (data) views.push(data.job);
    });
    await views.next();
    const updating = client.subscription(jobUpdated, { id }).subscribe(() => {});

    await takeUntil(views, { state: 'ACTIVE', progress: 30, stage: 'Looking' });
    looking!.open();
    await takeUntil(views, { state: 'ACTIVE', progress: 56, stage: 'Writing' });
    writing!.open();
    const last = await takeUntil(views, { state: 'COMPLETED', progress: 100 });
    expect(last.result?.text).toMatch(/two vessels enter the harbour/);
    expect(views.all.at(-1)).toEqual(last);
    expectGrowingVersions(views.all);
    updating.unsubscribe();
    watching.unsubscribe();
  });

  test.each(transports)('a subscription to no job is an error over %s', async (transport) => {
    await using urql = await createUrql(app, transport);
    const { data, error } = await urql.client.subscription(jobUpdated, { id: 'none' }).toPromise();
    expect(data).toBeUndefined();
    expect(error?.graphQLErrors).toMatchObject([
      { message: 'There is no job with the id "none".', extensions: { code: 'NOT_FOUND' } },
    ]);
  });
});

/** An urql client as an app has it: HTTP for queries and mutations, the transport for subscriptions. */
async function createUrql(app: TestApp, transport: Transport) {
  const url = `${app.url}/graphql`;
  const subscriptions = transport === 'sse' ? forwardToSse(url) : forwardToWebSocket(url);
  const client = new Client({
    url,
    exchanges: [
      cacheExchange({ possibleTypes: await readPossibleTypes(app.graphql) }),
      fetchExchange,
      subscriptionExchange({ forwardSubscription: subscriptions.forward }),
    ],
  });
  return { client, [Symbol.asyncDispose]: subscriptions.dispose };
}

/** As the documentation of graphql-sse has it. */
function forwardToSse(url: string) {
  const client = createSseClient({ url, retryAttempts: Infinity });
  const forward: SubscriptionForwarder = (request) => ({
    subscribe: (sink) => ({
      unsubscribe: client.subscribe(request as RequestParams, sink),
    }),
  });
  return { forward, dispose: async () => client.dispose() };
}

/** As the documentation of graphql-ws has it. */
function forwardToWebSocket(url: string) {
  const client = createWsClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: Infinity,
  });
  const forward: SubscriptionForwarder = (request) => ({
    subscribe: (sink) => ({
      unsubscribe: client.subscribe(request as SubscribePayload, sink),
    }),
  });
  return { forward, dispose: async () => client.dispose() };
}
