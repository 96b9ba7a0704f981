import type { IncomingMessage } from 'node:http';
import type { OperationRequest } from '../../graphql/execution/operation-cache.ts';
import { findDocumentId } from '../../graphql/policy/trusted-documents.ts';

/** Maximum number of bytes of a request's body: a document, and the largest variables. */
const maxBodyBytes = 300_000;
const tooLarge = `The request is too large: at most ${maxBodyBytes} bytes.`;
/** Fields that a request may have. */
const requestFields = new Set(['query', 'documentId', 'operationName', 'variables', 'extensions']);

/** A request that is not for an operation, or too large; with the HTTP status of the answer. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The body of a request as text, without a byte order mark; throws RequestError, or the error of a connection that is lost.
 * JSON is UTF-8 (RFC 8259), whatever charset its media type names.
 */
export async function readText(request: IncomingMessage): Promise<string> {
  const body = await readBody(request);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    // A lenient decoder would store wrong characters.
    throw new RequestError(400, 'The body must be in UTF-8, as JSON is.');
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    // The rest is read and discarded: a client that is still sending does not read the answer.
    if (size > maxBodyBytes) reject(new RequestError(413, tooLarge));
    else chunks.push(chunk);
  });
  request.on('end', resolve);
  request.on('error', reject);
  await promise;
  // A stream that answers the request keeps these listeners: they should not keep the body.
  const received = chunks.splice(0);
  return received.length === 1 ? received[0]! : Buffer.concat(received);
}

/** Parses a request for an operation from JSON; undefined if it is not valid. Yoga then explains why. */
export function parseOperation(text: string): OperationRequest | undefined {
  try {
    return toOperation(parseJson(text));
  } catch {
    return undefined; // not JSON
  }
}

/** Parses a request for an operation from a query string; undefined if it is not valid. */
export function parseQueryString(url: string): OperationRequest | undefined {
  const fields = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  try {
    return toOperation({
      query: fields.get('query'),
      documentId: fields.get('documentId'),
      operationName: fields.get('operationName'),
      variables: parseJson(fields.get('variables')),
      extensions: parseJson(fields.get('extensions')),
    });
  } catch {
    return undefined; // variables or extensions that are not JSON
  }
}

/** An operation with the id under which its events are sent. */
export interface NamedOperation {
  id: string;
  request: OperationRequest;
}

/** The operation with the id in its `extensions.operationId`; undefined without one. */
export function toNamed(request: OperationRequest | undefined): NamedOperation | undefined {
  const { operationId: id } = (request?.extensions ?? {}) as { operationId?: unknown };
  return request && typeof id === 'string' && id !== '' ? { id, request } : undefined;
}

/** Parses a list of operations from JSON; undefined if it is none. Throws RequestError if one has no id, or that of another. */
export function parseOperations(text: string): NamedOperation[] | undefined {
  // Most requests are for one operation: they are parsed once.
  if (!/^\s*\[/.test(text)) return undefined;
  const sent = parseList(text);
  const operations = sent?.flatMap((value) => toNamed(toOperation(value)) ?? []) ?? [];
  const ids = new Set(operations.map(({ id }) => id));
  if (ids.size > 0 && ids.size === sent?.length) return operations;
  throw new RequestError(
    400,
    'Each operation of a list needs an `extensions.operationId` of its own.',
  );
}

function parseList(text: string): unknown[] | undefined {
  try {
    return JSON.parse(text) as unknown[];
  } catch {
    return undefined; // not JSON
  }
}

function parseJson(text: string | null): unknown {
  return text ? JSON.parse(text) : null;
}

function toOperation(value: unknown): OperationRequest | undefined {
  if (!isObject(value)) return undefined;
  if (Object.entries(value).some(([name, item]) => !requestFields.has(name) && !isAbsent(item))) {
    return undefined;
  }
  const { query, documentId, operationName, variables, extensions } = value;
  if (!isAbsent(query) && typeof query !== 'string') return undefined;
  if (isAbsent(query) && findDocumentId({ documentId, extensions }) === undefined) return undefined;
  if (!isAbsent(operationName) && typeof operationName !== 'string') return undefined;
  if (!isAbsent(variables) && !isObject(variables)) return undefined;
  if (!isAbsent(extensions) && !isObject(extensions)) return undefined;
  return {
    query: query ?? undefined,
    // A value of another type is ignored, as by Yoga.
    documentId: typeof documentId === 'string' ? documentId : undefined,
    // Some clients send '' for a document's only operation.
    operationName: operationName || undefined,
    variables,
    extensions,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/** Characters of a cursor of ours at most. */
const maxEventIdLength = 200;

/** The last event id that a browser's EventSource sends when it reconnects; undefined if it cannot be of this server. */
export function readLastEventId({ headers }: IncomingMessage): string | undefined {
  const text = headers['last-event-id'];
  const isOurs = typeof text === 'string' && text !== '' && text.length <= maxEventIdLength;
  return isOurs ? text : undefined;
}
