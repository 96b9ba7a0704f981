import { once } from 'node:events';
import WebSocket from 'ws';
import { postOperation, readEvents, splitBody } from './event-stream.ts';

/** What a client sends, in whichever way. */
export interface Sent {
  query?: string;
  documentId?: string;
  operationName?: string;
  variables?: Record<string, unknown>;
  extensions?: Record<string, unknown>;
}

type Headers = Record<string, string>;

/** The headers say who asks; a WebSocket has them in the parameters of its connection. */
type Ask = (appUrl: string, sent: Sent, headers?: Headers) => Promise<string>;

/** The answer to an operation as JSON, or the first of a subscription, by how it was asked for. */
export const sendBy: Record<string, Ask> = {
  POST: (appUrl, sent, headers) => post(appUrl, sent, { accept: 'application/json', ...headers }),
  'POST as GraphQL over HTTP has it': (appUrl, sent, headers) =>
    post(appUrl, sent, { accept: 'application/graphql-response+json', ...headers }),
  GET: async (appUrl, sent, headers = {}) => (await fetch(toUrl(appUrl, sent), { headers })).text(),
  'server-sent events': async (appUrl, sent, headers) => {
    const answer = await postOperation(appUrl, sent, { accept: 'text/event-stream', ...headers });
    return readNext(answer);
  },
  multipart: async (appUrl, sent, headers) => {
    const accept = 'multipart/mixed;subscriptionSpec=1.0, multipart/mixed';
    const answer = await postOperation(appUrl, sent, { accept, ...headers });
    for await (const part of splitBody(answer, '\r\n')) {
      if (part.startsWith('{')) return toResult(JSON.parse(part));
    }
    throw new Error('nothing came');
  },
  'a single connection': askBySingleConnection,
  'a WebSocket': askByWebSocket,
};

async function post(appUrl: string, sent: Sent, headers: Headers): Promise<string> {
  return (await postOperation(appUrl, sent, headers)).text();
}

export function toUrl(appUrl: string, { query, documentId, operationName, ...rest }: Sent): string {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries({ query, documentId, operationName })) {
    if (value !== undefined) fields.set(name, value);
  }
  for (const [name, value] of Object.entries(rest)) fields.set(name, JSON.stringify(value));
  return `${appUrl}/graphql?${fields.toString()}`;
}

async function readNext(answer: Response): Promise<string> {
  for await (const { name, text } of readEvents(answer)) {
    if (name === 'next') return text;
  }
  throw new Error('nothing came');
}

async function askBySingleConnection(
  appUrl: string,
  sent: Sent,
  credentials: Headers = {},
): Promise<string> {
  const reserved = await fetch(`${appUrl}/graphql`, { method: 'PUT', headers: credentials });
  const headers = { ...credentials, 'x-graphql-event-stream-token': await reserved.text() };
  const stream = await fetch(`${appUrl}/graphql`, {
    headers: { accept: 'text/event-stream', ...headers },
  });
  const extensions = { ...sent.extensions, operationId: 'one' };
  const begun = await postOperation(appUrl, { ...sent, extensions }, headers);
  if (begun.status !== 202) {
    await stream.body?.cancel();
    return begun.text();
  }
  return toResult((JSON.parse(await readNext(stream)) as { payload: unknown }).payload);
}

async function askByWebSocket(
  appUrl: string,
  { query = '', ...sent }: Sent,
  payload: Headers = {},
): Promise<string> {
  const url = `${appUrl.replace('http', 'ws')}/graphql`;
  const socket = new WebSocket(url, 'graphql-transport-ws');
  const send = (message: object) => socket.send(JSON.stringify(message));
  try {
    await once(socket, 'open');
    send({ type: 'connection_init', payload });
    await once(socket, 'message');
    send({ id: 'one', type: 'subscribe', payload: { query, ...sent } });
    const [message] = (await once(socket, 'message')) as [Buffer];
    const { type, payload: answer } = JSON.parse(message.toString()) as {
      type: string;
      payload: unknown;
    };
    return toResult(type === 'error' ? { errors: answer } : answer);
  } finally {
    socket.terminate();
  }
}

function toResult(result: unknown): string {
  const { payload = result } = result as { payload?: unknown };
  return JSON.stringify(payload);
}
