import { isIPv4 } from 'node:net';
import type { IncomingMessage } from 'node:http';
import type { FrontConfig } from '../../config/front.ts';
import type { Trust } from './client-address.ts';

/** Which browser pages may talk to us. */
export interface Origins {
  /** Why a request is not served; undefined when it is. */
  findRefusal: (request: IncomingMessage) => string | undefined;
  /** The origin of a request when it is one of the list. */
  findListed: (request: IncomingMessage) => string | undefined;
}

const wrongHost =
  'The API is not served under this host name. Add it to ALLOWED_HOSTS to allow it.';
const wrongOrigin = 'Pages of this origin may not use the API. Add it to CORS_ORIGINS to allow it.';
const wrongSite = 'Other sites may link to the API, but not load from it.';

/**
 * By what browsers say of their pages, on every path and for WebSockets. Asking for a header instead, as Yoga's CSRF plugin
 * does, would shut out EventSource, which can send none. Who is no browser can say what it likes, and gains nothing by it.
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
      if (hosts && !isNameless(request) && !isServed(readTarget(request, trust).host, hosts)) {
        return wrongHost;
      }
      const { origin } = headers;
      if (origin === undefined) return isForeignLoad(request) ? wrongSite : undefined;
      return listed.has(origin) || isOwn(origin, readTarget(request, trust))
        ? undefined
        : wrongOrigin;
    },
    findListed: ({ headers: { origin } }) =>
      origin !== undefined && listed.has(origin) ? origin : undefined,
  };
}

/** What the client has called us by, as far as that is known. */
interface Target {
  host: string;
  isSecure: boolean;
}

function readTarget({ headers, socket }: IncomingMessage, trust: Trust): Target {
  const host = headers.host ?? '';
  if (!trust(socket.remoteAddress ?? '')) return { host, isSecure: false };
  const told = headers['x-forwarded-host'];
  return {
    host: typeof told === 'string' && told !== '' ? told : host,
    isSecure: headers['x-forwarded-proto'] === 'https',
  };
}

/** Browsers name the host of each request, whatever page it comes from: this is none. */
function isNameless({ headers }: IncomingMessage): boolean {
  return headers.host === undefined && headers['x-forwarded-host'] === undefined;
}

/** A name and maybe a port, or an IPv6 address in brackets: nothing that a URL would take for more than a host. */
const plainHost = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

function isServed(host: string, hosts: ReadonlySet<string>): boolean {
  const name = plainHost.test(host) ? URL.parse(`http://${host}`)?.hostname : undefined;
  if (!name) return false;
  // No name server is asked for these.
  if (name.startsWith('[') || isIPv4(name)) return true;
  return name === 'localhost' || name.endsWith('.localhost') || hosts.has(name);
}

/**
 * The scheme counts where a proxy says that the client used TLS: then a page that came without is somebody else's. Where it
 * says nothing, another one before it may have ended TLS.
 */
function isOwn(origin: string, { host, isSecure }: Target): boolean {
  const [, scheme, name] = /^(https?):\/\/([^/]+)$/.exec(origin) ?? [];
  if (!scheme || (isSecure && scheme !== 'https') || !plainHost.test(host)) return false;
  return name === host || name === URL.parse(`${scheme}://${host}`)?.host;
}

/** Images, scripts, frames and forms of other sites carry no origin when they GET. A link that a person follows may. */
function isForeignLoad({ method, headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== 'cross-site' && site !== 'same-site') return false;
  const dest = headers['sec-fetch-dest'] ?? 'document';
  return method !== 'GET' || headers['sec-fetch-mode'] !== 'navigate' || dest !== 'document';
}
