import type { ServerResponse } from 'node:http';

/**
 * Nothing that is answered is a page, unless its own policy says so. The resource policy keeps other sites from embedding
 * answers; pages of listed origins ask by CORS, which it does not touch.
 */
export const securityHeaders = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['cross-origin-resource-policy', 'same-origin'],
] as const;

/** Before anything is answered: whoever answers may set others. */
export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of securityHeaders) response.setHeader(name, value);
}
