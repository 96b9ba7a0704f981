import { lookup as lookUpBySystem } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { withTimeout } from '../platform/timeout.ts';

/** Resolves a host name; rejects if it has no address. */
export type Lookup = (hostname: string) => Promise<readonly { address: string }[]>;

export interface UrlCheckOptions {
  /** Exact `host`, at the port of its scheme, or `host:port`; null: every public host, at ports 80 and 443. */
  allowedHosts: readonly string[] | null;
  /** By default that of the system. */
  lookup?: Lookup | undefined;
}

const lookupTimeoutMs = 2_000;
const publicPorts = ['', '80', '443'];

/** Whether a path is a URL; a file may be called "HTTP: a history.mp4". */
export function isUrl(path: string): boolean {
  return /^https?:(?! )/i.test(path);
}

/** The URL with its normalized origin, as others might read unusual forms differently. */
export function withCheckedOrigin(url: string): string {
  return url.replace(/^https?:\/\/[^/?#]+/i, () => new URL(url).origin);
}

/**
 * Checks why a URL is refused. A host that cannot be resolved is allowed: the model service may be able to resolve it, and
 * an attacker who controls its DNS could show us another address anyway.
 */
export function createUrlCheck({
  allowedHosts,
  lookup = lookUpAll,
}: UrlCheckOptions): (url: string) => Promise<string | undefined> {
  const findAddresses = createResolver(lookup);
  return async (text) => {
    if (!/^https?:\/\/[^/\\]/i.test(text) || /[\s\\]/.test(text) || !URL.canParse(text)) {
      return 'Must be a URL that holds no spaces and no backslashes.';
    }
    const url = new URL(text);
    if (url.username !== '' || url.password !== '') return 'Must not contain a user or a password.';
    if (allowedHosts !== null) {
      return isListed(url, allowedHosts) ? undefined : 'Must be at an allowed host.';
    }
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const isAddress = isIP(host) !== 0;
    if (isAddress ? !isGlobalUnicast(host) : !isPublicName(host))
      return 'Must be at a public host.';
    if (!publicPorts.includes(url.port)) {
      return 'Must be at port 80 or 443, unless the operator allows its host and port.';
    }
    const addresses = isAddress ? [] : await findAddresses(host);
    return addresses.every(isPublicAddress)
      ? undefined
      : 'Must be at a public host; this one has an address that is not.';
  };
}

function isListed({ hostname, protocol, port }: URL, allowedHosts: readonly string[]): boolean {
  const host = hostname.replace(/\.$/, '');
  const defaultPort = protocol === 'https:' ? '443' : '80';
  const names = [...(port === '' ? [host] : []), `${host}:${port || defaultPort}`];
  return names.some((name) => allowedHosts.includes(name));
}

/** Judges a name without resolving it. */
function isPublicName(hostname: string): boolean {
  const labels = hostname.replace(/\.$/, '').split('.');
  const isWhole = labels.length > 1 && labels.every((label) => label !== '');
  return isWhole && !['localhost', 'local', 'internal'].includes(labels.at(-1)!);
}

/** IPv6 forms that embed an IPv4 address have ranges of their own; only 2000::/3 is allocated. */
function isGlobalUnicast(text: string): boolean {
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || /^[23]/.test(address.toNormalizedString());
}

/** IPv6-only networks reach IPv4 by addresses that their DNS synthesizes (RFC 6052). */
function isPublicAddress(text: string): boolean {
  const address = ipaddr.parse(text);
  if (address.range() !== 'rfc6052') return isGlobalUnicast(text);
  return isGlobalUnicast(new ipaddr.IPv4(address.toByteArray().slice(-4)).toString());
}

/** Includes /etc/hosts and search domains, as the model service does. */
function lookUpAll(hostname: string): Promise<{ address: string }[]> {
  return lookUpBySystem(hostname, { all: true });
}

/** Resolves names one at a time; returns no addresses if there are none in time. */
function createResolver(lookup: Lookup): (hostname: string) => Promise<string[]> {
  // A lookup blocks a thread until it gives up, and the process has two for lookups: one is left for our own servers.
  let last: Promise<unknown> = Promise.resolve();
  return async (hostname) => {
    let isLate = false;
    const found = last.then(async () => (isLate ? [] : lookup(hostname)));
    last = found.catch(() => undefined);
    try {
      const addresses = await withTimeout(found, lookupTimeoutMs);
      return addresses.map(({ address }) => address);
    } catch {
      // Too late, unknown, or no DNS server: `createUrlCheck` says why it is allowed.
      return [];
    } finally {
      isLate = true;
    }
  };
}
