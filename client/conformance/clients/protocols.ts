import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { ClientSettings } from '../client-under-test.ts';

/** An operation as the libraries of the protocols take it. */
export interface Operation {
  query: string;
  variables?: Record<string, unknown> | undefined;
}

export interface Sink {
  next: (answer: { data?: unknown; errors?: readonly { message: string }[] | undefined }) => void;
  error: (error: unknown) => void;
  complete: () => void;
}

/** A client of a protocol with the defaults of its library, and the token of now for each connection. */
export interface ProtocolClient {
  subscribe: (operation: Operation, sink: Sink) => () => void;
  /** Ends the connection of all subscriptions, where they share one. */
  terminate?: () => void;
  dispose: () => void;
}

export type OpenProtocol = (settings: ClientSettings) => ProtocolClient;

async function createHeaders(token: ClientSettings['token']): Promise<Record<string, string>> {
  const current = await token();
  return current === undefined ? {} : { authorization: `Bearer ${current}` };
}

/** fetch with the token of now. */
export function createFetch(token: ClientSettings['token']): typeof fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    for (const [name, value] of Object.entries(await createHeaders(token)))
      headers.set(name, value);
    return fetch(input, { ...init, headers });
  };
}

export function openSocket({ url, token }: ClientSettings): ProtocolClient {
  const client = createSocketClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: () => createHeaders(token),
    // By default the reason of a failure goes to the console, too.
    onNonLazyError: () => undefined,
  });
  return {
    subscribe: (operation, sink) => client.subscribe(operation, sink),
    terminate: () => client.terminate(),
    dispose: () => void Promise.resolve(client.dispose()).catch(() => undefined),
  };
}

function openEventStream(singleConnection: boolean): OpenProtocol {
  return ({ url, token }) => {
    const client = createSseClient({ url, singleConnection, headers: () => createHeaders(token) });
    return {
      subscribe: (operation, sink) => client.subscribe(operation, sink),
      dispose: () => client.dispose(),
    };
  };
}

export const openDistinctStreams = openEventStream(false);
export const openSingleStream = openEventStream(true);
