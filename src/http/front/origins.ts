import { isIPv4 } from 'node:net';
import type { IncomingMessage } from 'node:http';
import type { FrontConfig } from '../../config/front.ts';
import type { Trust } from './client-address.ts';

/** Decides which browser pages may use the API. */
export interface Origins {
  /** Why a request is not served; undefined when it is. */
  findRefusal: (request: IncomingMessage) => string | undefined;
  /** The origin of a request, if it is one of the listed origins. */
  findAllowedOrigin: (request: IncomingMessage) => string | undefined;
}

const wrongHost =
  'The API is not served under this host name. Add it to ALLOWED_HOSTS to allow it.';
const wrongOrigin = 'Pages of this origin may not use the API. Add it to CORS_ORIGINS to allow it.';
const wrongSite = 'Other sites may link to the API, but not load from it.';

/**
 * Checks the headers that browsers set, on every path and for WebSockets. Requiring a custom header instead, as Yoga's CSRF
 * plugin does, would shut out EventSource, which cannot send any. Clients that are not browsers can forge these headers, but
 * gain nothing by it.
 */
export function createOrigins(
  { corsOrigins, allowedHosts }: Pick<FrontConfig, 'corsOrigins' | 'allowedHosts'>,
  trust: Trust,
): Origins {
  const listed = new Set(corsOrigins);
  const hosts = allowedHosts && new Set(allowedHosts);

  return {
    findRefusal: (request) => {
      const { headers } = request;
      if (hosts && hasHost(request) && !isAllowedHost(readTarget(request, trust).host, hosts)) {
        return wrongHost;
      }
      const { origin } = headers;
      if (origin === undefined) return isCrossSiteLoad(request) ? wrongSite : undefined;
      return listed.has(origin) || isSameOrigin(origin, readTarget(request, trust))
        ? undefined
        : wrongOrigin;
    },
    findAllowedOrigin: ({ headers: { origin } }) =>
      origin !== undefined && listed.has(origin) ? origin : undefined,
  };
}

/** The host and scheme that the client used, as far as they are known. */
interface Target {
  host: string;
  isSecure: boolean;
}

function readTarget({ headers, socket }: IncomingMessage, trust: Trust): Target {
  const host = headers.host ?? '';
  if (!trust(socket.remoteAddress ?? '')) return { host, isSecure: false };
  const forwardedHost = headers['x-forwarded-host'];
  return {
    host: typeof forwardedHost === 'string' && forwardedHost !== '' ? forwardedHost : host,
    isSecure: headers['x-forwarded-proto'] === 'https',
  };
}

/** Browsers always send a host: a request without one does not come from a browser. */
function hasHost({ headers }: IncomingMessage): boolean {
  return headers.host !== undefined || headers['x-forwarded-host'] !== undefined;
}

/** A name or an IPv6 address in brackets, and an optional port: nothing that a URL parser reads as more than a host. */
const plainHost = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

function isAllowedHost(host: string, hosts: ReadonlySet<string>): boolean {
  const name = plainHost.test(host) ? URL.parse(`http://${host}`)?.hostname : undefined;
  if (!name) return false;
  // These are not resolved by DNS, so DNS rebinding cannot use them.
  if (name.startsWith('[') || isIPv4(name)) return true;
  return name === 'localhost' || name.endsWith('.localhost') || hosts.has(name);
}

/**
 * The scheme is compared only if a proxy reports that the client used TLS: then a page that was loaded without TLS has another
 * origin. If it reports nothing, another proxy before it may have terminated TLS.
 */
function isSameOrigin(origin: string, { host, isSecure }: Target): boolean {
  const [, scheme, name] = /^(https?):\/\/([^/]+)$/.exec(origin) ?? [];
  if (!scheme || (isSecure && scheme !== 'https') || !plainHost.test(host)) return false;
  return name === host || name === URL.parse(`${scheme}://${host}`)?.host;
}

/** GET requests of other sites for images, scripts, frames and forms have no Origin header. Links to the API are allowed. */
function isCrossSiteLoad({ method, headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== 'cross-site' && site !== 'same-site') return false;
  const dest = headers['sec-fetch-dest'] ?? 'document';
  return method !== 'GET' || headers['sec-fetch-mode'] !== 'navigate' || dest !== 'document';
}
