import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode } from 'graphql';
import { localViewer } from '../auth/viewer.ts';
import type { OperationRequest } from '../graphql/execution/operations.ts';
import { refuse } from './answer.ts';
import type { Execution } from './execution.ts';
import { parseOperation, parseQueryString, readBody } from './read-request.ts';
import type { Outcome, SingleConnections } from './single-connection.ts';

/** Where clients put the token of their stream. */
const tokenHeader = 'x-graphql-event-stream-token';

interface SingleConnectionHttp {
  singleConnections: SingleConnections;
  execution: Execution;
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
  if (request.method === 'PUT') return reserve(http, response);
  const token = findToken(request) ?? '';
  if (request.method === 'DELETE') {
    const id = toFields(request).get('operationId');
    if (!id) return refuse(response, 400, 'Operation ID is missing');
    http.singleConnections.find(token)?.end(id);
    return end(response, 200);
  }
  if (request.headers.accept?.includes('text/event-stream')) {
    if (http.singleConnections.open(token, request, response)) return;
    if (http.singleConnections.find(token))
      return refuse(response, 409, 'The stream is open already.');
    return refuse(response, 404, 'There is no such stream.');
  }
  return begin(http, token, request, response);
}

function reserve({ singleConnections }: SingleConnectionHttp, response: ServerResponse): void {
  const token = singleConnections.reserve();
  if (token === undefined) return refuse(response, 503, 'There are too many streams.');
  response.writeHead(201, { 'content-type': 'text/plain; charset=utf-8' }).end(token);
}

async function begin(
  { singleConnections, execution }: SingleConnectionHttp,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const stream = singleConnections.find(token);
  if (!stream) return refuse(response, 404, 'There is no such stream.');
  const asked = await readOperation(request);
  if (!asked) return refuse(response, 400, 'A query and an operation ID are needed.');
  const operation = execution.find(asked.request);
  if (request.method === 'GET' && isMutation(operation)) {
    response.setHeader('allow', 'POST');
    return refuse(response, 405, 'Mutations are sent by POST.');
  }
  if (!stream.claim(asked.id)) return refuse(response, 409, 'The operation ID is taken.');
  stream.begin(asked.id, await execute(execution, operation, asked.request));
  end(response, 202);
}

type Found = ReturnType<Execution['find']>;

function isMutation(operation: Found): boolean {
  return 'definition' in operation && operation.definition.operation === OperationTypeNode.MUTATION;
}

/** Whatever is wrong with the operation is said in its stream, where its client listens. */
async function execute(
  execution: Execution,
  operation: Found,
  request: OperationRequest,
): Promise<Outcome> {
  if (!('document' in operation)) return { errors: operation.map(execution.mask) };
  const asked = { viewer: localViewer, operation, request };
  const isLive = operation.definition.operation === OperationTypeNode.SUBSCRIPTION;
  return isLive ? execution.open(asked) : execution.run(asked);
}

async function readOperation(
  request: IncomingMessage,
): Promise<{ id: string; request: OperationRequest } | undefined> {
  const body = request.method === 'POST' ? await readBody(request) : undefined;
  const sent = body ? parseOperation(body) : parseQueryString(request.url ?? '');
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
