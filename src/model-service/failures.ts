import { errors } from 'undici';
import { z } from 'zod';
import { JobFailure, type JobErrorCode } from '../errors.ts';

/**
 * What can go wrong with a call, as failures whose messages a client may see. What the service says is quoted only where
 * it cannot hold a path, a prompt or an exception's text; the cause holds a status or a code, never a payload.
 */

type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

const maxRetryAfterMs = 3_600_000;
const maxQuotedLength = 200;
const maxQuotedFaults = 5;

/** The request breaks the contract, so it was not sent. */
export function badRequest(error: z.ZodError): JobFailure {
  return new JobFailure(
    'INVALID_INPUT',
    `The input is not acceptable to the model service: ${quoteIssues(error)}.`,
  );
}

/** What is registered may be older than what is allowed. */
export function refusedPath(why: string): JobFailure {
  return new JobFailure('INVALID_INPUT', `The path of the video is not allowed. ${why}`);
}

/** `how` goes on from "The answer of the model service". */
export function badAnswer(how: string, error?: z.ZodError): JobFailure {
  const where = error === undefined ? '' : `: ${quoteIssues(error)}`;
  return new JobFailure('MODEL_BAD_RESPONSE', `The answer of the model service ${how}${where}.`);
}

export function timeoutFailure(timeoutMs: number): JobFailure {
  return new JobFailure(
    'MODEL_TIMEOUT',
    `The model service did not answer within ${timeoutMs / 1000} s.`,
  );
}

/** What undici and the sockets throw; a JobFailure passes. */
export function connectionFailure(error: unknown): JobFailure {
  if (error instanceof JobFailure) return error;
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string'
      ? error.code
      : 'UNKNOWN';
  const cause = { code };
  if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError) {
    return new JobFailure('MODEL_BAD_RESPONSE', 'The answer of the model service is not HTTP.', {
      cause,
    });
  }
  if (lostCodes.has(code)) return lostConnection(cause);
  return new JobFailure('MODEL_UNAVAILABLE', 'The model service is not reachable.', { cause });
}

/** The peer went away in the middle of an exchange. */
export function lostConnection(cause?: { code: string }): JobFailure {
  return new JobFailure('MODEL_UNAVAILABLE', 'The connection to the model service was lost.', {
    cause,
  });
}

const lostCodes = new Set([
  'UND_ERR_SOCKET',
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_ABORTED',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

/** By HTTP status; `detail` is that of FastAPI's error bodies. */
export function statusFailure(
  status: number,
  detail: unknown,
  headers: ResponseHeaders = {},
): JobFailure {
  const fail = (code: JobErrorCode, message: string): JobFailure =>
    new JobFailure(code, message, {
      cause: { status },
      retryAfterMs: status === 429 ? parseRetryAfter(headers) : undefined,
    });
  if (status >= 500) return fail('MODEL_UNAVAILABLE', `The model service failed (${status}).`);
  if (status === 429)
    return fail('MODEL_RATE_LIMITED', 'The model service has too much to do (429).');
  if (status === 404) {
    return fail(
      'INVALID_INPUT',
      `The model service could not find what this job works on${quoteText(detail)}.`,
    );
  }
  if (status === 422)
    return fail(
      'INVALID_INPUT',
      `The model service refused the input (422)${quoteFaults(detail) || quoteText(detail)}.`,
    );
  if (status >= 400)
    return fail('MODEL_REJECTED', `The model service refused the request (${status}).`);
  return fail(
    'MODEL_BAD_RESPONSE',
    `The model service answered with an unexpected status (${status}).`,
  );
}

/** Seconds or an HTTP date, as milliseconds from when the service answered by its own clock, up to an hour. */
function parseRetryAfter(headers: ResponseHeaders): number | undefined {
  const value = first(headers['retry-after']);
  if (value === undefined) return undefined;
  const answeredAt = Date.parse(first(headers['date']) ?? '') || Date.now();
  const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - answeredAt;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), maxRetryAfterMs);
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function quoteIssues(error: z.ZodError): string {
  const faults = error.issues
    .slice(0, maxQuotedFaults)
    .map(({ path, message }) => `${path.join('.')}: ${message}`);
  return faults.join('; ').slice(0, maxQuotedLength * maxQuotedFaults);
}

/** pydantic's faults without the input that they echo. */
const faultsSchema = z
  .array(z.object({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() }))
  .min(1);

function quoteFaults(detail: unknown): string {
  const faults = faultsSchema.safeParse(detail);
  if (!faults.success) return '';
  const quoted = faults.data.slice(0, maxQuotedFaults).map(({ loc, msg }) => {
    const field = loc.map((part) => (/^[\w-]{1,64}$/.test(String(part)) ? part : '?')).join('.');
    return isQuotable(msg) ? `${field}: ${msg}` : field;
  });
  return `: ${quoted.join('; ')}`;
}

/** That of a 404 or 422 says what is missing, such as the transcript beside a video or words in it. */
function quoteText(detail: unknown): string {
  return typeof detail === 'string' && isQuotable(detail)
    ? `: ${detail.replace(/[.\s]+$/, '')}`
    : '';
}

/** Short, of one line, and without anything that could be part of a path or URL. */
function isQuotable(text: string): boolean {
  return text.length <= maxQuotedLength && /^[^/\\\p{Cc}]+$/u.test(text);
}
