/** Something took longer than its limit. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** Rejects with TimeoutError after this time. The work itself goes on, and its outcome is ignored. */
export async function withTimeout<T>(work: Promise<T>, withinMs: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(new TimeoutError(`no answer within ${withinMs} ms`));
  const timer = setTimeout(giveUp, withinMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs work with a signal that is aborted when the caller's is, or after this time. Rejects with the caller's reason or
 * TimeoutError, whatever the aborted work throws.
 */
export async function withAbortTimeout<T>(
  caller: AbortSignal,
  withinMs: number,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  caller.throwIfAborted();
  const timeout = new AbortController();
  const late = new TimeoutError(`no answer within ${withinMs} ms`);
  const timer = setTimeout(() => timeout.abort(late), withinMs);
  try {
    return await run(AbortSignal.any([caller, timeout.signal]));
  } catch (error) {
    caller.throwIfAborted();
    timeout.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
