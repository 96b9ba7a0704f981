import { UnrecoverableError } from 'bullmq';
import type { BackoffStrategy, Job } from 'bullmq';
import { postponeMaxMs } from '../../jobs/rows/update.ts';
import { JobFailure } from '../../errors.ts';
import { CanceledError, VanishedTooOftenError } from './attempt-errors.ts';

/** The longest wait between two attempts, unless the model service asks for more. */
const backoffMaxMs = 5 * 60_000;

/** What counts attempts in the queue's entry for a job. */
type CountedJob = Pick<Job, 'attemptsMade' | 'opts'>;

/** BullMQ counts an attempt once it has failed. */
export function hasAttemptsLeft({ attemptsMade, opts }: CountedJob): boolean {
  return attemptsMade + 1 < (opts.attempts ?? 1);
}

/** Redis stores only the code as the reason; the attempt's row has the message. */
export function toQueueError(error: unknown, retryInMs: number | undefined): unknown {
  if (error instanceof CanceledError) return new UnrecoverableError('CANCELED');
  if (error instanceof VanishedTooOftenError) return new UnrecoverableError('STALLED');
  if (!(error instanceof JobFailure)) return error;
  if (error.retryable) return new RetryableReason(error.code, retryInMs);
  return new UnrecoverableError(error.code);
}

export class RetryableReason extends Error {
  override readonly name = 'RetryableReason';
  /** The same as in the attempt's row. */
  readonly retryInMs: number | undefined;

  constructor(code: string, retryInMs: number | undefined) {
    super(code);
    this.retryInMs = retryInMs;
  }
}

/** The queue delays a job about as long as its row says; the row decides when it may run. */
export const backoffStrategy: BackoffStrategy = (_attemptsMade, _type, error) =>
  error instanceof RetryableReason ? (error.retryInMs ?? postponeMaxMs) : postponeMaxMs;

/**
 * Exponential backoff, with a jitter of up to a half on top so that jobs that failed together are not retried together;
 * `Retry-After` is a minimum.
 */
export function createBackoff(baseMs: number) {
  return ({ attemptsMade }: CountedJob, { retryAfterMs = 0 }: JobFailure): number => {
    const full = Math.min(baseMs * 2 ** attemptsMade, Math.max(backoffMaxMs, baseMs));
    const jittered = full * (1 + Math.random() / 2);
    return Math.ceil(Math.max(jittered, retryAfterMs));
  };
}
