import { lookup as lookUpBySystem } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { withTimeout } from '../platform/timeout.ts';

/** The addresses that a name has; rejects if it has none. */
export type Lookup = (hostname: string) => Promise<readonly { address: string }[]>;

export interface UrlCheckOptions {
  /** Exact `host`, on the port of its scheme, or `host:port`; null: every public host, on the ports of the web. */
  allowedHosts: readonly string[] | null;
  /** As the system does it, unless given. */
  lookup?: Lookup | undefined;
}

/** What does not answer within this is not known. */
const lookupTimeoutMs = 2_000;
const publicPorts = ['', '80', '443'];

/** Of a file called "HTTP: a history.mp4" it is none. */
export function isUrl(path: string): boolean {
  return /^https?:(?! )/i.test(path);
}

/** With scheme and host as they were checked, as others might read odd forms of them in another way. */
export function withCheckedOrigin(url: string): string {
  return url.replace(/^https?:\/\/[^/?#]+/i, () => new URL(url).origin);
}

/**
 * Says why the model service may not be sent to a URL. A host whose addresses cannot be known passes: the model service
 * may be where they are, and whoever makes a name unreadable for us could as well show us another address than it.
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
      return isListed(url, allowedHosts) ? undefined : 'Must be at a host that videos may be at.';
    }
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const isAddress = isIP(host) !== 0;
    if (isAddress ? !isGlobalUnicast(host) : !isPublicName(host))
      return 'Must be at a public host.';
    if (!publicPorts.includes(url.port)) {
      return 'Must be at port 80 or 443, unless the operator allows its host and port.';
    }
    const addresses = isAddress ? [] : await findAddresses(host);
    return addresses.every(isReachedInPublic)
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

/** By its looks alone. */
function isPublicName(hostname: string): boolean {
  const labels = hostname.replace(/\.$/, '').split('.');
  const isWhole = labels.length > 1 && labels.every((label) => label !== '');
  return isWhole && !['localhost', 'local', 'internal'].includes(labels.at(-1)!);
}

/** Forms of IPv6 that hold an IPv4 address have ranges of their own; of IPv6, only 2000::/3 is given out. */
function isGlobalUnicast(text: string): boolean {
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || /^[23]/.test(address.toNormalizedString());
}

/** Networks of IPv6 alone reach IPv4 by addresses that their DNS makes of it (RFC 6052). */
function isReachedInPublic(text: string): boolean {
  const address = ipaddr.parse(text);
  if (address.range() !== 'rfc6052') return isGlobalUnicast(text);
  return isGlobalUnicast(new ipaddr.IPv4(address.toByteArray().slice(-4)).toString());
}

/** With the names of /etc/hosts and of search domains, as the model service would. */
function lookUpAll(hostname: string): Promise<{ address: string }[]> {
  return lookUpBySystem(hostname, { all: true });
}

/** Finds the addresses of names one by one; none, if there are none in time. */
function createResolver(lookup: Lookup): (hostname: string) => Promise<string[]> {
  // The system's resolver holds a thread until it gives up, and the process has two for this: one is for our own peers.
  let last: Promise<unknown> = Promise.resolve();
  return async (hostname) => {
    let isLate = false;
    const found = last.then(async () => (isLate ? [] : lookup(hostname)));
    last = found.catch(() => undefined);
    try {
      const addresses = await withTimeout(found, lookupTimeoutMs);
      return addresses.map(({ address }) => address);
    } catch {
      // Too late, no such name, or nobody to ask: `createUrlCheck` says why it passes.
      return [];
    } finally {
      isLate = true;
    }
  };
}
