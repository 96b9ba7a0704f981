import { isIP } from 'node:net';
import proxyAddr from 'proxy-addr';
import { z } from 'zod';
import type { Problems } from './environment/problems.ts';
import { flag, list, variable } from './environment/variable.ts';
import type { Values } from './environment/variable.ts';

const origin = z
  .string()
  .refine((text) => !text.includes('*'), {
    error: '* would let in every page that a user opens: name the origins',
    abort: true,
  })
  .refine(isOrigin, 'an origin is scheme, host and port alone, as https://a.example:8443');

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}

const hostName = z
  .string()
  .toLowerCase()
  .regex(/^[a-z\d]([a-z\d.-]*[a-z\d])?$/, 'a host name, without scheme and port');

/** What browsers and proxies in front of the API are told and believed. */
export const frontVariables = {
  corsOrigins: variable<string[]>({
    name: 'CORS_ORIGINS',
    schema: list(origin),
    fallback: [],
    defaultText: 'none',
    help: 'Other origins whose pages may use the API, as `https://a.example,http://localhost:5173`; there is no `*`.',
  }),
  corsCredentials: variable({
    name: 'CORS_CREDENTIALS',
    schema: flag,
    fallback: false,
    help: 'Whether pages of `CORS_ORIGINS` may send cookies along, for a proxy in front that asks for them.',
  }),
  allowedHosts: variable<string[] | null>({
    name: 'ALLOWED_HOSTS',
    schema: list(hostName),
    fallback: null,
    defaultText: 'without accounts: `HOST`, else all',
    help: 'Names that the API is called by, as `api.example`; addresses and `localhost` always are.',
  }),
  trustedProxies: variable<string[]>({
    name: 'TRUSTED_PROXIES',
    schema: list(z.string()),
    fallback: [],
    defaultText: 'none',
    help: 'Proxies whose `X-Forwarded-*` are believed: addresses, networks as `10.0.0.0/8`, `loopback`, `linklocal`, `uniquelocal`.',
  }),
};

/** Who is let through to the API, as far as browsers and proxies say where a request comes from. */
export interface FrontConfig {
  /** Origins whose pages may use the API, beside its own. */
  corsOrigins: readonly string[];
  /** Whether those pages may send cookies. */
  corsCredentials: boolean;
  /** Names that the API is called by, beside addresses and localhost; null: any. */
  allowedHosts: readonly string[] | null;
  /** Addresses, networks and keywords of proxy-addr. */
  trustedProxies: readonly string[];
}

/**
 * Where nobody logs in, a page is kept out by its origin alone. It must not get around that by a name of its own that
 * resolves to this machine (DNS rebinding), so that only names are served that were meant.
 */
export function readFront(
  values: Values<typeof frontVariables> & { host: string },
  { hasAccounts }: { hasAccounts: boolean },
  problems: Problems,
): FrontConfig {
  const { corsOrigins, corsCredentials, trustedProxies, host } = values;
  if (corsCredentials && corsOrigins.length === 0) {
    const problem = 'CORS_CREDENTIALS is set without CORS_ORIGINS: there are no pages to send any.';
    problems.add(problem, 'CORS_ORIGINS');
  }
  for (const proxy of trustedProxies) {
    if (!isProxy(proxy)) {
      problems.add(
        `TRUSTED_PROXIES: ${proxy} is no address, network, loopback, linklocal or uniquelocal.`,
      );
    }
  }
  const allowedHosts = values.allowedHosts ?? (hasAccounts ? null : [host.toLowerCase()]);
  return { corsOrigins, corsCredentials, allowedHosts, trustedProxies };
}

const ranges = ['loopback', 'linklocal', 'uniquelocal'];

function isProxy(text: string): boolean {
  // Short forms, as 1 for 0.0.0.1, would be addresses too: whoever writes that means something else.
  if (!ranges.includes(text) && !isIP(text.replace(/\/.*$/, ''))) return false;
  try {
    proxyAddr.compile(text);
    return true;
  } catch {
    return false; // that is how it says so
  }
}
