import { isIP } from 'node:net';
import proxyAddr from 'proxy-addr';
import { z } from 'zod';
import type { Problems } from './environment/problems.ts';
import { flag, list, variable } from './environment/variable.ts';
import type { Values } from './environment/variable.ts';

const origin = z
  .string()
  .refine((text) => !text.includes('*'), {
    error: '* would allow every page that a user opens: list the origins',
    abort: true,
  })
  .refine(isOrigin, 'an origin is only scheme, host and port, such as https://a.example:8443');

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}

const hostName = z
  .string()
  .toLowerCase()
  .regex(/^[a-z\d]([a-z\d.-]*[a-z\d])?$/, 'a host name, without scheme and port');

/** Which pages, host names and proxies the API trusts. */
export const frontVariables = {
  corsOrigins: variable<string[]>({
    name: 'CORS_ORIGINS',
    schema: list(origin),
    fallback: [],
    defaultText: 'none',
    help: 'Other origins whose pages may use the API, such as `https://a.example,http://localhost:5173`; `*` is not allowed.',
  }),
  corsCredentials: variable({
    name: 'CORS_CREDENTIALS',
    schema: flag,
    fallback: false,
    help: 'Whether pages of `CORS_ORIGINS` may send cookies, for a proxy in front that requires them.',
  }),
  allowedHosts: variable<string[] | null>({
    name: 'ALLOWED_HOSTS',
    schema: list(hostName),
    fallback: null,
    defaultText: '`AUTH_MODE=none`: `HOST`; otherwise all',
    help: 'Host names under which the API may be called, such as `api.example`; IP addresses and `localhost` always may.',
  }),
  trustedProxies: variable<string[]>({
    name: 'TRUSTED_PROXIES',
    schema: list(z.string()),
    fallback: [],
    defaultText: 'none',
    help: 'Proxies whose `X-Forwarded-*` headers are trusted: addresses, networks such as `10.0.0.0/8`, `loopback`, `linklocal`, `uniquelocal`.',
  }),
};

/** Which requests reach the API, by where browsers and proxies say that they come from. */
export interface FrontConfig {
  /** Origins, other than its own, whose pages may use the API. */
  corsOrigins: readonly string[];
  /** Whether those pages may send cookies. */
  corsCredentials: boolean;
  /** Host names of the API, besides addresses and localhost; null: any. */
  allowedHosts: readonly string[] | null;
  /** Addresses, networks and keywords of proxy-addr. */
  trustedProxies: readonly string[];
}

/**
 * Without accounts, only its origin keeps a page out. A page could get around that by a host name of its own that resolves
 * to this machine (DNS rebinding), so only known host names are served.
 */
export function readFront(
  values: Values<typeof frontVariables> & { host: string },
  { hasAccounts }: { hasAccounts: boolean },
  problems: Problems,
): FrontConfig {
  const { corsOrigins, corsCredentials, trustedProxies, host } = values;
  if (corsCredentials && corsOrigins.length === 0) {
    const problem = 'CORS_CREDENTIALS is set without CORS_ORIGINS: no page could send cookies.';
    problems.add(problem, 'CORS_ORIGINS');
  }
  for (const proxy of trustedProxies) {
    if (!isProxy(proxy)) {
      problems.add(
        `TRUSTED_PROXIES: ${proxy} is not an address, a network, loopback, linklocal or uniquelocal.`,
      );
    }
  }
  const allowedHosts = values.allowedHosts ?? (hasAccounts ? null : [host.toLowerCase()]);
  return { corsOrigins, corsCredentials, allowedHosts, trustedProxies };
}

const ranges = ['loopback', 'linklocal', 'uniquelocal'];

function isProxy(text: string): boolean {
  // proxy-addr takes short forms, such as 1 for 0.0.0.1; whoever writes that means something else.
  if (!ranges.includes(text) && !isIP(text.replace(/\/.*$/, ''))) return false;
  try {
    proxyAddr.compile(text);
    return true;
  } catch {
    return false; // it throws for what it does not know
  }
}
