import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { GraphQLAnswer, Variables } from './graphql-client.ts';

export interface SharedWebSocket extends AsyncDisposable {
  subscribe: (query: string, variables?: Variables) => AsyncIterableIterator<GraphQLAnswer>;
}

/** Opens one connection for any number of subscriptions, as a browser does. */
export function openSharedWebSocket(appUrl: string): SharedWebSocket {
  const client = createClient({
    url: `${appUrl.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
  });
  return {
    subscribe: (query, variables = {}) =>
      client.iterate({ query, variables }) as AsyncIterableIterator<GraphQLAnswer>,
    [Symbol.asyncDispose]: async () => client.dispose(),
  };
}
