/** There was no answer in time. */
export class TooLateError extends Error {
  override readonly name = 'TooLateError';
}

/** Rejects with TooLateError when the work takes longer than this; the work itself goes on, and its outcome is ignored. */
export async function withDeadline<T>(work: Promise<T>, withinMs: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(new TooLateError(`no answer within ${withinMs} ms`));
  const timer = setTimeout(giveUp, withinMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs work with a signal that is aborted when the caller's is, or after this time; the work must end then. Rejects with the
 * caller's reason, or TooLateError, whatever the aborted work throws.
 */
export async function abortAfter<T>(
  caller: AbortSignal,
  withinMs: number,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  caller.throwIfAborted();
  const deadline = new AbortController();
  const late = new TooLateError(`no answer within ${withinMs} ms`);
  const timer = setTimeout(() => deadline.abort(late), withinMs);
  try {
    return await run(AbortSignal.any([caller, deadline.signal]));
  } catch (error) {
    caller.throwIfAborted();
    deadline.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
