import type { GraphQLFormattedError } from 'graphql';
import { CloseCode } from 'graphql-ws';

/** "Service restart": clients reconnect. */
export const serviceRestart = 1012;
/** "Try again later": clients reconnect after a while. */
const tryAgainLater = 1013;
/** For frames that are not text. */
export const unsupportedData = 1003;

/** Credentials that were valid, and can be renewed. At 4403 clients ask for new ones, and reconnect. */
const renewableCodes = new Set(['TOKEN_EXPIRED', 'ACCESS_REVOKED']);

/** The code and the reason with which a WebSocket is closed whose client is not admitted. */
export function toRefusal({ extensions }: GraphQLFormattedError): [number, string] {
  const code = String(extensions?.['code']);
  if (code === 'UNAUTHENTICATED') return [CloseCode.Unauthorized, code];
  if (renewableCodes.has(code)) return [CloseCode.Forbidden, code];
  if (code === 'RATE_LIMITED' || code === 'SERVICE_UNAVAILABLE') return [tryAgainLater, code];
  return [CloseCode.InternalServerError, code];
}

/**
 * The code and the reason with which a WebSocket is closed when one of its subscriptions ends early. The protocol has no
 * message for that: for clients, `error`, `complete` and 4500 are final. After a lost connection they reconnect, and start
 * all their subscriptions again.
 */
export function toInterruption({ extensions }: GraphQLFormattedError): [number, string] {
  const code = String(extensions?.['code']);
  return [renewableCodes.has(code) ? CloseCode.Forbidden : tryAgainLater, code];
}
