import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache, Observable } from '@apollo/client';
import { cacheExchange, Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { OperationTypeNode, print } from 'graphql';
import { createClient } from 'graphql-ws';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { hearPings, resumableJobs } from '../../src/apollo/index.ts';
import { jobsExchange } from '../../src/urql/index.ts';

const parameters = new URLSearchParams(location.search);
const ids = parameters.get('jobs')!.split(',');
const overSocket = parameters.get('transport') === 'websocket';
const pingMs = 1_000;
const query = `subscription JobUpdated($id: ID!) { jobUpdated(id: $id) { id state } }`;

/** Watches a job until the returned function is called. */
type Watch = (id: string, show: (state: string) => void) => () => void;

interface Answer {
  data?: { jobUpdated?: { state: string } } | null | undefined;
}

const socket = createClient({
  url: new URL('/graphql', location.href).href.replace(/^http/, 'ws'),
  retryAttempts: Infinity,
  shouldRetry: () => true,
});
const options = { pingMs, ...(overSocket && { terminate: () => socket.terminate() }) };
const toShow =
  (show: (state: string) => void) =>
  ({ data }: Answer) =>
    data?.jobUpdated && show(data.jobUpdated.state);

function openApollo(): Watch {
  const http = new HttpLink({ uri: '/graphql', fetch: hearPings() });
  const sockets = new ApolloLink(
    (operation) =>
      new Observable<ApolloLink.Result>((observer) =>
        socket.subscribe(
          { query: print(operation.query), variables: operation.variables },
          {
            next: (answer) => observer.next(answer as ApolloLink.Result),
            error: (error) => observer.error(error),
            complete: () => observer.complete(),
          },
        ),
      ),
  );
  const isSubscription = ({ operationType }: ApolloLink.Operation) =>
    operationType === OperationTypeNode.SUBSCRIPTION;
  const last = overSocket ? ApolloLink.split(isSubscription, sockets, http) : http;
  const client = new ApolloClient({
    link: ApolloLink.from([resumableJobs(options), last]),
    cache: new InMemoryCache(),
  });
  return (id, show) => {
    const watching = client
      .subscribe<NonNullable<Answer['data']>>({ query: gql(query), variables: { id } })
      .subscribe(toShow(show));
    return () => watching.unsubscribe();
  };
}

function openUrql(): Watch {
  const sockets = subscriptionExchange({
    forwardSubscription: ({ query: text, variables }) => ({
      subscribe: (sink) => ({
        unsubscribe: socket.subscribe(
          { query: text!, variables: variables as Record<string, unknown> },
          sink as never,
        ),
      }),
    }),
  });
  const client = new Client({
    url: new URL('/graphql', location.href).href,
    fetchSubscriptions: !overSocket,
    exchanges: [
      cacheExchange,
      jobsExchange(options),
      fetchExchange,
      ...(overSocket ? [sockets] : []),
    ],
  });
  return (id, show) => {
    const watching = client
      .subscription<NonNullable<Answer['data']>>(query, { id })
      .subscribe(toShow(show));
    return () => watching.unsubscribe();
  };
}

const watch = parameters.get('client') === 'apollo' ? openApollo() : openUrql();

function Row({ id }: { id: string }) {
  const [state, setState] = useState<string>();
  useEffect(() => watch(id, setState), [id]);
  return <output aria-label={id}>{state}</output>;
}

createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    {ids.map((id) => (
      <Row key={id} id={id} />
    ))}
  </StrictMode>,
);
