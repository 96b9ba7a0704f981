import { isLoopbackHost, splitAddress } from './address.ts';

export interface HostAndPort {
  host: string;
  port: number;
}

/** What a REDIS_URL says that holds. */
export interface RedisUrl {
  isTls: boolean;
  /** The server, nodes of a Cluster, or Sentinels. */
  hosts: readonly HostAndPort[];
  /** What the Sentinels call their master; null: the hosts are no Sentinels. */
  masterName: string | null;
  /** Of the servers; Sentinels have their own. */
  username: string | undefined;
  password: string | undefined;
  database: number;
}

const redisPort = 6379;
const sentinelPort = 26_379;

/** Reads `redis[s]://[user:password@]host:port[,host:port…][/db]`, or the same of Sentinels, with their master's name before the number. */
export function parseRedisUrl(text: string): RedisUrl {
  const { scheme, credentials, hosts, rest } = splitAddress(text);
  const isSentinel = scheme.endsWith('+sentinel');
  const [path = ''] = rest.split('?', 1);
  const names = path.split('/').slice(1);
  const masterName = isSentinel ? (names.shift() ?? '') : null;
  const [username = '', ...password] = credentials.split(':');
  const port = isSentinel ? sentinelPort : redisPort;
  return {
    isTls: scheme.startsWith('rediss'),
    hosts: hosts.split(',').map((host) => toHostAndPort(host, port)),
    masterName,
    username: decodeURIComponent(username) || undefined,
    password: decodeURIComponent(password.join(':')) || undefined,
    database: Number(names[0] ?? ''),
  };
}

/** Whether all its hosts are this machine alone. */
export function isLoopbackRedis({ hosts }: Pick<RedisUrl, 'hosts'>): boolean {
  return hosts.every(({ host }) => isLoopbackHost(host));
}

/** Reads `host:port`, also of IPv6 in brackets. */
export function toHostAndPort(text: string, port: number): HostAndPort {
  const url = new URL(`redis://${text}`);
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port) || port };
}
