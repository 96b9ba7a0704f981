import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { isTransientDatabaseError } from '../db/transient-errors.ts';
import {
  AuthenticationUnavailableError,
  FellBehindError,
  ForbiddenError,
  NotFoundError,
  RateLimitedError,
  UnauthenticatedError,
} from '../errors.ts';
import type { Logger } from '../platform/logger.ts';
import { toRetryAfter } from './respond.ts';

/**
 * What of an error a client sees. Errors that GraphQL itself or a resolver made for the client pass as they are; any other
 * is logged under an id, and the id is all that the client gets.
 */
export function createErrorMask(logger: Logger): (error: unknown) => GraphQLError {
  return (error) => {
    if (error instanceof GraphQLError && isMadeForClient(error)) return withCode(error);
    const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
    const place = error instanceof GraphQLError ? { path: error.path, nodes: error.nodes } : {};
    if (isTransientDatabaseError(cause)) {
      logger.warn({ err: cause }, 'database not available');
      return new GraphQLError('The database is temporarily unavailable. Try again in a moment.', {
        ...place,
        extensions: unavailable,
      });
    }
    if (cause instanceof AuthenticationUnavailableError) {
      logger.warn({ err: cause.cause }, 'authentication not available');
    }
    const extensions = toExtensions(cause);
    if (extensions) return new GraphQLError((cause as Error).message, { ...place, extensions });
    const errorId = randomUUID();
    logger.error({ err: cause, errorId }, 'request failed unexpectedly');
    return new GraphQLError(`An internal error occurred. Quote ${errorId} when you report it.`, {
      ...place,
      extensions: { code: 'INTERNAL_SERVER_ERROR', errorId },
    });
  };
}

/** What a program may decide on, of an error that a client may see as it is; undefined for any other. */
function toExtensions(error: unknown): Record<string, unknown> | undefined {
  if (error instanceof UnauthenticatedError) return { code: error.code };
  if (error instanceof ForbiddenError) return { code: 'FORBIDDEN' };
  if (error instanceof NotFoundError) return { code: 'NOT_FOUND' };
  if (error instanceof FellBehindError) return { code: 'FELL_BEHIND' };
  if (error instanceof RateLimitedError) {
    return { code: 'RATE_LIMITED', ...comeBackIn(error.retryAfterMs) };
  }
  return error instanceof AuthenticationUnavailableError ? unavailable : undefined;
}

/** In the error for every client, and, where Yoga answers, in the header for those of HTTP. */
function comeBackIn(retryAfterMs: number) {
  return { retryAfterMs, http: { headers: toRetryAfter({ extensions: { retryAfterMs } }) } };
}

/** What is away mostly comes back within seconds, or stays away for minutes. */
const unavailable = { code: 'SERVICE_UNAVAILABLE', ...comeBackIn(2_000) };

const badRequest = { status: 400, spec: false };

function isMadeForClient({ originalError }: GraphQLError): boolean {
  return originalError === undefined || originalError instanceof GraphQLError;
}

/**
 * GraphQL gives no code to the one kind that is left: variables that do not fit their types. With `spec`, Yoga answers 400
 * only where GraphQL over HTTP asks for it: a client of SSE reads no more of a 400 than its status, and tries again.
 */
function withCode(error: GraphQLError): GraphQLError {
  const { code = 'BAD_USER_INPUT', http, originalError } = error.extensions;
  const { message, nodes, path } = error;
  // Of a body that is no JSON, Yoga adds what its parser said, which quotes the body.
  if (originalError) return new GraphQLError(message, { extensions: { code, http: badRequest } });
  if (code !== 'BAD_USER_INPUT') return error;
  const status = http ? { http: { status: 400, spec: true } } : {};
  return new GraphQLError(message, { nodes, path, extensions: { code, ...status } });
}

/** Yoga keeps the status for an HTTP answer among the extensions of an error, and takes it out of its own answers alone. */
export function withoutStatus(error: GraphQLError): GraphQLFormattedError {
  const { http: _http, ...extensions } = error.extensions;
  return { ...error.toJSON(), extensions };
}
