import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FrontConfig } from '../../config/front.ts';
import type { Origins } from './origins.ts';

/**
 * Headers of GraphQL clients and event streams, and those that tracing tools add to all requests of a page. `accept` needs to
 * be listed for clients that put quotes in it.
 */
const requestHeaders = [
  'accept',
  'authorization',
  'content-type',
  'if-none-match',
  'if-modified-since',
  'if-range',
  'last-event-id',
  'range',
  'cache-control',
  'x-request-id',
  'x-requested-with',
  'x-graphql-event-stream-token',
  'x-apollo-operation-name',
  'apollo-require-preflight',
  'apollographql-client-name',
  'apollographql-client-version',
  'traceparent',
  'tracestate',
  'baggage',
  'sentry-trace',
  'x-datadog-trace-id',
  'x-datadog-parent-id',
  'x-datadog-origin',
  'x-datadog-sampling-priority',
  'x-datadog-tags',
  'b3',
  'x-b3-traceid',
  'x-b3-spanid',
  'x-b3-parentspanid',
  'x-b3-sampled',
  'x-b3-flags',
  'newrelic',
  'elastic-apm-traceparent',
  'x-amzn-trace-id',
].join(', ');
const methods = 'GET, HEAD, POST, PUT, DELETE';
const exposedHeaders = 'accept-ranges, content-range, etag, retry-after, x-request-id';
/** How long a browser may cache the answer to a preflight request; no browser caches it longer. */
const preflightAgeS = '7200';

/** Allows pages of the listed origins to read the answer; returns whether the request was a preflight, which is answered. */
export type AnswerCors = (request: IncomingMessage, response: ServerResponse) => boolean;

export function createCors(
  { corsOrigins, corsCredentials }: Pick<FrontConfig, 'corsOrigins' | 'corsCredentials'>,
  { findAllowedOrigin }: Origins,
): AnswerCors {
  if (corsOrigins.length === 0) return () => false;
  return (request, response) => {
    // Caches need to know this even if this request has no origin: the next one may have one.
    response.setHeader('vary', 'origin');
    const origin = findAllowedOrigin(request);
    if (origin === undefined) return false;
    response.setHeader('access-control-allow-origin', origin);
    if (corsCredentials) response.setHeader('access-control-allow-credentials', 'true');
    if (request.method !== 'OPTIONS' || !request.headers['access-control-request-method']) {
      response.setHeader('access-control-expose-headers', exposedHeaders);
      return false;
    }
    response.writeHead(204, {
      'access-control-allow-methods': methods,
      'access-control-allow-headers': requestHeaders,
      'access-control-max-age': preflightAgeS,
    });
    response.end();
    return true;
  };
}
