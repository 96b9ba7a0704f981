import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FormattedExecutionResult, GraphQLError } from 'graphql';
import { serialize } from '../../graphql/execution/shared-subscriptions.ts';
import { answerJson, toRetryAfter } from '../respond.ts';
import { eventStream } from '../live/stream-format.ts';
import type { JsonType, StreamType } from './negotiate.ts';

interface Answer {
  type: JsonType | StreamType;
  status: number;
  result: FormattedExecutionResult;
}

/** Answers with one result, as JSON or as a stream with one event. */
export function answerResult(
  request: IncomingMessage,
  response: ServerResponse,
  { type, status, result }: Answer,
): void {
  response.setHeaders(new Map(Object.entries(toRetryAfter(...(result.errors ?? [])))));
  const json = JSON.stringify(result);
  if (type === 'text/event-stream') {
    const { contentType, next, complete } = eventStream;
    const body = Buffer.concat([next(serialize(result, undefined)), complete]);
    send(response, status, contentType, body);
  } else if (type === 'multipart/mixed') {
    send(response, status, 'multipart/mixed; boundary="-"', toOnePart(json));
  } else if (status === 200 && 'data' in result) {
    answerJson(request, response, `${type}; charset=utf-8`, json);
  } else {
    send(response, status, `${type}; charset=utf-8`, Buffer.from(json));
  }
}

/** Media types whose clients do not read the body of an answer with an error status. */
const alwaysOk = new Set<string>(['application/json', 'text/event-stream']);

/**
 * The status if nothing was run: 400, where GraphQL over HTTP requires it. An error whose `spec` is false or absent overrides
 * it by its own status.
 */
export function findStatus(
  type: JsonType | StreamType,
  errors: readonly GraphQLError[] = [],
): number {
  const own = errors.flatMap(({ extensions }) => {
    const { http } = extensions;
    return http?.status !== undefined && !http.spec ? [http.status] : [];
  });
  return own[0] ?? (alwaysOk.has(type) ? 200 : 400);
}

/** The same format as graphql-yoga's: for clients of incremental delivery, not of Apollo's subscription protocol. */
function toOnePart(json: string): Buffer {
  const headers = `Content-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(json)}`;
  return Buffer.from(`\r\n---\r\n${headers}\r\n\r\n${json}\r\n-----\r\n`);
}

function send(response: ServerResponse, status: number, contentType: string, body: Buffer): void {
  response.writeHead(status, {
    'content-type': contentType,
    'cache-control': 'no-cache',
    'content-length': body.length,
  });
  response.end(body);
}
