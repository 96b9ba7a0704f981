import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';

/** Answers with JSON; what a GET gives has a tag, and is not sent again to whoever has it. */
export function answerJson(
  request: IncomingMessage,
  response: ServerResponse,
  contentType: string,
  json: string,
): void {
  const headers: Record<string, string | number> = { 'content-type': contentType };
  if (request.method === 'GET') {
    const tag = `"${createHash('sha1').update(json).digest('base64url')}"`;
    // Whose data it is depends on who asks, and no cache in between knows that.
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

/**
 * Whether the client has what carries this tag, weak or not: caches in between make tags weak when they compress. With `*` it
 * says that it has whatever there is.
 */
export function hasTag({ headers }: IncomingMessage, tag: string): boolean {
  const tags = headers['if-none-match'] ?? '';
  return tags.trim() === '*' || tags.includes(tag);
}

/** Answers a request that is not served, as GraphQL says such things. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  answerError(response, status, { message });
}

/** The status for an error by its code, where nothing but the error is answered. */
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

/** When to come back, of the first error that says so, as a header. */
export function toRetryAfter(
  ...errors: readonly Pick<GraphQLFormattedError, 'extensions'>[]
): Record<string, string> {
  const times = errors.map(({ extensions }) => extensions?.['retryAfterMs']);
  const retryAfterMs = times.find((time) => typeof time === 'number');
  return retryAfterMs === undefined
    ? {}
    : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) };
}

/** Answers with an error as a client may see it, and with what HTTP's own clients go by. */
export function refuseFor(response: ServerResponse, error: GraphQLFormattedError): void {
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
