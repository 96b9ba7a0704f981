import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { StreamLine } from '../../../src/model-service/answer.ts';
import type { Gate } from './gate.ts';

interface AnswerHead {
  /** 200 unless said. */
  status?: number;
  headers?: Record<string, string>;
}

export type FakeLine = StreamLine | Gate;

export type FakeAnswer =
  | (AnswerHead & { json: unknown })
  /** Sent as it is, though its type says JSON: for garbage. */
  | (AnswerHead & { text: string })
  /** NDJSON; a gate among the lines holds back those after it. Cut off, the connection breaks after the last line. */
  | (AnswerHead & { lines: FakeLine[]; cutOff?: boolean })
  /** The connection breaks without an answer. */
  | 'refuse';

export interface FakeCall {
  readonly path: string;
  /** The parsed JSON; undefined if it was none. */
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
  /** The client went away before it had the whole answer. */
  readonly aborted: boolean;
  /** Aborts at the moment in which the client goes away. */
  readonly signal: AbortSignal;
}

export type FakeHandler = (call: FakeCall) => FakeAnswer | Promise<FakeAnswer>;

/** Sends an answer and says whether it is whole: the connection is to be broken if not. `signal`: the client left. */
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

/** Resolves once the text has left, so that breaking off the connection cannot take it along. */
function write(response: ServerResponse, text: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  response.write(text, (error) => (error ? reject(error) : resolve()));
  return promise;
}
