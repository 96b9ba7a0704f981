import { createCollector } from './collect.ts';
import type { GraphQLAnswer } from './graphql-client.ts';
import { openRawSocket } from './raw-socket.ts';
import { postOperation, readEvents, splitBody } from './raw-stream.ts';

/** A subscription over the wire, to its end; what has none ends with the app. */
export interface EndingStream {
  next: (withinMs?: number) => Promise<GraphQLAnswer>;
  /** Resolves once the server has ended it; rejects if that is not in time. */
  ended: (withinMs?: number) => Promise<unknown>;
  /** Of a connection that is closed for it. */
  closed?: Promise<{ code: number; reason: string }>;
}

type Open = (
  appUrl: string,
  credentials: Record<string, string>,
  query: string,
  variables: object,
) => Promise<EndingStream>;

/** Each way to subscribe. */
export const endingStreams: Record<string, Open> = {
  'server-sent events': openEvents,
  multipart: openMultipart,
  'a single connection': openSingleConnection,
  'a WebSocket': openSocket,
};

function collect(read: (push: (answer: GraphQLAnswer) => void) => Promise<void>): EndingStream {
  const answers = createCollector<GraphQLAnswer>();
  const ends = createCollector<'ended'>();
  void read(answers.push).then(
    () => ends.push('ended'),
    () => undefined, // the app has ended before
  );
  return { next: answers.next, ended: ends.next };
}

async function openEvents(
  ...[appUrl, credentials, query, variables]: Parameters<Open>
): Promise<EndingStream> {
  const headers = { accept: 'text/event-stream', ...credentials };
  const response = await postOperation(appUrl, { query, variables }, headers);
  return collect(async (push) => {
    for await (const { name, text } of readEvents(response)) {
      if (name === 'next') push(JSON.parse(text) as GraphQLAnswer);
    }
  });
}

async function openMultipart(
  ...[appUrl, credentials, query, variables]: Parameters<Open>
): Promise<EndingStream> {
  const accept = 'multipart/mixed;subscriptionSpec=1.0, multipart/mixed';
  const response = await postOperation(appUrl, { query, variables }, { accept, ...credentials });
  return collect(async (push) => {
    for await (const part of splitBody(response, '\r\n')) {
      if (!part.startsWith('{') || part === '{}') continue;
      const { payload, errors } = JSON.parse(part) as { payload?: GraphQLAnswer } & GraphQLAnswer;
      const answer = payload ?? (errors && { errors });
      if (answer) push(answer);
    }
  });
}

async function openSingleConnection(
  ...[appUrl, credentials, query, variables]: Parameters<Open>
): Promise<EndingStream> {
  const url = `${appUrl}/graphql`;
  const reserved = await fetch(url, { method: 'PUT', headers: credentials });
  const headers = { ...credentials, 'x-graphql-event-stream-token': await reserved.text() };
  const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers } });
  const extensions = { operationId: 'one' };
  await postOperation(appUrl, { query, variables, extensions }, headers);
  return collect(async (push) => {
    for await (const { name, text } of readEvents(response)) {
      // The connection stays for other operations.
      if (name === 'complete') return;
      if (name === 'next') push((JSON.parse(text) as { payload: GraphQLAnswer }).payload);
    }
  });
}

async function openSocket(
  ...[appUrl, credentials, query, variables]: Parameters<Open>
): Promise<EndingStream> {
  const socket = await openRawSocket(appUrl, credentials);
  const stream = collect(
    (push) =>
      new Promise((resolve) => {
        socket.begin(query, variables, ({ type, payload }) => {
          if (type !== 'complete') push(type === 'error' ? { errors: payload } : payload);
          if (type !== 'next') resolve();
        });
      }),
  );
  return { ...stream, closed: socket.closed };
}
