/**
 * Every error that a client may see, and every reason for which a job may fail. An error of another class is a bug or an
 * outage: it is logged, and the client gets an id to quote.
 */

/** The codes of failed attempts, and whether another attempt could succeed. */
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
  /** How long the model service asked us to wait before the next attempt. */
  retryAfterMs?: number | undefined;
  /** Details for operators that no client may see: only the log has them. */
  forLog?: Readonly<Record<string, string | number | undefined>> | undefined;
}

/** Why an attempt failed. Clients see the message: it must not contain a path, prompt, transcript or stack. */
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
  /** Field names and list indexes from the mutation's arguments down to the invalid value. */
  path: string[];
  message: string;
}

/** The input is well-formed GraphQL, but some of its values are invalid; there is one issue for each. */
export class ValidationError extends Error {
  override readonly name = 'ValidationError';
  readonly issues: ValidationIssue[];

  constructor(issues: ValidationIssue[]) {
    super(`${issues.length} problem${issues.length === 1 ? '' : 's'} in the input.`);
    this.issues = issues;
  }
}

/** The object does not exist, or the viewer may not see it: the two must look the same. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
  /** What is missing, such as `video`. */
  readonly kind: string;
  readonly id: string;
  /** Where its id is among the arguments, such as `input`, `videoId`; empty if it is not there as it is. */
  readonly path: readonly string[];

  constructor(kind: string, id: string, path: readonly string[] = []) {
    super(`There is no ${kind} with the id ${JSON.stringify(id)}.`);
    this.kind = kind;
    this.id = id;
    this.path = path;
  }
}

/** The request is not possible in the present state of what it refers to. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** The idempotency key was already used for a job with a different input. */
export class IdempotencyConflictError extends Error {
  override readonly name = 'IdempotencyConflictError';
  readonly existingJobId: string;

  constructor(existingJobId: string) {
    super('This idempotency key belongs to a job with another input. Use a new key.');
    this.existingJobId = existingJobId;
  }
}

/** The caller has exceeded a limit, and nothing was done. */
export class RateLimitedError extends Error {
  override readonly name = 'RateLimitedError';
  /** How long the caller should wait before it tries again. */
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = Math.max(1, Math.ceil(retryAfterMs));
  }
}

/** The client has disconnected before its operation began. Nobody receives an answer. */
export class DisconnectedError extends Error {
  override readonly name = 'DisconnectedError';

  constructor() {
    super('The client has disconnected.');
  }
}

/** The request has no valid credentials. */
export class UnauthenticatedError extends Error {
  override readonly name = 'UnauthenticatedError';
  /** TOKEN_EXPIRED and ACCESS_REVOKED say that the credentials were valid before. */
  readonly code: 'UNAUTHENTICATED' | 'TOKEN_EXPIRED' | 'ACCESS_REVOKED';

  constructor(message: string, code: UnauthenticatedError['code'] = 'UNAUTHENTICATED') {
    super(message);
    this.code = code;
  }
}

/** The caller is authenticated, but not allowed to do this. */
export class ForbiddenError extends Error {
  override readonly name = 'ForbiddenError';
}

/** Credentials cannot be checked now; the same ones may be valid later. */
export class AuthenticationUnavailableError extends Error {
  override readonly name = 'AuthenticationUnavailableError';

  constructor(options?: ErrorOptions) {
    super('Authentication is temporarily unavailable. Try again in a moment.', options);
  }
}

/** A subscriber read so slowly that its buffer is full. When it subscribes again, it begins with the present state. */
export class FellBehindError extends Error {
  override readonly name = 'FellBehindError';

  constructor(maxWaiting: number) {
    super(
      `The client reads too slowly: more than ${maxWaiting} changed jobs were waiting. Subscribe again.`,
    );
  }
}

/** The app cannot start. The message says in one line why, and what to do. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
