import { JobFailure } from '../errors.ts';
import type { JobErrorCode } from '../errors.ts';
import { describeDetail, quoteDetail, readFaults } from './error-detail.ts';
import type { Redact } from './error-detail.ts';

type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

const maxRetryAfterMs = 3_600_000;

/** The answer of a service that refuses or fails, as it came: its `detail` is not for a client's eyes yet. */
export class ErrorAnswer extends Error {
  override readonly name = 'ErrorAnswer';
  readonly status: number;
  /** That of FastAPI's error bodies: a text, or pydantic's list of faults. */
  readonly detail: unknown;
  readonly headers: ResponseHeaders;

  constructor(status: number, detail: unknown, headers: ResponseHeaders = {}) {
    super(`status ${status}`);
    this.status = status;
    this.detail = detail;
    this.headers = headers;
  }
}

/** What the service was asked, which its detail may echo, and what takes secrets out of that. */
export interface AnswerContext {
  request: unknown;
  redact: Redact;
}

/**
 * What a status means for a job. The detail reaches the client where it speaks of the input (400, 404, 422), and can hold no
 * path, no prompt and no exception's text; all of it reaches the log, without secrets and without what the request said.
 */
export function statusFailure(
  { status, detail, headers }: ErrorAnswer,
  { request, redact }: AnswerContext,
): JobFailure {
  const quoted = quoteDetail(detail, request, redact);
  const [code, message, advice] = judge(status, detail, quoted === undefined ? '' : `: ${quoted}`);
  return new JobFailure(code, message, {
    cause: { status },
    forLog: { status, detail: describeDetail(detail, request, redact), advice },
    retryAfterMs: status === 429 ? parseRetryAfter(headers) : undefined,
  });
}

type Verdict = [code: JobErrorCode, message: string, advice?: string];

function judge(status: number, detail: unknown, because: string): Verdict {
  if (status >= 500) return ['MODEL_UNAVAILABLE', `The model service failed (${status}).`];
  if (isWrongAddress(status, detail)) {
    const message = `The model service has no such endpoint (${status}): its address is set wrong, or it is of another version.`;
    return ['MODEL_UNAVAILABLE', message, wrongAddressAdvice];
  }
  if (refusesModel(status, detail)) {
    return ['INVALID_INPUT', 'The model service lets nobody choose its model. Leave modelId out.'];
  }
  if (status === 429) return ['MODEL_RATE_LIMITED', 'The model service has too much to do (429).'];
  if (status === 404) {
    return ['INVALID_INPUT', `The model service could not find what this job works on${because}.`];
  }
  if (status === 422) {
    return ['INVALID_INPUT', `The model service refused the input (422)${because}.`];
  }
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
  'Set MODEL_SERVICE_TOKEN (or MODEL_SERVICE_TOKEN_FILE) to the token that it asks for.';
const redirectAdvice =
  'Redirects are not followed: set MODEL_SERVICE_URL to the address that it leads to.';

/** Whether there is no such route. A 404 of a handler says what it has not found; that of a router says nothing. */
function isWrongAddress(status: number, detail: unknown): boolean {
  if (status === 405) return true;
  return status === 404 && (typeof detail !== 'string' || /^\s*(not found\.?)?\s*$/i.test(detail));
}

/** Whether pydantic knows no field for the model: FOVEA's service has had none since it forbids what it does not know. */
function refusesModel(status: number, detail: unknown): boolean {
  return (
    status === 422 &&
    readFaults(detail).some(
      ({ type, loc }) => type === 'extra_forbidden' && loc.at(-1) === 'model_id',
    )
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
