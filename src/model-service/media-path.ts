import { isIP } from 'node:net';
import { resolve, sep } from 'node:path';
import ipaddr from 'ipaddr.js';

/** Which paths of videos the model service may be given. */
export interface MediaPolicy {
  /** Why not, in words for the client that gave it; undefined if it may. */
  check: (path: string) => string | undefined;
}

export interface MediaPolicyOptions {
  /** Of absolute paths, only those below this folder are given. */
  root: string;
  /** Exact `host`, on the port of its scheme, or `host:port`; null: every public host. */
  allowedHosts: readonly string[] | null;
}

const notBelow = 'Must be a path below the media folder, or an http(s) URL.';
/** Encoded more often than this is not by mistake. */
const maxDecodings = 4;

/**
 * A path is an order to the model service to read a file or to fetch a URL, so it may only name media. A name that DNS
 * resolves to a private address is not found out: it may be another one by the time of the call. That the model service
 * reaches no private network is up to its operator's egress rules.
 */
export function createMediaPolicy({ root: folder, allowedHosts }: MediaPolicyOptions): MediaPolicy {
  const root = resolve(folder);
  return {
    check: (path) => {
      if (/\p{Cc}/u.test(path)) return 'Must not contain control characters.';
      if (/^https?:/i.test(path)) return checkUrl(path, allowedHosts);
      return isSafePath(path, root) ? undefined : notBelow;
    },
  };
}

function isSafePath(path: string, root: string): boolean {
  const decoded = decode(path);
  if (decoded === undefined) return false;
  const isSuspicious = [path, decoded].some(
    (text) => /[\\\p{Cc}]|^~|^\s|^[a-z][a-z\d+.-]*:/iu.test(text) || hasOddSegment(text),
  );
  if (isSuspicious) return false;
  const isAbsolute = [path, decoded].some((text) => text.startsWith('/'));
  return !isAbsolute || resolve(path).startsWith(root === sep ? sep : `${root}${sep}`);
}

/** Climbs, stays, or is nothing at all: `a//b` means `/b` to some. */
function hasOddSegment(path: string): boolean {
  const segments = path.replace(/^\//, '').split('/');
  return segments.some((segment) => ['', '.', '..'].includes(segment.trim()));
}

/** As whoever decodes it once too often would read it. */
function decode(path: string): string | undefined {
  let text = path;
  for (let round = 0; round < maxDecodings; round += 1) {
    const next = text.replaceAll(/%([0-7][\da-f])/gi, (_all, hex: string) =>
      String.fromCodePoint(Number.parseInt(hex, 16)),
    );
    if (next === text) return text;
    text = next;
  }
  return undefined;
}

function checkUrl(text: string, allowedHosts: readonly string[] | null): string | undefined {
  if (!/^https?:\/\/[^/\\]/i.test(text) || /[\s\\]/.test(text) || !URL.canParse(text)) {
    return 'Must be a URL that holds no spaces and no backslashes.';
  }
  const { username, password, protocol, hostname, port } = new URL(text);
  const host = hostname.replace(/\.$/, '');
  if (username !== '' || password !== '') return 'Must not contain a user or a password.';
  if (allowedHosts !== null) {
    const defaultPort = protocol === 'https:' ? '443' : '80';
    const names = [...(port === '' ? [host] : []), `${host}:${port || defaultPort}`];
    return names.some((name) => allowedHosts.includes(name))
      ? undefined
      : 'Must be at a host that videos may be at.';
  }
  return isPublic(host) ? undefined : 'Must be at a public host.';
}

/** By its looks alone; URL has made one form of decimal, octal and hexadecimal addresses. */
function isPublic(hostname: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) !== 0) return isGlobalUnicast(address);
  const labels = hostname.split('.');
  const isWhole = labels.length > 1 && labels.every((label) => label !== '');
  return isWhole && !['localhost', 'local', 'internal'].includes(labels.at(-1)!);
}

/** Forms of IPv6 that hold an IPv4 address have ranges of their own; of IPv6, only 2000::/3 is given out. */
function isGlobalUnicast(text: string): boolean {
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || /^[23]/.test(address.toNormalizedString());
}
