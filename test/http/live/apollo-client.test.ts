import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import type { TypedDocumentNode } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode, print } from 'graphql';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { Observable, lastValueFrom } from 'rxjs';
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

  test.each(transports)(
    'a watched query follows a subscription over %s by itself',
    async (transport) => {
      const [looking, writing] = holdSummary(model, [
        { progress: 0.3, stage: 'Looking' },
        { progress: 0.6, stage: 'Writing' },
      ]);
      await using apollo = await createApollo(app, transport);
      const { client } = apollo;
      const input = await createSubjects(app.graphql);
      const started = await client.mutate({ mutation: startSummary, variables: { input } });
      const { id } = started.data!.summarizeVideo.job;

      const views = createCollector<JobView>();
      const watching = client
        .watchQuery({ query: jobQuery, variables: { id } })
        .subscribe(({ data, dataState }) => {
          if (dataState === 'complete') views.push(data.job);
        });
      await views.next();
      const ended = lastValueFrom(client.subscribe({ query: jobUpdated, variables: { id } }));

      await takeUntil(views, { state: 'ACTIVE', progress: 30, stage: 'Looking' });
      looking!.open();
      await takeUntil(views, { state: 'ACTIVE', progress: 56, stage: 'Writing' });
      writing!.open();
      const last = await takeUntil(views, { state: 'COMPLETED', progress: 100 });
      expect(last.result?.text).toMatch(/two vessels enter the harbour/);
      expect((await ended).data?.jobUpdated).toEqual(last);
      expect(views.all.at(-1)).toEqual(last);
      expectGrowingVersions(views.all);
      watching.unsubscribe();
    },
  );

  test.each(transports)('a subscription to no job is an error over %s', async (transport) => {
    await using apollo = await createApollo(app, transport);
    const answer = await lastValueFrom(
      apollo.client.subscribe({ query: jobUpdated, variables: { id: 'none' } }),
    );
    expect(answer.data).toBeUndefined();
    expect(CombinedGraphQLErrors.is(answer.error) && answer.error.errors).toMatchObject([
      { message: 'There is no job with the id "none".', extensions: { code: 'NOT_FOUND' } },
    ]);
  });
});

/** An Apollo Client as an app has it: HTTP for queries and mutations, the transport for subscriptions. */
async function createApollo(app: TestApp, transport: Transport) {
  const url = `${app.url}/graphql`;
  const subscriptions = transport === 'sse' ? createSseLink(url) : createWebSocketLink(url);
  const client = new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      subscriptions.link,
      new HttpLink({ uri: url }),
    ),
    cache: new InMemoryCache({ possibleTypes: await readPossibleTypes(app.graphql) }),
  });
  return {
    client,
    [Symbol.asyncDispose]: async () => {
      client.stop();
      await subscriptions.dispose();
    },
  };
}

function createWebSocketLink(url: string) {
  const client = createWsClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: Infinity,
  });
  return { link: new GraphQLWsLink(client), dispose: async () => client.dispose() };
}

/** As the documentation of graphql-sse has it. */
function createSseLink(url: string) {
  const client = createSseClient({ url, retryAttempts: Infinity });
  const link = new ApolloLink(
    ({ query, variables, operationName, extensions }) =>
      new Observable((sink) =>
        client.subscribe({ query: print(query), variables, operationName, extensions }, sink),
      ),
  );
  return { link, dispose: async () => client.dispose() };
}
