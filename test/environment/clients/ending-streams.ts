import { createCollector } from './collector.ts';
import type { GraphQLAnswer } from './graphql-client.ts';
import { openTestWebSocket } from './websocket.ts';
import { postOperation, readEvents, splitBody } from './event-stream.ts';

/**
 * How a subscription ended: by its protocol's word for "complete", as far as that has one with a clean end of the answer; by a
 * clean end without that word; or as a lost connection.
 */
export type StreamEnd = 'complete' | 'clean' | 'broken';

/** A subscription over the wire, to its end; what has none ends with the app. */
export interface TransportStream {
  next: (withinMs?: number) => Promise<GraphQLAnswer>;
  /** All that has come. */
  answers: readonly GraphQLAnswer[];
  /** Says how the server has ended it; rejects if that is not in time. */
  end: (withinMs?: number) => Promise<StreamEnd>;
  /** Of a connection that is closed for it. */
  closed?: Promise<{ code: number; reason: string }>;
}

type Open = (
  appUrl: string,
  credentials: Record<string, string>,
  query: string,
  variables: object,
) => Promise<TransportStream>;

/** Each way to subscribe. */
export const subscribeBy: Record<string, Open> = {
  'server-sent events': openEvents,
  multipart: openMultipart,
  'a single connection': openSingleConnection,
  'a WebSocket': openSocket,
};

/** `read` says whether it was complete. */
function collect(
  read: (push: (answer: GraphQLAnswer) => void) => Promise<boolean>,
): Pick<TransportStream, 'next' | 'answers' | 'end'> {
  const answers = createCollector<GraphQLAnswer>();
  const ends = createCollector<StreamEnd>();
  void read(answers.push).then(
    (isComplete) => ends.push(isComplete ? 'complete' : 'clean'),
    () => ends.push('broken'),
  );
  return { next: answers.next, answers: answers.all, end: ends.next };
}

async function openEvents(
  ...[appUrl, credentials, query, variables]: Parameters<Open>
): Promise<TransportStream> {
  const headers = { accept: 'text/event-stream', ...credentials };
  const response = await postOperation(appUrl, { query, variables }, headers);
  return collect(async (push) => {
    let last: string | undefined;
    for await (const { name, text } of readEvents(response)) {
      if (name === 'next') push(JSON.parse(text) as GraphQLAnswer);
      last = name;
    }
    return last === 'complete';
  });
}

async function openMultipart(
  ...[appUrl, credentials, query, variables]: Parameters<Open>
): Promise<TransportStream> {
  const accept = 'multipart/mixed;subscriptionSpec=1.0, multipart/mixed';
  const response = await postOperation(appUrl, { query, variables }, { accept, ...credentials });
  return collect(async (push) => {
    let last: string | undefined;
    for await (const part of splitBody(response, '\r\n')) {
      last = part;
      if (!part.startsWith('{') || part === '{}') continue;
      const { payload, errors } = JSON.parse(part) as { payload?: GraphQLAnswer } & GraphQLAnswer;
      const answer = payload ?? (errors && { errors });
      if (answer) push(answer);
    }
    return last === '--graphql--';
  });
}

async function openSingleConnection(
  ...[appUrl, credentials, query, variables]: Parameters<Open>
): Promise<TransportStream> {
  const url = `${appUrl}/graphql`;
  const reserved = await fetch(url, { method: 'PUT', headers: credentials });
  const headers = { ...credentials, 'x-graphql-event-stream-token': await reserved.text() };
  const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers } });
  const extensions = { operationId: 'one' };
  await postOperation(appUrl, { query, variables, extensions }, headers);
  return collect(async (push) => {
    for await (const { name, text } of readEvents(response)) {
      // The connection stays for other operations.
      if (name === 'complete') return true;
      if (name === 'next') push((JSON.parse(text) as { payload: GraphQLAnswer }).payload);
    }
    return false;
  });
}

async function openSocket(
  ...[appUrl, credentials, query, variables]: Parameters<Open>
): Promise<TransportStream> {
  const socket = await openTestWebSocket(appUrl, credentials);
  const stream = collect(
    (push) =>
      new Promise((resolve, reject) => {
        socket.begin(query, variables, ({ type, payload }) => {
          if (type !== 'complete') push(type === 'error' ? { errors: payload } : payload);
          if (type !== 'next') resolve(true);
        });
        void socket.closed.then(reject);
      }),
  );
  return { ...stream, closed: socket.closed };
}
