import type { Dispatcher } from 'undici';
import { streamLineSchema, type StreamLine } from './stream-line.ts';
import { JobFailure } from '../errors.ts';
import { badAnswer, lostConnection } from './failures.ts';
import { readLines } from './ndjson.ts';
import { ErrorAnswer } from './status-failure.ts';

export type ModelLogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

export interface AnswerListeners {
  /** Only a service that answers in lines calls it; `share` is from 0 to 1. */
  onProgress?: ((share: number, stage: string | undefined) => void) | undefined;
  onLog?: ((level: ModelLogLevel, message: string) => void) | undefined;
}

const maxAnswerBytes = 64 * 1024 * 1024;

const logLevels = { debug: 'DEBUG', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const;

/** The result in an answer of status 2xx, be it one JSON text or lines; not yet parsed by a schema of its own. */
export async function readAnswer(
  response: Dispatcher.ResponseData,
  listeners: AnswerListeners,
): Promise<unknown> {
  const [mediaType] = String(response.headers['content-type'] ?? '').split(';');
  if (mediaType?.trim().toLowerCase() === 'application/x-ndjson')
    return readStream(response.body, listeners);
  return parseJson(decode(await readBytes(response.body, maxAnswerBytes)));
}

/** The whole body; more than `maxBytes` is a failure. */
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

/** Undefined for a kind of line that we do not know, which a newer service may send. */
function parseLine(value: unknown): StreamLine | undefined {
  const line = streamLineSchema.safeParse(value);
  if (line.success) return line.data;
  if (typeof value === 'object' && value !== null && 'error' in value)
    throw badAnswer('has an error without a status');
  return undefined;
}

/** Maps only what breaks the connection, so that a fault in a listener stays what it is. */
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
    // A body that breaks off in a chunk is malformed to the parser; to us it is a peer that went away.
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
    // Text of UTF-8 has neither of the two but by an escape; a look at each string would hold the event loop for long.
    return unstorableEscape.test(text) ? withStorableTexts(value) : value;
  } catch {
    // The parser's message quotes the text.
    throw badAnswer('is not JSON');
  }
}

/** The second of two backslashes begins no escape. */
const unstorableEscape = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

/** What the database cannot hold in a text or a key, a NUL or half a surrogate pair, becomes a replacement character. */
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
