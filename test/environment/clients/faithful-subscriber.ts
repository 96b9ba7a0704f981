import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { GraphQLAnswer, Transport, Variables } from './graphql-client.ts';

/** A client that comes back, as a page does, until what it watches is over. */
export interface FaithfulSubscriber {
  answers: readonly GraphQLAnswer[];
  /** Resolves with the end of what it watches; rejects where a client would have given up. */
  ended: Promise<void>;
  stop: () => void;
}

/** Pauses are short, so that it is the server that spreads those who come back; a server that is gone is not asked too often. */
const pauseMs = 50;

/** `onLost` is called each time that its connection has been lost. */
export function subscribeFaithfully(
  appUrl: string,
  transport: Transport,
  request: { query: string; variables: Variables },
  onLost: () => void,
): FaithfulSubscriber {
  const answers: GraphQLAnswer[] = [];
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  const sink = {
    next: (answer: unknown) => void answers.push(answer as GraphQLAnswer),
    error: (error: unknown) => reject(error),
    complete: resolve,
  };
  const client = transport === 'sse' ? createSse(appUrl, onLost) : createWs(appUrl, onLost);
  client.subscribe(request, sink);
  return { answers, ended, stop: () => void client.dispose() };
}

const pause = () => new Promise<void>((resolve) => void setTimeout(resolve, pauseMs));

function createSse(appUrl: string, onLost: () => void) {
  return createSseClient({
    url: `${appUrl}/graphql`,
    retryAttempts: Infinity,
    retry: pause,
    on: { connecting: (isAgain) => void (isAgain && onLost()) },
  });
}

function createWs(appUrl: string, onLost: () => void) {
  return createWsClient({
    url: `${appUrl.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: pause,
    on: { connecting: (isAgain) => void (isAgain && onLost()) },
  });
}
