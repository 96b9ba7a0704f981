import { errors } from 'undici';
import type { z } from 'zod';
import { JobFailure } from '../errors.ts';

// Failures of a call, with messages that a client may see. The cause holds a status or a code, never a payload. Error
// statuses are in `status-failure.ts`.

const maxQuotedLength = 200;
const maxQuotedFaults = 5;

/** The request violates the contract and was not sent. */
export function badRequest(error: z.ZodError): JobFailure {
  return new JobFailure(
    'INVALID_INPUT',
    `The model service rejects the input: ${quoteIssues(error)}.`,
  );
}

/** A video may have been registered under another media policy. */
export function refusedPath(why: string): JobFailure {
  return new JobFailure('INVALID_INPUT', `The path of the video is not allowed. ${why}`);
}

/** `how` continues "The response of the model service". */
export function badAnswer(how: string, error?: z.ZodError): JobFailure {
  const detail = error === undefined ? how : `${how}: ${quoteIssues(error)}`;
  return new JobFailure('MODEL_BAD_RESPONSE', `The response of the model service ${detail}.`, {
    forLog: { detail },
  });
}

export function timeoutFailure(timeoutMs: number): JobFailure {
  return new JobFailure(
    'MODEL_TIMEOUT',
    `The model service did not answer within ${timeoutMs / 1000} s.`,
  );
}

/** Converts an error of undici or a socket; a JobFailure is returned as it is. */
export function connectionFailure(error: unknown): JobFailure {
  if (error instanceof JobFailure) return error;
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string'
      ? error.code
      : 'UNKNOWN';
  const cause = { code };
  const forLog = { detail: code };
  if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError) {
    return new JobFailure('MODEL_BAD_RESPONSE', 'The response of the model service is not HTTP.', {
      cause,
      forLog,
    });
  }
  if (lostCodes.has(code)) return lostConnection(cause);
  return new JobFailure('MODEL_UNAVAILABLE', 'The model service is not reachable.', {
    cause,
    forLog,
  });
}

/** The peer closed the connection during an exchange. */
export function lostConnection(cause?: { code: string }): JobFailure {
  return new JobFailure('MODEL_UNAVAILABLE', 'The connection to the model service was lost.', {
    cause,
    forLog: { detail: cause?.code },
  });
}

const lostCodes = new Set([
  'UND_ERR_SOCKET',
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_ABORTED',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

function quoteIssues(error: z.ZodError): string {
  const faults = error.issues
    .slice(0, maxQuotedFaults)
    .map(({ path, message }) => `${path.join('.')}: ${message}`);
  return faults.join('; ').slice(0, maxQuotedLength * maxQuotedFaults);
}
