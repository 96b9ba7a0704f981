import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode } from 'graphql';
import { isExpired, sessionExpired } from '../../access/identity/session.ts';
import type { Session } from '../../access/identity/session.ts';
import type { AccessControl } from '../front/access-control.ts';
import { refuse } from '../respond.ts';
import type { Execution, FoundOperation } from '../graphql/execution.ts';
import { createCloseSignal } from '../close-signal.ts';
import { negotiateStream } from '../graphql/negotiate.ts';
import { parseOperation, parseQueryString, readText, toNamed } from '../graphql/read-request.ts';
import type { NamedOperation } from '../graphql/read-request.ts';
import type { SingleConnections } from './single-connection.ts';
import { startOperation } from './start-operation.ts';

const tokenHeader = 'x-graphql-event-stream-token';

interface SingleConnectionContext {
  singleConnections: SingleConnections;
  execution: Execution;
  accessControl: AccessControl;
  session: Session;
}

/** Whether a request speaks the single connection mode of GraphQL over server-sent events. */
export function isForSingleConnection(request: IncomingMessage): boolean {
  const { method } = request;
  return method === 'PUT' || method === 'DELETE' || findToken(request) !== undefined;
}

export async function handleSingleConnection(
  context: SingleConnectionContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // The client may have left during authentication, before 'close' was listened for.
  const hasLeft = response.destroyed;
  if (request.method === 'PUT') return hasLeft ? undefined : reserve(context, request, response);
  const token = findToken(request) ?? '';
  const stream = context.singleConnections.find(token, context.session.viewer);
  if (request.method === 'DELETE') {
    const id = toFields(request).get('operationId');
    if (!id) return refuse(response, 400, 'Operation ID is missing');
    stream?.end(id);
    return end(response, 200);
  }
  if (negotiateStream(request.headers.accept) === 'text/event-stream') {
    if (hasLeft) return stream?.abandon();
    if (!stream) return refuse(response, 404, 'There is no stream with this token.');
    if (stream.open(request, response)) return;
    return refuse(response, 409, 'The stream is already open.');
  }
  return begin(context, token, request, response);
}

async function reserve(
  { singleConnections, accessControl, session }: SingleConnectionContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const connection = accessControl.connect(request);
  try {
    await connection.assign(session.viewer);
  } catch (error) {
    connection.close();
    throw error;
  }
  // The client would never open it.
  if (response.destroyed) return connection.close();
  const token = singleConnections.reserve(session.viewer, connection);
  if (token === undefined) {
    connection.close();
    return refuse(response, 503, 'There are too many streams. Try again later.');
  }
  response.writeHead(201, { 'content-type': 'text/plain; charset=utf-8' }).end(token);
}

async function begin(
  { singleConnections, execution, session }: SingleConnectionContext,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const stream = singleConnections.find(token, session.viewer);
  if (!stream) return refuse(response, 404, 'There is no stream with this token.');
  const call = await readOperation(request);
  // The session and the stream may have ended while the request was read.
  if (isExpired(session)) throw sessionExpired();
  if (response.destroyed) return;
  if (stream.isClosed) return refuse(response, 404, 'There is no stream with this token.');
  if (!call) return refuse(response, 400, 'A request needs a query and `extensions.operationId`.');
  const operation = execution.find(call.request);
  if (request.method === 'GET' && isMutation(operation)) {
    response.setHeader('allow', 'POST');
    return refuse(response, 405, 'Mutations are sent by POST.');
  }
  if (!stream.claim(call.id)) return refuse(response, 409, 'The operation ID is in use.');
  stream.begin(
    call.id,
    await startOperation(execution, operation, {
      session,
      connection: stream.connection,
      request: call.request,
      closeSignal: createCloseSignal(response),
    }),
  );
  // A client that does not know that the operation has begun will not end it.
  if (response.destroyed) return stream.end(call.id);
  end(response, 202);
}

function isMutation(operation: FoundOperation): boolean {
  return 'definition' in operation && operation.definition.operation === OperationTypeNode.MUTATION;
}

async function readOperation(request: IncomingMessage): Promise<NamedOperation | undefined> {
  if (request.method === 'POST') return toNamed(parseOperation(await readText(request)));
  return toNamed(parseQueryString(request.url ?? ''));
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
