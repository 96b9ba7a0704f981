import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { HttpError } from './http-error.ts';

/** Which callers are accepted. */
export interface Access {
  /** Required bearer token; null: none. */
  token: string | null;
  /** Whether the service listens on loopback only. */
  isLocal: boolean;
}

/**
 * Throws HttpError for a web page, which sends its origin or, after DNS rebinding, its own host name; and for a caller
 * without the required token.
 */
export function checkCaller({ headers }: IncomingMessage, access: Access): void {
  if (headers.origin !== undefined) {
    throw new HttpError(403, 'Web pages may not call the model service');
  }
  if (!isOwnName(headers.host ?? '', access)) {
    throw new HttpError(
      421,
      'Unknown host name: use the address of the model service, or localhost',
    );
  }
  if (access.token !== null && !isSame(headers.authorization ?? '', `Bearer ${access.token}`)) {
    throw new HttpError(401, 'The bearer token is missing or wrong');
  }
}

/** Pages have host names with a dot. If the service has one, too, only the token identifies the caller. */
function isOwnName(host: string, { token, isLocal }: Access): boolean {
  const url = `http://${host}`;
  if (host === '' || !URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  if (isLocal) return isLoopback(hostname);
  return token !== null || isIP(withoutBrackets(hostname)) !== 0 || !hostname.includes('.');
}

export function isLoopback(host: string): boolean {
  const name = withoutBrackets(host);
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/u, '$1');
}

/** Compares in constant time. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
