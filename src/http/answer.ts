import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

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
    Object.assign(headers, { etag: tag, 'cache-control': 'private, no-cache', vary: 'accept' });
    if (hasTag(request, tag)) {
      response.writeHead(304, headers).end();
      return;
    }
  }
  headers['content-length'] = Buffer.byteLength(json);
  response.writeHead(200, headers).end(json);
}

/** Whether the client has what carries this tag, weak or not: caches in between make tags weak when they compress. */
export function hasTag({ headers }: IncomingMessage, tag: string): boolean {
  return headers['if-none-match']?.includes(tag) ?? false;
}

/** Answers a request that is not served, as GraphQL says such things. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const json = JSON.stringify({ errors: [{ message }] });
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(json),
  });
  response.end(json);
}
