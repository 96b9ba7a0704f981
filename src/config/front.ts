import { isIP } from 'node:net';
import proxyAddr from 'proxy-addr';
import type { Problems } from './problems.ts';

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
  values: FrontConfig & { host: string },
  { knowsAccounts }: { knowsAccounts: boolean },
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
  const allowedHosts = values.allowedHosts ?? (knowsAccounts ? null : [host.toLowerCase()]);
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
