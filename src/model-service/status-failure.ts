import { JobFailure } from '../errors.ts';
import type { JobErrorCode } from '../errors.ts';
import { describeDetail, quoteDetail, readFaults } from './error-detail.ts';
import type { Redact } from './error-detail.ts';

type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

const maxRetryAfterMs = 3_600_000;

/** An error answer of the service; its `detail` must not be shown to clients as it is. */
export class ErrorAnswer extends Error {
  override readonly name = 'ErrorAnswer';
  readonly status: number;
  /** Of FastAPI's error body: a text, or pydantic's list of faults. */
  readonly detail: unknown;
  readonly headers: ResponseHeaders;

  constructor(status: number, detail: unknown, headers: ResponseHeaders = {}) {
    super(`status ${status}`);
    this.status = status;
    this.detail = detail;
    this.headers = headers;
  }
}

/** The request, which the detail may echo, and the function that removes secrets from it. */
export interface AnswerContext {
  request: unknown;
  redact: Redact;
}

/**
 * The failure that a status means for a job. Its message quotes the detail if that is about the input (400, 404, 422) and
 * has no path, prompt or exception. The log gets the whole detail, without secrets and texts of the request.
 */
export function statusFailure(
  { status, detail, headers }: ErrorAnswer,
  { request, redact }: AnswerContext,
): JobFailure {
  const quoted = quoteDetail(detail, request, redact);
  const [code, message, advice] = interpret(
    status,
    detail,
    quoted === undefined ? '' : `: ${quoted}`,
  );
  return new JobFailure(code, message, {
    cause: { status },
    forLog: { status, detail: describeDetail(detail, request, redact), advice },
    retryAfterMs: status === 429 ? parseRetryAfter(headers) : undefined,
  });
}

type Verdict = [code: JobErrorCode, message: string, advice?: string];

function interpret(status: number, detail: unknown, because: string): Verdict {
  if (status >= 500) return ['MODEL_UNAVAILABLE', `The model service failed (${status}).`];
  if (isWrongAddress(status, detail)) {
    const message = `The model service has no such endpoint (${status}): its address or its version is wrong.`;
    return ['MODEL_UNAVAILABLE', message, wrongAddressAdvice];
  }
  if (refusesModel(status, detail)) {
    return ['INVALID_INPUT', 'The model service does not support choosing a model. Omit modelId.'];
  }
  if (status === 429) return ['MODEL_RATE_LIMITED', 'The model service is overloaded (429).'];
  if (status === 404) {
    return ['INVALID_INPUT', `The model service could not find what this job works on${because}.`];
  }
  if (status === 422) {
    return ['INVALID_INPUT', `The model service refused the input (422)${because}.`];
  }
  if (status === 400 && isUnreadMask(detail))
    return ['INVALID_INPUT', describeMask(detail, because)];
  if (status >= 400) {
    const reason = status === 400 ? because : '';
    const advice = status === 401 || status === 403 ? tokenAdvice : undefined;
    return [
      'MODEL_REJECTED',
      `The model service refused the request (${status})${reason}.`,
      advice,
    ];
  }
  const message = `The model service answered with an unexpected status (${status}).`;
  return ['MODEL_BAD_RESPONSE', message, status >= 300 ? redirectAdvice : undefined];
}

// For an operator, in the log and from the doctor.
export const wrongAddressAdvice =
  'Set MODEL_SERVICE_URL to the address below which /health and /api/summarize are: without /api, with the prefix of a proxy.';

export const tokenAdvice =
  'Set MODEL_SERVICE_TOKEN (or MODEL_SERVICE_TOKEN_FILE) to the token that it requires.';
const redirectAdvice =
  'Redirects are not followed: set MODEL_SERVICE_URL to the address that it leads to.';

/** Whether there is no such route: a 404 of a handler says what was not found, that of a router does not. */
function isWrongAddress(status: number, detail: unknown): boolean {
  if (status === 405) return true;
  return status === 404 && (typeof detail !== 'string' || /^\s*(not found\.?)?\s*$/i.test(detail));
}

/** Whether pydantic rejects the field for the model: FOVEA's service has none, and forbids unknown fields. */
function refusesModel(status: number, detail: unknown): boolean {
  return (
    status === 422 &&
    readFaults(detail).some(
      ({ type, loc }) => type === 'extra_forbidden' && loc.at(-1) === 'model_id',
    )
  );
}

/** Whether tracking could not read a mask: as a rule, the video has another size than it was registered with. */
function isUnreadMask(detail: unknown): detail is string {
  return typeof detail === 'string' && detail.startsWith('Invalid mask encoding');
}

function describeMask(detail: string, because: string): string {
  const [, height, width] = /into shape \((\d{1,6}), ?(\d{1,6})\)/.exec(detail) ?? [];
  if (height === undefined) return `The model service could not read the masks${because}.`;
  return `The video has ${width} × ${height} pixels, which is not what it is registered with.`;
}

/** Whether a call failed because the video has none of the frames that it asked for. */
export function saysNoFrames(error: unknown): boolean {
  if (!(error instanceof JobFailure) || error.code !== 'MODEL_REJECTED') return false;
  return /^No valid frames\b/i.test(String(error.forLog?.['detail'] ?? ''));
}

/** Retry-After, in seconds or as an HTTP date, in milliseconds from the answer's own date; at most an hour. */
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
