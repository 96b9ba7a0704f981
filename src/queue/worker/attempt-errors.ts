/** The reason with which a job is aborted that somebody has canceled. */
export class CanceledError extends Error {
  override readonly name = 'CanceledError';

  constructor() {
    super('The job was canceled.');
  }
}

/** The attempt has lost its job, perhaps to another worker. It must end, and nothing that it does counts. */
export class LostJobError extends Error {
  override readonly name = 'LostJobError';
}

/** The reason with which a worker that must end aborts its jobs: they are to begin again elsewhere. */
export class HandBackError extends Error {
  override readonly name = 'HandBackError';
}

/** By the database's clock, the job's time has not come: the queue let it go by another clock. */
export class TooEarlyError extends Error {
  override readonly name = 'TooEarlyError';
  /** Until then. */
  readonly waitMs: number;

  constructor(waitMs: number) {
    super(`its time comes in ${waitMs} ms`);
    this.waitMs = waitMs;
  }
}

/** More workers have vanished while they ran the job than is allowed. */
export class VanishedTooOftenError extends Error {
  override readonly name = 'VanishedTooOftenError';
}

/** The database failed during the attempt, so that the attempt's row does not say that it has ended. */
export class CutOffError extends Error {
  override readonly name = 'CutOffError';
  readonly attempt: number;

  constructor(attempt: number, cause: unknown) {
    super('The database cannot be used now.', { cause });
    this.attempt = attempt;
  }
}
