import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FrontConfig } from '../../config/front.ts';
import type { Origins } from './origins.ts';

/**
 * What the clients of GraphQL and event streams send, and what tools of tracing add to all that a page asks for; `accept` is
 * here for those who put quotes in it.
 */
const requestHeaders = [
  'accept',
  'authorization',
  'content-type',
  'if-none-match',
  'last-event-id',
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
const methods = 'GET, POST, PUT, DELETE';
const exposedHeaders = 'etag, retry-after, x-request-id';
/** How long a browser need not ask again; none keeps it longer. */
const preflightAgeS = '7200';

/** Tells browsers that pages of the listed origins may read the answer; says whether that was all that was asked. */
export type AnswerCors = (request: IncomingMessage, response: ServerResponse) => boolean;

export function createCors(
  { corsOrigins, corsCredentials }: Pick<FrontConfig, 'corsOrigins' | 'corsCredentials'>,
  { findListed }: Origins,
): AnswerCors {
  if (corsOrigins.length === 0) return () => false;
  return (request, response) => {
    // Caches in between are told even where there is no origin: another time there may be one.
    response.setHeader('vary', 'origin');
    const origin = findListed(request);
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
