import { createCollector } from './collector.ts';
import { postOperation, readEvents, splitBody } from './event-stream.ts';
import type { GraphQLAnswer, GraphQLRequest } from './graphql-client.ts';
import { openTestWebSocket } from './websocket.ts';

type Headers = Record<string, string>;

/**
 * How a stream ended: with its protocol's message for "complete", as far as the protocol has one; with a clean end of the
 * response but without that message; or because the connection broke.
 */
export type StreamEnd = 'complete' | 'clean' | 'broken';

export interface TransportStream {
  next: (withinMs?: number) => Promise<GraphQLAnswer>;
  /** All that have arrived. */
  answers: readonly GraphQLAnswer[];
  /** Waits until the server has ended it. */
  end: (withinMs?: number) => Promise<StreamEnd>;
  close: () => void;
  /** Of a WebSocket alone, which the stream has for itself. */
  closed?: Promise<{ code: number; reason: string }>;
}

/** `headers` carry credentials; a WebSocket has them in the payload of its connection_init. */
type Subscribe = (
  appUrl: string,
  request: GraphQLRequest,
  headers?: Headers,
) => Promise<TransportStream>;

/** Opens a subscription, by the name of its transport. */
export const subscribeBy: Record<string, Subscribe> = {
  'server-sent events': subscribeByEvents,
  multipart: subscribeByMultipart,
  'a single connection': subscribeBySingleConnection,
  'a list of operations': subscribeByList,
  'a WebSocket': subscribeByWebSocket,
};

type Send = (appUrl: string, request: GraphQLRequest, headers?: Headers) => Promise<string>;

/** Sends an operation, by the name of its transport; the answer as JSON, or the first one of a stream. */
export const sendBy: Record<string, Send> = {
  POST: sendByPost('application/json'),
  'POST as GraphQL over HTTP has it': sendByPost('application/graphql-response+json'),
  GET: async (appUrl, request, headers = {}) =>
    (await fetch(toUrl(appUrl, request), { headers })).text(),
  ...Object.fromEntries(
    Object.entries(subscribeBy).map(([transport, subscribe]) => [transport, takeFirst(subscribe)]),
  ),
};

function sendByPost(accept: string): Send {
  return async (appUrl, request, headers) =>
    (await postOperation(appUrl, request, { accept, ...headers })).text();
}

function takeFirst(subscribe: Subscribe): Send {
  return async (...args) => {
    const stream = await subscribe(...args);
    try {
      return JSON.stringify(await stream.next());
    } finally {
      stream.close();
    }
  };
}

export function toUrl(
  appUrl: string,
  { query, documentId, operationName, ...rest }: GraphQLRequest,
): string {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries({ query, documentId, operationName })) {
    if (value !== undefined) fields.set(name, value);
  }
  for (const [name, value] of Object.entries(rest)) fields.set(name, JSON.stringify(value));
  return `${appUrl}/graphql?${fields.toString()}`;
}

/** `read` resolves with whether the stream was complete, and rejects if it broke. */
function toStream(
  read: (push: (answer: GraphQLAnswer) => void) => Promise<boolean>,
  close: () => void,
): TransportStream {
  const answers = createCollector<GraphQLAnswer>();
  const ends = createCollector<StreamEnd>();
  void read(answers.push).then(
    (isComplete) => ends.push(isComplete ? 'complete' : 'clean'),
    () => ends.push('broken'),
  );
  return { next: answers.next, answers: answers.all, end: ends.next, close };
}

async function subscribeByEvents(...[appUrl, request, given]: Parameters<Subscribe>) {
  const connection = new AbortController();
  const headers = { accept: 'text/event-stream', ...given };
  const response = await postOperation(appUrl, request, headers, connection.signal);
  return toStream(
    async (push) => {
      let last: string | undefined;
      for await (const { name, text } of readEvents(response)) {
        if (name === 'next') push(JSON.parse(text) as GraphQLAnswer);
        last = name;
      }
      return last === 'complete';
    },
    () => connection.abort(),
  );
}

async function subscribeByMultipart(...[appUrl, request, given]: Parameters<Subscribe>) {
  const connection = new AbortController();
  const headers = { accept: 'multipart/mixed;subscriptionSpec=1.0, multipart/mixed', ...given };
  const response = await postOperation(appUrl, request, headers, connection.signal);
  return toStream(
    async (push) => {
      let last: string | undefined;
      for await (const part of splitBody(response, '\r\n')) {
        last = part;
        if (!part.startsWith('{') || part === '{}') continue;
        const { payload, ...answer } = JSON.parse(part) as { payload?: GraphQLAnswer | null };
        if (payload || Object.keys(answer).length > 0) push(payload ?? answer);
      }
      return last === '--graphql--';
    },
    () => connection.abort(),
  );
}

async function subscribeBySingleConnection(...[appUrl, request, given]: Parameters<Subscribe>) {
  const url = `${appUrl}/graphql`;
  const connection = new AbortController();
  const reserved = await fetch(url, { method: 'PUT', headers: given ?? {} });
  const headers = { ...given, 'x-graphql-event-stream-token': await reserved.text() };
  const response = await fetch(url, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: connection.signal,
  });
  const extensions = { ...request.extensions, operationId: 'one' };
  const begun = await postOperation(appUrl, { ...request, extensions }, headers);
  const refusal = begun.status === 202 ? undefined : ((await begun.json()) as GraphQLAnswer);
  return toStream(
    async (push) => {
      if (refusal) push(refusal);
      for await (const { name, text } of readEvents(response)) {
        // The connection stays, for other operations.
        if (name === 'complete') return true;
        if (name === 'next') push((JSON.parse(text) as { payload: GraphQLAnswer }).payload);
      }
      return false;
    },
    () => connection.abort(),
  );
}

async function subscribeByList(...[appUrl, request, given]: Parameters<Subscribe>) {
  const connection = new AbortController();
  const headers = { accept: 'text/event-stream', ...given };
  const operation = { ...request, extensions: { ...request.extensions, operationId: 'one' } };
  const response = await postOperation(appUrl, [operation], headers, connection.signal);
  return toStream(
    async (push) => {
      let last: string | undefined;
      for await (const { name, text } of readEvents(response)) {
        if (name === 'next') push((JSON.parse(text) as { payload: GraphQLAnswer }).payload);
        last = name;
      }
      return last === 'complete';
    },
    () => connection.abort(),
  );
}

async function subscribeByWebSocket(
  ...[appUrl, { query = '', ...request }, headers]: Parameters<Subscribe>
) {
  const socket = await openTestWebSocket(appUrl, headers);
  const stream = toStream(
    (push) =>
      new Promise((resolve, reject) => {
        socket.subscribe({ query, ...request }, ({ type, payload }) => {
          if (type !== 'complete') push(type === 'error' ? { errors: payload } : payload);
          if (type !== 'next') resolve(true);
        });
        void socket.closed.then(reject);
      }),
    () => void socket[Symbol.asyncDispose](),
  );
  return { ...stream, closed: socket.closed };
}
