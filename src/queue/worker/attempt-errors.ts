/** Aborts a job that was canceled. */
export class CanceledError extends Error {
  override readonly name = 'CanceledError';

  constructor() {
    super('The job was canceled.');
  }
}

/** Aborts an attempt that has lost its job, perhaps to another worker. It must not write anything any more. */
export class LostJobError extends Error {
  override readonly name = 'LostJobError';
}

/** Aborts the jobs of a worker that shuts down; another worker starts them again. */
export class HandBackError extends Error {
  override readonly name = 'HandBackError';
}

/** By the database's clock the job must not run yet: its queue released it by another clock. */
export class TooEarlyError extends Error {
  override readonly name = 'TooEarlyError';
  readonly waitMs: number;

  constructor(waitMs: number) {
    super(`The job must not run for another ${waitMs} ms.`);
    this.waitMs = waitMs;
  }
}

/** An operator has stopped the queue. */
export class QueuePausedError extends Error {
  override readonly name = 'QueuePausedError';
}

/** Too many workers have vanished while they ran the job. */
export class VanishedTooOftenError extends Error {
  override readonly name = 'VanishedTooOftenError';
}

/** The database failed during the attempt, so the end of the attempt could not be stored. */
export class CutOffError extends Error {
  override readonly name = 'CutOffError';
  readonly attempt: number;

  constructor(attempt: number, cause: unknown) {
    super('The database cannot be used now.', { cause });
    this.attempt = attempt;
  }
}
