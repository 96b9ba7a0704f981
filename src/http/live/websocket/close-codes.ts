import type { GraphQLFormattedError } from 'graphql';
import { CloseCode } from 'graphql-ws';

/** "Service restart": clients connect again. */
export const serviceRestart = 1012;
/** "Try again later": clients connect again, after a while. */
const tryAgainLater = 1013;
/** For frames of a kind that is not taken. */
export const unsupportedData = 1003;

/** A right that held once, and may again: at 4403 clients connect again, and ask for new credentials. */
const endedRights = new Set(['TOKEN_EXPIRED', 'ACCESS_REVOKED']);

/** With what to close a WebSocket whose client does not get in. */
export function toClosing({ extensions }: GraphQLFormattedError): [number, string] {
  const code = String(extensions?.['code']);
  if (code === 'UNAUTHENTICATED') return [CloseCode.Unauthorized, code];
  if (endedRights.has(code)) return [CloseCode.Forbidden, code];
  if (code === 'RATE_LIMITED' || code === 'SERVICE_UNAVAILABLE') return [tryAgainLater, code];
  return [CloseCode.InternalServerError, code];
}

/**
 * With what to close a WebSocket of which a subscription ends before its time. The protocol has no word for that: clients
 * take an `error` message for final, as they do `complete`, and 4500 too. A connection that is lost they open again, with
 * all that was on it.
 */
export function toBreaking({ extensions }: GraphQLFormattedError): [number, string] {
  const code = String(extensions?.['code']);
  return [endedRights.has(code) ? CloseCode.Forbidden : tryAgainLater, code];
}
