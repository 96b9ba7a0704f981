import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { createClient } from 'graphql-ws';
import type { SubscribePayload } from 'graphql-ws';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { expectNoLeaks } from '../../test/environment/app/leaks.ts';
import { useTestApp } from '../../test/environment/app/use-test-app.ts';
import { createCollector } from '../../test/environment/clients/collector.ts';
import type { Collector } from '../../test/environment/clients/collector.ts';
import { createSubjects, startJob } from '../../test/environment/jobs/jobs.ts';
import type { Subjects } from '../../test/environment/jobs/jobs.ts';
import { startFaultyNetwork } from '../conformance/faulty-network.ts';
import { resumableJobs } from '../src/apollo/index.ts';
import { jobsExchange } from '../src/urql/index.ts';

expectNoLeaks();

interface Shown {
  state: string;
  progress: number;
}

const { app, model } = useTestApp('embedded');
let subjects: Subjects;
beforeAll(async () => {
  subjects = await createSubjects(app.graphql);
});

/** It neither passes `after` nor selects `version`, as people write it. */
const updates = gql`
  subscription ($id: ID!) {
    jobUpdated(id: $id) {
      id
      state
      progress
    }
  }
`;

/** What is silent for 2.5 times as long is asked for something: longer than the second that graphql-ws waits before it connects again. */
const pingMs = 1_000;

/** With the defaults of graphql-ws, which gives up after five attempts. */
function createSocketClient(url: string) {
  const client = createClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket });
  onTestFinished(() => client.dispose());
  return client;
}

function openApollo(url: string, transport: string) {
  const socket = createSocketClient(url);
  const last = transport === 'http' ? new HttpLink({ uri: url }) : new GraphQLWsLink(socket);
  const client = new ApolloClient({
    link: ApolloLink.from([resumableJobs({ pingMs, terminate: () => socket.terminate() }), last]),
    cache: new InMemoryCache(),
  });
  onTestFinished(() => client.stop());
  return (id: string, { push }: Collector<Shown>) => {
    const watching = client
      .subscribe<{ jobUpdated: Shown }>({ query: updates, variables: { id } })
      .subscribe(({ data }) => data && push(data.jobUpdated));
    onTestFinished(() => watching.unsubscribe());
  };
}

function openUrql(url: string, transport: string) {
  const socket = transport === 'http' ? undefined : createSocketClient(url);
  const client = new Client({
    url,
    fetchSubscriptions: !socket,
    exchanges: [
      cacheExchange({}),
      jobsExchange({ pingMs, ...(socket && { terminate: () => socket.terminate() }) }),
      fetchExchange,
      ...(socket
        ? [
            subscriptionExchange({
              forwardSubscription: (request) => ({
                subscribe: (sink) => ({
                  unsubscribe: socket.subscribe(request as SubscribePayload, sink),
                }),
              }),
            }),
          ]
        : []),
    ],
  });
  return (id: string, { push }: Collector<Shown>) => {
    const watching = client
      .subscription<{ jobUpdated: Shown }>(updates, { id })
      .subscribe(({ data, hasNext }) => hasNext && data && push(data.jobUpdated));
    onTestFinished(() => watching.unsubscribe());
  };
}

describe.each([
  ['Apollo Client', openApollo],
  ['urql', openUrql],
] as const)('%s', (_name, open) => {
  test.each([
    ['refuse', 'http'],
    ['refuse', 'websocket'],
    ['freeze', 'http'],
    ['freeze', 'websocket'],
  ] as const)(
    'shows the end of a job that was missed, after connections %s over %s',
    async (fault, transport) => {
      await using network = await startFaultyNetwork(() => app.url);
      const watch = open(`${network.url}/graphql`, transport);
      const gate = model.hold('/api/summarize');
      const { id } = await startJob(app.graphql, 'summarizeVideo', subjects);
      await gate.reached();
      const shown = createCollector<Shown>();
      watch(id as string, shown);
      while ((await shown.next()).state !== 'ACTIVE');

      network.strike(fault);
      gate.open();
      while ((await shown.next()).state !== 'COMPLETED');
      expect(shown.all.at(-1)).toMatchObject({ state: 'COMPLETED', progress: 100 });
      const steps = shown.all.map(({ progress }) => progress);
      expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    },
  );
});
