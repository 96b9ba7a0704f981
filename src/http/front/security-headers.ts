import type { ServerResponse } from 'node:http';

/**
 * The content policy lets browsers load nothing from an answer; the GraphiQL page replaces it by its own. The resource policy
 * keeps other sites from embedding answers; it does not affect the CORS requests of listed origins.
 */
export const securityHeaders = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['cross-origin-resource-policy', 'same-origin'],
] as const;

/** Must be called first: a handler may replace these headers by its own. */
export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of securityHeaders) response.setHeader(name, value);
}
