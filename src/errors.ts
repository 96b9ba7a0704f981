/**
 * Every error that a client may see, and what each failure of a job means.
 * An error of any other class is a bug or an outage: it is logged, and the client gets an id to quote.
 */

/** Whether another attempt could end differently, by the reason a job's attempt failed. */
const retryableByCode = {
  INVALID_INPUT: false,
  MODEL_REJECTED: false,
  MODEL_UNAVAILABLE: true,
  MODEL_RATE_LIMITED: true,
  MODEL_TIMEOUT: true,
  MODEL_BAD_RESPONSE: true,
  DEADLINE_EXCEEDED: false,
  STALLED: false,
  PREDECESSOR_FAILED: false,
  INTERNAL: true,
} as const satisfies Record<string, boolean>;

export type JobErrorCode = keyof typeof retryableByCode;

export const jobErrorCodes = Object.keys(retryableByCode) as [JobErrorCode, ...JobErrorCode[]];

export interface JobFailureOptions extends ErrorOptions {
  /** How long the model service asked us to wait before another attempt. */
  retryAfterMs?: number | undefined;
  /** What an operator needs to know and no client may read; it goes into the log alone. */
  forLog?: Readonly<Record<string, string | number | undefined>> | undefined;
}

/** Why an attempt failed, in words made for the client: no path, prompt, transcript or stack in its message. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';
  readonly code: JobErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly forLog: JobFailureOptions['forLog'];

  constructor(code: JobErrorCode, message: string, options: JobFailureOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.forLog = options.forLog;
  }

  get retryable(): boolean {
    return retryableByCode[this.code];
  }
}

export interface ValidationIssue {
  /** Field names and list indexes from the mutation's arguments down to the fault. */
  path: string[];
  message: string;
}

/** The input is well-formed GraphQL, but its values are not acceptable; one issue a fault. */
export class ValidationError extends Error {
  override readonly name = 'ValidationError';
  readonly issues: ValidationIssue[];

  constructor(issues: ValidationIssue[]) {
    super(
      issues.length === 1 ? '1 problem in the input.' : `${issues.length} problems in the input.`,
    );
    this.issues = issues;
  }
}

/** There is no such thing, or it is not the viewer's: the two look alike. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';

  constructor(what: string, id: string) {
    super(`There is no ${what} with the id ${JSON.stringify(id)}.`);
  }
}

/** The request contradicts what is stored. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** The idempotency key has already started another job. */
export class IdempotencyConflictError extends Error {
  override readonly name = 'IdempotencyConflictError';
  readonly existingJobId: string;

  constructor(existingJobId: string) {
    super('This idempotency key belongs to a job with another input. Use a new key.');
    this.existingJobId = existingJobId;
  }
}

/** The caller has asked for more than its share; nothing was done. */
export class RateLimitedError extends Error {
  override readonly name = 'RateLimitedError';
  /** When asking again may be worth it. */
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = Math.max(1, Math.ceil(retryAfterMs));
  }
}

/** Nobody knows who is asking: there are no credentials, or none that hold. */
export class UnauthenticatedError extends Error {
  override readonly name = 'UnauthenticatedError';
  /** TOKEN_EXPIRED, ACCESS_REVOKED: they held once, and new ones will. */
  readonly code: 'UNAUTHENTICATED' | 'TOKEN_EXPIRED' | 'ACCESS_REVOKED';

  constructor(message: string, code: UnauthenticatedError['code'] = 'UNAUTHENTICATED') {
    super(message);
    this.code = code;
  }
}

/** It is known who is asking, and that this is not for them. */
export class ForbiddenError extends Error {
  override readonly name = 'ForbiddenError';
}

/** What says who is asking cannot be reached now; the same credentials may well hold later. */
export class AuthenticationUnavailableError extends Error {
  override readonly name = 'AuthenticationUnavailableError';

  constructor(options?: ErrorOptions) {
    super('Authentication is temporarily unavailable. Try again in a moment.', options);
  }
}

/** A subscriber reads so slowly that more waits for it than is kept; it subscribes again, and begins with what is. */
export class FellBehindError extends Error {
  override readonly name = 'FellBehindError';

  constructor(maxWaiting: number) {
    super(
      `The client reads too slowly: more than ${maxWaiting} changed jobs were waiting. Subscribe again.`,
    );
  }
}

/** The app cannot begin; the message says why, and what to do, in one line. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
