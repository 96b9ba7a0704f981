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
 * Creates the function that turns an error into one that a client may see. Errors that GraphQL or a resolver made for the
 * client stay as they are. Any other error is logged under an id, and the client gets only that id.
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

/** The extensions of an error whose message a client may see; undefined for any other error. */
function toExtensions(error: unknown): Record<string, unknown> | undefined {
  if (error instanceof UnauthenticatedError) return { code: error.code };
  if (error instanceof ForbiddenError) return { code: 'FORBIDDEN' };
  if (error instanceof NotFoundError) return { code: 'NOT_FOUND' };
  if (error instanceof FellBehindError) return { code: 'FELL_BEHIND' };
  if (error instanceof RateLimitedError) {
    return { code: 'RATE_LIMITED', ...toRetryExtensions(error.retryAfterMs) };
  }
  return error instanceof AuthenticationUnavailableError ? unavailable : undefined;
}

/** `retryAfterMs` for every client and, if Yoga answers, the Retry-After header for HTTP clients. */
function toRetryExtensions(retryAfterMs: number) {
  return { retryAfterMs, http: { headers: toRetryAfter({ extensions: { retryAfterMs } }) } };
}

/** Most outages end within seconds, or last for minutes. */
const unavailable = { code: 'SERVICE_UNAVAILABLE', ...toRetryExtensions(2_000) };

const badRequest = { status: 400, spec: false };

function isMadeForClient({ originalError }: GraphQLError): boolean {
  return originalError === undefined || originalError instanceof GraphQLError;
}

/**
 * GraphQL sets no code for one kind of error: variables that do not match their types. With `spec`, Yoga answers 400 only where
 * GraphQL over HTTP requires it: an SSE client reads only the status of a 400, and tries again.
 */
function withCode(error: GraphQLError): GraphQLError {
  const { code = 'BAD_USER_INPUT', http, originalError } = error.extensions;
  const { message, nodes, path } = error;
  // For a body that is not JSON, Yoga adds the parser's message, which quotes the body.
  if (originalError) return new GraphQLError(message, { extensions: { code, http: badRequest } });
  if (code !== 'BAD_USER_INPUT') return error;
  const status = http ? { http: { status: 400, spec: true } } : {};
  return new GraphQLError(message, { nodes, path, extensions: { code, ...status } });
}

/** Removes the HTTP status, which Yoga keeps in the extensions of an error and removes only from its own answers. */
export function withoutStatus(error: GraphQLError): GraphQLFormattedError {
  const { http: _http, ...extensions } = error.extensions;
  return { ...error.toJSON(), extensions };
}
