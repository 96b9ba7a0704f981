import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { StreamLine } from '../../../src/model-service/answer.ts';
import type { Gate } from './gate.ts';

interface AnswerHead {
  /** 200 by default. */
  status?: number;
  headers?: Record<string, string>;
}

export type FakeLine = StreamLine | Gate;

export type FakeAnswer =
  | (AnswerHead & { json: unknown })
  /** Sent as it is, although the content type is JSON: for garbage. */
  | (AnswerHead & { text: string })
  /** NDJSON; a gate among the lines holds back those after it. With `cutOff`, the connection breaks after the last line. */
  | (AnswerHead & { lines: FakeLine[]; cutOff?: boolean })
  /** The connection breaks without an answer. */
  | 'refuse';

export interface FakeCall {
  readonly path: string;
  /** The parsed JSON; undefined if it was not JSON. */
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
  /** Whether the client disconnected before it had the whole answer. */
  readonly aborted: boolean;
  /** Aborts when the client disconnects before it has the whole answer. */
  readonly signal: AbortSignal;
}

export type FakeHandler = (call: FakeCall) => FakeAnswer | Promise<FakeAnswer>;

/** Sends an answer. Returns false if the caller has to break the connection. `signal` aborts when the client disconnects. */
export async function sendFakeAnswer(
  response: ServerResponse,
  answer: FakeAnswer,
  signal: AbortSignal,
): Promise<boolean> {
  if (answer === 'refuse') return false;
  const isStream = 'lines' in answer;
  response.writeHead(answer.status ?? 200, {
    'content-type': isStream ? 'application/x-ndjson' : 'application/json',
    ...answer.headers,
  });
  if (!isStream) {
    response.end('text' in answer ? answer.text : JSON.stringify(answer.json));
    return true;
  }
  response.flushHeaders();
  for (const line of answer.lines) {
    if ('wait' in line) await line.wait(signal);
    else await write(response, `${JSON.stringify(line)}\n`);
  }
  if (answer.cutOff === true) return false;
  response.end();
  return true;
}

/** Resolves once the text has been sent, so that breaking the connection cannot discard it. */
function write(response: ServerResponse, text: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  response.write(text, (error) => (error ? reject(error) : resolve()));
  return promise;
}
