import type { GraphQLFormattedError } from 'graphql';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import WebSocket from 'ws';

export type Variables = Record<string, unknown>;

/** An operation as a client sends it, over any transport. */
export interface GraphQLRequest {
  query?: string;
  documentId?: string;
  operationName?: string;
  variables?: object;
  extensions?: Record<string, unknown>;
}

export interface GraphQLAnswer {
  data?: Record<string, any> | null;
  errors?: readonly GraphQLFormattedError[];
}

export interface GraphQLClient {
  /** Sends one POST, and resolves with the response, errors or not. */
  send: (query: string, variables?: Variables) => Promise<GraphQLAnswer>;
  /** Sends one POST, and resolves with its data; rejects if there are errors. */
  request: (query: string, variables?: Variables) => Promise<Record<string, any>>;
  subscribe: (
    transport: Transport,
    query: string,
    variables?: Variables,
  ) => AsyncIterableIterator<GraphQLAnswer>;
}

export const transports = ['sse', 'websocket'] as const;
export type Transport = (typeof transports)[number];

/** A client of the API that uses the reference clients of the protocols; the token says for whom. */
export function createGraphQLClient(appUrl: string, token?: string): GraphQLClient {
  const url = `${appUrl}/graphql`;
  const credentials: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };

  async function send(query: string, variables: Variables = {}): Promise<GraphQLAnswer> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...credentials },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphQLAnswer;
  }

  return {
    send,
    request: async (query, variables) => {
      const { data, errors } = await send(query, variables);
      if (errors || !data) throw new Error(JSON.stringify(errors));
      return data;
    },
    subscribe: (transport, query, variables = {}) =>
      transport === 'sse'
        ? createSseClient({ url, headers: credentials, retryAttempts: 0 }).iterate({
            query,
            variables,
          })
        : subscribeByWebSocket(url, credentials, query, variables),
  };
}

async function* subscribeByWebSocket(
  url: string,
  connectionParams: Record<string, string>,
  query: string,
  variables: Variables,
): AsyncIterableIterator<GraphQLAnswer> {
  const client = createWsClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams,
    retryAttempts: 0,
  });
  try {
    yield* client.iterate({ query, variables }) as AsyncIterableIterator<GraphQLAnswer>;
  } finally {
    await client.dispose();
  }
}
