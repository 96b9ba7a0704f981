import type { Loss } from './transport.ts';

/** An answer that is not one of GraphQL's, and what it means for the connection. */
export class LostError extends Error {
  readonly loss: Loss;

  constructor({ status, headers }: Pick<Response, 'status' | 'headers'>) {
    super(`HTTP ${status}`);
    // A server, or something before it, that does not know what this transport sends.
    const other = [400, 404, 405].includes(status) ? 'unsupported' : 'lost';
    this.loss = {
      reason: status === 401 ? 'unauthorized' : other,
      // Undefined too if it is a date.
      retryAfterMs: Number(headers.get('retry-after')) * 1_000 || undefined,
    };
  }
}

/** What an error of a request means for the connection. */
export function lossOf(error: unknown): Loss {
  return error instanceof LostError ? error.loss : { reason: 'lost' };
}
