import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StreamLine } from '../contract.ts';
import type { HttpError } from './http-error.ts';

const ndjsonType = 'application/x-ndjson';

/** Writes the answer of a request: one JSON body, or lines if the client accepts them. */
export interface Reply {
  /** Writes a line before the result; dropped if the answer is one JSON body. */
  sendLine: (line: StreamLine) => void;
  sendResult: (result: unknown) => void;
  /** A plain status until a line has been written, then the last line. */
  sendFailure: (error: HttpError) => void;
}

/** Chooses the form of the answer by the Accept header. */
export function createReply(request: IncomingMessage, response: ServerResponse): Reply {
  const isStream = (request.headers.accept ?? '').includes(ndjsonType);
  const writeLine = (line: StreamLine) => {
    if (!response.headersSent)
      response.writeHead(200, { 'content-type': ndjsonType, 'cache-control': 'no-store' });
    response.write(`${JSON.stringify(line)}\n`);
  };
  return {
    sendLine: (line) => {
      if (isStream) writeLine(line);
    },
    sendResult: (result) => {
      if (!isStream) return sendJson(response, 200, result);
      writeLine({ result });
      response.end();
    },
    sendFailure: ({ status, detail }) => {
      if (!response.headersSent) return sendJson(response, status, { detail });
      writeLine({
        error: { status, detail: typeof detail === 'string' ? detail : JSON.stringify(detail) },
      });
      response.end();
    },
  };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    // The rest of an oversized body is not read, so the connection cannot be reused.
    ...(status === 413 ? { connection: 'close' } : {}),
  });
  response.end(text);
}
