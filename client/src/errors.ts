import type { Answer, GraphQLFault } from './wire/transport.ts';
import type { JobFieldsFragment } from './generated/types.ts';

/** An error of the server's, with its code: NOT_FOUND, FORBIDDEN, RATE_LIMITED, … */
export class JobsError extends Error {
  override readonly name = 'JobsError';
  readonly code: string;
  readonly retryAfterMs: number | undefined;

  constructor({ message, extensions = {} }: GraphQLFault) {
    super(message);
    this.code = extensions.code ?? '';
    this.retryAfterMs = extensions.retryAfterMs;
  }
}

/** A job that ended without a result; `job` says how and why. */
export class JobEndedError extends Error {
  override readonly name = 'JobEndedError';
  readonly job: JobFieldsFragment;

  constructor(job: JobFieldsFragment) {
    super(job.error?.message ?? `The job is ${job.state}.`);
    this.job = job;
  }
}

/** The data of an answer; throws JobsError if it has an error. */
export function dataOf({ data, errors }: Answer): Record<string, unknown> {
  if (errors?.[0]) throw new JobsError(errors[0]);
  return data ?? {};
}
