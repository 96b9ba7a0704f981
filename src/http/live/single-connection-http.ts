import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode } from 'graphql';
import { isExpired, sessionExpired } from '../../access/identity/session.ts';
import type { Session } from '../../access/identity/session.ts';
import type { OperationRequest } from '../../graphql/execution/operations.ts';
import type { Admission } from '../front/admission.ts';
import { refuse } from '../respond.ts';
import type { Connection } from '../../access/limits/connections.ts';
import type { OperationCall, Execution } from '../graphql/execution.ts';
import { createCloseSignal } from '../close-signal.ts';
import { negotiateStream } from '../graphql/negotiate.ts';
import { parseOperation, parseQueryString, readText } from '../graphql/read-request.ts';
import type { Outcome, SingleConnections } from './single-connection.ts';

/** Where clients put the token of their stream. */
const tokenHeader = 'x-graphql-event-stream-token';

interface SingleConnectionHttp {
  singleConnections: SingleConnections;
  execution: Execution;
  admission: Admission;
  session: Session;
}

/** Whether a request speaks the single connection mode of GraphQL over server-sent events. */
export function isForSingleConnection(request: IncomingMessage): boolean {
  const { method } = request;
  return method === 'PUT' || method === 'DELETE' || findToken(request) !== undefined;
}

export async function handleSingleConnection(
  http: SingleConnectionHttp,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A client that has gone while it was found out who it is, says no more that it has.
  const isGone = response.destroyed;
  if (request.method === 'PUT') return isGone ? undefined : reserve(http, request, response);
  const token = findToken(request) ?? '';
  const stream = http.singleConnections.find(token, http.session.viewer);
  if (request.method === 'DELETE') {
    const id = toFields(request).get('operationId');
    if (!id) return refuse(response, 400, 'Operation ID is missing');
    stream?.end(id);
    return end(response, 200);
  }
  if (negotiateStream(request.headers.accept) === 'text/event-stream') {
    if (isGone) return stream?.abandon();
    if (!stream) return refuse(response, 404, 'There is no such stream.');
    if (stream.open(request, response)) return;
    return refuse(response, 409, 'The stream is already open.');
  }
  return begin(http, token, request, response);
}

async function reserve(
  { singleConnections, admission, session }: SingleConnectionHttp,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const connection = admission.connect(request);
  try {
    await connection.assign(session.viewer);
  } catch (error) {
    connection.close();
    throw error;
  }
  // Nobody would come to open it.
  if (response.destroyed) return connection.close();
  const token = singleConnections.reserve(session.viewer, connection);
  if (token === undefined) {
    connection.close();
    return refuse(response, 503, 'There are too many streams.');
  }
  response.writeHead(201, { 'content-type': 'text/plain; charset=utf-8' }).end(token);
}

async function begin(
  { singleConnections, execution, session }: SingleConnectionHttp,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const stream = singleConnections.find(token, session.viewer);
  if (!stream) return refuse(response, 404, 'There is no such stream.');
  const asked = await readOperation(request);
  // Both may have ended while that was read.
  if (isExpired(session)) throw sessionExpired();
  if (response.destroyed) return;
  if (stream.isClosed) return refuse(response, 404, 'There is no such stream.');
  if (!asked) return refuse(response, 400, 'A query and an operation ID are needed.');
  const operation = execution.find(asked.request);
  if (request.method === 'GET' && isMutation(operation)) {
    response.setHeader('allow', 'POST');
    return refuse(response, 405, 'Mutations are sent by POST.');
  }
  if (!stream.claim(asked.id)) return refuse(response, 409, 'The operation ID is taken.');
  stream.begin(
    asked.id,
    await execute(execution, operation, {
      session,
      connection: stream.connection,
      request: asked.request,
      closeSignal: createCloseSignal(response),
    }),
  );
  // Who was not told that it has begun, will not end it either.
  if (response.destroyed) return stream.end(asked.id);
  end(response, 202);
}

type FoundOperation = ReturnType<Execution['find']>;

function isMutation(operation: FoundOperation): boolean {
  return 'definition' in operation && operation.definition.operation === OperationTypeNode.MUTATION;
}

/** Whatever is wrong with the operation is said in its stream, where its client listens. */
async function execute(
  execution: Execution,
  operation: FoundOperation,
  { connection, ...caller }: Omit<OperationCall, 'operation'> & { connection: Connection },
): Promise<Outcome> {
  if (!('document' in operation)) return { errors: operation.map(execution.mask) };
  const asked = { ...caller, operation };
  const isLive = operation.definition.operation === OperationTypeNode.SUBSCRIPTION;
  return isLive ? execution.open({ ...asked, connection }) : execution.run(asked);
}

async function readOperation(
  request: IncomingMessage,
): Promise<{ id: string; request: OperationRequest } | undefined> {
  const isPost = request.method === 'POST';
  const sent = isPost
    ? parseOperation(await readText(request))
    : parseQueryString(request.url ?? '');
  const id = (sent?.extensions as { operationId?: unknown } | null | undefined)?.operationId;
  return sent && typeof id === 'string' && id !== '' ? { id, request: sent } : undefined;
}

function findToken(request: IncomingMessage): string | undefined {
  const header = request.headers[tokenHeader];
  if (typeof header === 'string') return header;
  return request.url?.includes('token=')
    ? (toFields(request).get('token') ?? undefined)
    : undefined;
}

function toFields({ url = '' }: IncomingMessage): URLSearchParams {
  return new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 }).end();
}
