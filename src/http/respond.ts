import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';

/** Answers with JSON. The answer to a GET has an ETag, and is not sent again to a client that has it. */
export function answerJson(
  request: IncomingMessage,
  response: ServerResponse,
  contentType: string,
  json: string,
): void {
  const headers: Record<string, string | number> = { 'content-type': contentType };
  if (request.method === 'GET') {
    const tag = `"${createHash('sha1').update(json).digest('base64url')}"`;
    // The answer depends on the viewer, whom shared caches do not know.
    Object.assign(headers, {
      etag: tag,
      'cache-control': 'private, no-cache',
      vary: 'accept, origin',
    });
    if (hasTag(request, tag)) {
      response.writeHead(304, headers).end();
      return;
    }
  }
  headers['content-length'] = Buffer.byteLength(json);
  response.writeHead(200, headers).end(json);
}

/** Whether `If-None-Match` matches this ETag, weak or not: proxies make ETags weak when they compress. `*` matches all. */
export function hasTag({ headers }: IncomingMessage, tag: string): boolean {
  const tags = headers['if-none-match'] ?? '';
  return tags.trim() === '*' || tags.includes(tag);
}

/** Answers a request that is not served with a GraphQL error. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  answerError(response, status, { message });
}

/** The HTTP status of each error code, for answers that contain only the error. */
const statuses: Record<string, number> = {
  UNAUTHENTICATED: 401,
  TOKEN_EXPIRED: 401,
  ACCESS_REVOKED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  RATE_LIMITED: 429,
  BAD_USER_INPUT: 400,
  OPERATION_TIMEOUT: 503,
  SERVICE_UNAVAILABLE: 503,
};

/** The Retry-After header, from the first error that has `retryAfterMs`. */
export function toRetryAfter(
  ...errors: readonly Pick<GraphQLFormattedError, 'extensions'>[]
): Record<string, string> {
  const times = errors.map(({ extensions }) => extensions?.['retryAfterMs']);
  const retryAfterMs = times.find((time) => typeof time === 'number');
  return retryAfterMs === undefined
    ? {}
    : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) };
}

/** Answers with an error that a client may see, and with the HTTP status and headers for its code. */
export function respondWithError(response: ServerResponse, error: GraphQLFormattedError): void {
  const status = statuses[String(error.extensions?.['code'])] ?? 500;
  const headers = toRetryAfter(error);
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  answerError(response, status, error, headers);
}

function answerError(
  response: ServerResponse,
  status: number,
  error: GraphQLFormattedError,
  headers: Record<string, string | number> = {},
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const json = JSON.stringify({ errors: [error] });
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(json),
    ...headers,
  });
  response.end(json);
}
