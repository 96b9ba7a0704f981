import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { HttpError } from './http-error.ts';

/** Whose requests are answered. */
export interface Access {
  /** What the server has to show as a bearer; null: it need not. */
  token: string | null;
  /** Whether only this machine reaches the service. */
  isLocal: boolean;
}

/**
 * Throws HttpError unless the server asks, or with a null token anybody who is no web page: of those, one sends its origin,
 * one that has had its name point here (DNS rebinding) sends that name, and none knows the token.
 */
export function checkCaller({ headers }: IncomingMessage, access: Access): void {
  if (headers.origin !== undefined) {
    throw new HttpError(403, 'The model service is not for web pages');
  }
  if (!isOwnName(headers.host ?? '', access)) {
    throw new HttpError(421, 'The model service has no such name: use its address, or localhost');
  }
  if (access.token !== null && !isSame(headers.authorization ?? '', `Bearer ${access.token}`)) {
    throw new HttpError(401, 'The model service answers whoever has its token only');
  }
}

/** A page is at a name with a dot. The service may be as well: then only the token proves who is asking. */
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

/** In constant time. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
