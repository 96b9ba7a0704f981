import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import type { TypedDocumentNode } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import type { SubscriptionForwarder } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { OperationTypeNode, parse, print } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { createClient as createSseClient } from 'graphql-sse';
import type { RequestParams } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import type { SubscribePayload } from 'graphql-ws';
import { Observable } from 'rxjs';
import WebSocket from 'ws';
import { readPossibleTypes } from '../jobs/jobs.ts';
import type { JobView, Subjects } from '../jobs/jobs.ts';
import { createGraphQLClient } from './graphql-client.ts';

/** How a front end subscribes: by its library alone over HTTP, or with graphql-sse or graphql-ws beside it. */
export const frontEndTransports = ['http', 'sse', 'websocket'] as const;
export type FrontEndTransport = (typeof frontEndTransports)[number];

/** What a client's library says of a subscription to a job. */
export interface JobSink {
  onJob: (job: JobView) => void;
  onErrors: (errors: readonly GraphQLFormattedError[]) => void;
  onEnd: () => void;
}

/** A client as a front end has it: HTTP for queries and mutations, the transport for subscriptions, and a cache. */
export interface FrontEndClient extends AsyncDisposable {
  startSummary: (input: Subjects) => Promise<JobView>;
  /** Calls back with the cached job, and with each change of it, until the returned function is called. */
  watchQuery: (id: string, onJob: (job: JobView) => void) => () => void;
  subscribe: (id: string, sink: JobSink) => () => void;
}

type Open = (appUrl: string, transport: FrontEndTransport) => Promise<FrontEndClient>;

/** Each set up as its documentation says. */
export const frontEndClients: [string, Open][] = [
  ['Apollo Client', openApollo],
  ['urql', openUrql],
];

const fragment = `fragment JobView on Job {
  id state progress stage version ... on VideoSummarizationJob { result { id text } }
}`;

const startSummary = toDocument<{ summarizeVideo: { job: JobView } }, { input: Subjects }>(
  `mutation StartSummary($input: SummarizeVideoInput!) {
    summarizeVideo(input: $input) { ... on SummarizeVideoPayload { job { ...JobView } } }
  }`,
);
const jobQuery = toDocument<{ job: JobView }, { id: string }>(
  'query WatchedJob($id: ID!) { job(id: $id) { ...JobView } }',
);
const jobUpdated = toDocument<{ jobUpdated: JobView }, { id: string }>(
  'subscription JobUpdated($id: ID!) { jobUpdated(id: $id) { ...JobView } }',
);

function toDocument<Data, Variables>(operation: string): TypedDocumentNode<Data, Variables> {
  return parse(`${operation} ${fragment}`);
}

async function openApollo(appUrl: string, transport: FrontEndTransport): Promise<FrontEndClient> {
  const uri = `${appUrl}/graphql`;
  const http = new HttpLink({ uri });
  const { link, dispose } = createApolloLink(uri, transport);
  const isSubscription = ({ operationType }: ApolloLink.Operation) =>
    operationType === OperationTypeNode.SUBSCRIPTION;
  const possibleTypes = await readPossibleTypes(createGraphQLClient(appUrl));
  const client = new ApolloClient({
    link: link ? ApolloLink.split(isSubscription, link, http) : http,
    cache: new InMemoryCache({ possibleTypes }),
  });
  return {
    startSummary: async (input) => {
      const { data } = await client.mutate({ mutation: startSummary, variables: { input } });
      return data!.summarizeVideo.job;
    },
    watchQuery: (id, onJob) => {
      const watching = client
        .watchQuery({ query: jobQuery, variables: { id } })
        .subscribe(({ data, dataState }) => {
          if (dataState === 'complete') onJob(data.job);
        });
      return () => watching.unsubscribe();
    },
    subscribe: (id, { onJob, onErrors, onEnd }) => {
      const watching = client.subscribe({ query: jobUpdated, variables: { id } }).subscribe({
        next: ({ data, error }) => {
          if (CombinedGraphQLErrors.is(error)) onErrors(error.errors);
          else if (data) onJob(data.jobUpdated);
        },
        complete: onEnd,
      });
      return () => watching.unsubscribe();
    },
    [Symbol.asyncDispose]: async () => {
      client.stop();
      dispose();
    },
  };
}

function createApolloLink(url: string, transport: FrontEndTransport) {
  if (transport === 'http') return { link: undefined, dispose: () => undefined };
  if (transport === 'websocket') {
    const client = createWebSocketClient(url);
    return { link: new GraphQLWsLink(client), dispose: () => client.dispose() };
  }
  const client = createSseClient({ url, retryAttempts: Infinity });
  const link = new ApolloLink(
    ({ query, variables, operationName, extensions }) =>
      new Observable((sink) =>
        client.subscribe({ query: print(query), variables, operationName, extensions }, sink),
      ),
  );
  return { link, dispose: () => client.dispose() };
}

async function openUrql(appUrl: string, transport: FrontEndTransport): Promise<FrontEndClient> {
  const url = `${appUrl}/graphql`;
  const { forward, dispose } = createUrqlForwarder(url, transport);
  const client = new Client({
    url,
    fetchSubscriptions: transport === 'http',
    exchanges: [
      cacheExchange({ possibleTypes: await readPossibleTypes(createGraphQLClient(appUrl)) }),
      fetchExchange,
      ...(forward ? [subscriptionExchange({ forwardSubscription: forward })] : []),
    ],
  });
  return {
    startSummary: async (input) => {
      const { data } = await client.mutation(startSummary, { input });
      return data!.summarizeVideo.job;
    },
    watchQuery: (id, onJob) => {
      const watching = client.query(jobQuery, { id }).subscribe(({ data }) => {
        if (data) onJob(data.job);
      });
      return () => watching.unsubscribe();
    },
    subscribe: (id, { onJob, onErrors, onEnd }) => {
      const watching = client
        .subscription(jobUpdated, { id })
        .subscribe(({ data, error, hasNext }) => {
          if (error) onErrors(error.graphQLErrors);
          // urql repeats its last value to say that there is no next.
          else if (hasNext && data) onJob(data.jobUpdated);
          if (!hasNext) onEnd();
        });
      return () => watching.unsubscribe();
    },
    [Symbol.asyncDispose]: async () => dispose(),
  };
}

function createUrqlForwarder(url: string, transport: FrontEndTransport) {
  if (transport === 'http') return { forward: undefined, dispose: () => undefined };
  if (transport === 'websocket') {
    const client = createWebSocketClient(url);
    const forward: SubscriptionForwarder = (request) => ({
      subscribe: (sink) => ({ unsubscribe: client.subscribe(request as SubscribePayload, sink) }),
    });
    return { forward, dispose: () => client.dispose() };
  }
  const client = createSseClient({ url, retryAttempts: Infinity });
  const forward: SubscriptionForwarder = (request) => ({
    subscribe: (sink) => ({ unsubscribe: client.subscribe(request as RequestParams, sink) }),
  });
  return { forward, dispose: () => client.dispose() };
}

function createWebSocketClient(url: string) {
  return createWsClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: Infinity,
  });
}
