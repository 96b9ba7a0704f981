import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { JobFailure } from '../errors.ts';
import { badAnswer, lostConnection } from './failures.ts';
import { readLines } from './ndjson.ts';
import { ErrorAnswer } from './status-failure.ts';

/**
 * One line of `application/x-ndjson`, our extension: a service that can report progress answers in lines, the last of
 * which is the result or an error. `status` is the HTTP status that a plain answer would have had.
 */
export const streamLineSchema = z.union([
  z.object({ progress: z.number().min(0).max(1), stage: z.string().optional() }),
  z.object({
    log: z.object({ level: z.enum(['debug', 'info', 'warn', 'error']), message: z.string() }),
  }),
  z.object({ result: z.unknown() }),
  z.object({ error: z.object({ status: z.int(), detail: z.unknown() }) }),
]);
export type StreamLine = z.output<typeof streamLineSchema>;

export type ModelLogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

export interface AnswerListeners {
  /** Called if the service answers in lines; `share` is from 0 to 1. */
  onProgress?: ((share: number, stage: string | undefined) => void) | undefined;
  onLog?: ((level: ModelLogLevel, message: string) => void) | undefined;
}

const maxAnswerBytes = 64 * 1024 * 1024;

const logLevels = { debug: 'DEBUG', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const;

/** The result of an answer of status 2xx, in JSON or in lines; not yet parsed by the schema of its endpoint. */
export async function readAnswer(
  response: Dispatcher.ResponseData,
  listeners: AnswerListeners,
): Promise<unknown> {
  const [mediaType] = String(response.headers['content-type'] ?? '').split(';');
  if (mediaType?.trim().toLowerCase() === 'application/x-ndjson')
    return readStream(response.body, listeners);
  return parseJson(decode(await readBytes(response.body, maxAnswerBytes)));
}

/** The whole body; throws a JobFailure if it is larger than `maxBytes`. */
export async function readBytes(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readChunks(body, maxBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function readStream(
  body: AsyncIterable<Uint8Array>,
  listeners: AnswerListeners,
): Promise<unknown> {
  for await (const bytes of readLines(readChunks(body, maxAnswerBytes))) {
    const text = decode(bytes).trim();
    const line = text === '' ? undefined : parseLine(parseJson(text));
    if (line === undefined) continue;
    if ('result' in line) return line.result;
    if ('error' in line) throw new ErrorAnswer(line.error.status, line.error.detail);
    if ('progress' in line) listeners.onProgress?.(line.progress, line.stage);
    else listeners.onLog?.(logLevels[line.log.level], line.log.message);
  }
  throw badAnswer('ended without a result');
}

/** Undefined for an unknown kind of line, which a newer service may send. */
function parseLine(value: unknown): StreamLine | undefined {
  const line = streamLineSchema.safeParse(value);
  if (line.success) return line.data;
  if (typeof value === 'object' && value !== null && 'error' in value)
    throw badAnswer('has an error without a status');
  return undefined;
}

/** Only errors of the connection become failures, so that an error in a listener stays what it is. */
async function* readChunks(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw badAnswer('is too large');
      yield chunk;
    }
  } catch (error) {
    // The parser calls a body that breaks off in a chunk malformed; the peer has closed the connection.
    throw error instanceof JobFailure ? error : lostConnection();
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badAnswer('is not text in UTF-8');
  }
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    // In UTF-8, only escapes can produce such characters. Checking every string would block the event loop.
    return unstorableEscape.test(text) ? withStorableTexts(value) : value;
  } catch {
    // The message of the parser quotes the text.
    throw badAnswer('is not JSON');
  }
}

/** An escaped backslash does not begin an escape. */
const unstorableEscape = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

/** Replaces what the database cannot store in texts and keys: NUL, and half of a surrogate pair. */
function withStorableTexts(value: unknown): unknown {
  if (typeof value === 'string') return toStorable(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withStorableTexts);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [toStorable(key), withStorableTexts(item)]),
  );
}

function toStorable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
