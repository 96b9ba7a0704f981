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
