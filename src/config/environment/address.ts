import { z } from 'zod';

const web = {
  schemes: ['http', 'https'],
  example: 'http://host:8000',
  aliases: {},
  one: 'name a load balancer in front of them',
};

const kinds = {
  redis: {
    schemes: ['redis', 'rediss', 'redis+sentinel', 'rediss+sentinel'],
    example: 'redis://:password@host:6379',
    /** Schemes that others have for the same. */
    aliases: {
      'redis+tls': 'rediss',
      'redis+ssl': 'rediss',
      valkey: 'redis',
      valkeys: 'rediss',
      'redis-sentinel': 'redis+sentinel',
      'rediss-sentinel': 'rediss+sentinel',
      sentinel: 'redis+sentinel',
    },
    one: null,
  },
  postgres: {
    schemes: ['postgres', 'postgresql'],
    example: 'postgres://user:password@host:5432/database',
    aliases: {
      'jdbc:postgresql': 'postgres',
      pgsql: 'postgres',
      'postgresql+asyncpg': 'postgres',
      'postgresql+psycopg': 'postgres',
      'postgresql+psycopg2': 'postgres',
    },
    one: 'name the primary, or a proxy that follows it, such as HAProxy or PgBouncer',
  },
  http: web,
  /** Paths are added to it. */
  base: web,
} as const;

interface Kind {
  schemes: readonly string[];
  example: string;
  aliases: Readonly<Record<string, string>>;
  /** What to do about several servers; null: there may be several. */
  one: string | null;
}

/** Characters that must be escaped in the user or password of a URL. */
const reserved = /[#/?\\\s]|%(?![\da-f]{2})/gi;
const reservedOrPercent = /[#/?\\\s%]/g;
const hostAndPort = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** The URL of a server; the message of an invalid one says how to write it. */
export function address(kind: keyof typeof kinds): z.ZodType<string, string> {
  return z.string().superRefine((text, context) => {
    const fault = findFault(text, kind, kinds[kind]);
    if (fault !== undefined) context.addIssue(fault);
  });
}

/** Scheme and hosts of a text that may be an invalid address; undefined: nothing of it may be shown. */
export function showAddressOnly(text: string): string | undefined {
  const { scheme, credentials, hosts, rest } = splitAddress(text);
  const isHosts = hosts.split(',').every((host) => hostAndPort.test(host));
  // Without scheme and port it may be anything, even a password.
  const isAddress = scheme !== '' || credentials !== '' || /[:,]/.test(hosts);
  // The last @ may be in a parameter instead of after the user.
  if (!isHosts || !isAddress || /\?\w+=/.test(credentials)) return undefined;
  const user = credentials === '' ? '' : '…@';
  return `${scheme === '' ? '' : `${scheme}://`}${user}${hosts}${rest === '' ? '' : '…'}`;
}

/** As its writer meant it: a user or password ends at the last @, whatever is in it. */
export function splitAddress(text: string) {
  const [, scheme = '', body = ''] = /^(?:([a-z][\w+.:-]*?):\/\/)?(.*)$/is.exec(text)!;
  const end = body.lastIndexOf('@');
  const [, hosts = '', rest = ''] = /^([^/?#]*)(.*)$/s.exec(body.slice(end + 1))!;
  return {
    scheme: scheme.toLowerCase(),
    credentials: body.slice(0, Math.max(end, 0)),
    hosts,
    rest,
  };
}

function findFault(text: string, name: keyof typeof kinds, kind: Kind): string | undefined {
  const { scheme, credentials, hosts, rest } = splitAddress(text);
  const { example, one } = kind;
  if (one !== null && (hosts.includes(',') || /sentinel|cluster/.test(scheme))) {
    return `it must lead to one server: ${one}, as ${example}`;
  }
  if (!kind.schemes.includes(scheme)) return adviseOnScheme(scheme, showAddressOnly(text), kind);
  for (const host of hosts.split(',')) {
    const url = URL.parse(
      `${scheme}://${credentials === '' ? '' : `${credentials}@`}${host}${rest}`,
    );
    if (url === null || url.hash !== '' || !isDecodable(credentials)) {
      return adviseOnForm(credentials, host, rest, kind);
    }
    if (!isDecodable(host + url.pathname + url.search)) {
      return 'a % in it begins no escaped character: write % itself as %25';
    }
    if (url.host === '' && name !== 'postgres') return `it names no host: write it as ${example}`;
    const isServer = !hosts.includes(',') && !scheme.endsWith('+sentinel');
    if ((name === 'base' || !isServer) && url.search !== '') return 'it must end before the ?';
    const fault = name === 'redis' ? findPathFault(scheme, url.pathname) : undefined;
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function findPathFault(scheme: string, path: string): string | undefined {
  if (!scheme.endsWith('+sentinel')) {
    if (/^\/?\d*$/.test(path)) return undefined;
    return 'after the host there may only be the number of a database, as in redis://host:6379/0';
  }
  if (/^\/[\w.-]+(\/\d*)?$/.test(path)) return undefined;
  return 'after the Sentinels there must be the name of their master, as in redis+sentinel://a:26379,b:26379/mymaster';
}

function adviseOnScheme(scheme: string, shown: string | undefined, kind: Kind): string {
  const { schemes, aliases, example } = kind;
  const allowed = schemes
    .slice(0, 2)
    .map((it) => `${it}://`)
    .join(' or ');
  if (Object.hasOwn(aliases, scheme)) {
    return `write ${aliases[scheme]}:// in the place of ${scheme}://`;
  }
  if (scheme !== '') return `it must begin with ${allowed}, as ${example}`;
  const isWhole = shown !== undefined && !shown.includes('…');
  const form = isWhole ? `${schemes[0]}://${shown}` : example;
  return `it has no scheme: it must begin with ${allowed}, as ${form}`;
}

function adviseOnForm(credentials: string, hosts: string, rest: string, kind: Kind): string {
  const escapes = new Set(
    credentials.match(isDecodable(credentials) ? reserved : reservedOrPercent),
  );
  if (escapes.size > 0) {
    const pairs = [...escapes].map((it) => `${JSON.stringify(it)} as ${encodeURIComponent(it)}`);
    return `its user or password must be percent-encoded: write ${pairs.join(', ')}`;
  }
  if (rest.includes('#')) return `it must not have a #; as part of a password, that is written %23`;
  const port = /:([^:\]]*)$/.exec(hosts)?.[1];
  if (port !== undefined && !(/^\d+$/.test(port) && Number(port) <= 65_535)) {
    return 'what stands after the host and its colon must be a port, from 1 to 65535';
  }
  return `it names no host: write it as ${kind.example}`;
}

/** Whether each % begins an escape, and the bytes that are escaped are UTF-8. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether a URL leads to this machine. */
export function isLoopback(url: string): boolean {
  return isLoopbackHost(new URL(url).hostname);
}

export function isLoopbackHost(host: string): boolean {
  return /^(localhost|\[?::1\]?|127(\.\d+){3})$/.test(host);
}
