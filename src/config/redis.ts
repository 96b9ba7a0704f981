import { z } from 'zod';
import { address } from './environment/address.ts';
import type { Problems } from './environment/problems.ts';
import { parseRedisUrl, toHostAndPort } from './environment/redis-url.ts';
import type { HostAndPort, RedisUrl } from './environment/redis-url.ts';
import { certificates, flag, variable } from './environment/variable.ts';
import type { Values } from './environment/variable.ts';

const hostAndPort = String.raw`(?:[\w.-]+|\[[\da-fA-F:.]+\]):\d{1,5}`;
const translation = new RegExp(`^(${hostAndPort})=(${hostAndPort})$`);

/** Redis, as one server, behind Sentinels, or as a Cluster. */
export const redisVariables = {
  redisUrl: variable<string | null>({
    name: 'REDIS_URL',
    schema: address('redis'),
    isAddress: true,
    fallback: null,
    help: 'Redis 7 or Valkey, as `redis://` or `rediss://`; behind Sentinels, as `redis+sentinel://host,host/master`. With `DATABASE_URL`: the external stack.',
    isSecret: true,
  }),
  redisCluster: variable({
    name: 'REDIS_CLUSTER',
    schema: flag,
    fallback: false,
    help: 'Whether `REDIS_URL` leads to a Redis Cluster: to one of its nodes, or to several, as `redis://a:6379,b:6379`.',
  }),
  redisSentinelPassword: variable<string | null>({
    name: 'REDIS_SENTINEL_PASSWORD',
    schema: z.string(),
    fallback: null,
    help: 'The password of the Sentinels themselves; that of the servers is in `REDIS_URL`.',
    isSecret: true,
  }),
  redisNatMap: variable<NatMap | null>({
    name: 'REDIS_NAT_MAP',
    schema: z.string().transform((text, context) => parseNatMap(text, context)),
    fallback: null,
    defaultText: 'none',
    help: 'Where servers are reached that Sentinels or a Cluster name otherwise: `named=reached`, as `10.0.0.1:6379=redis-1.example:6379,10.0.0.2:6379=redis-2.example:6379`.',
  }),
  redisPrefix: variable({
    name: 'REDIS_PREFIX',
    schema: z
      .string()
      .regex(
        /^([\w-]+|\{[\w-]+\})$/,
        'it may have letters, digits, _ and - only, in braces or without',
      ),
    fallback: 'fovea',
    defaultText: '`fovea`; with `REDIS_CLUSTER`: `{fovea}`',
    help: 'Begins every Redis key and channel, so that several installations can share a Redis. In a Cluster it is in braces, given or not, so that all keys are in one slot.',
  }),
  redisCa: certificates('REDIS_CA', 'Redis, and its Sentinels, at `rediss://`'),
};

/** Where to go instead, by the `host:port` that is named. */
export type NatMap = Readonly<Record<string, HostAndPort>>;

export interface RedisConfig {
  url: string;
  /** What the URL says. */
  location: RedisUrl;
  isCluster: boolean;
  sentinelPassword: string | null;
  natMap: NatMap | null;
  /** Of every key and channel; in a Cluster, a hash tag. */
  prefix: string;
  /** Certificates in PEM; null: those that Node.js trusts. */
  ca: string | null;
}

type RedisValues = Values<typeof redisVariables>;

export function readRedis(values: RedisValues & { redisUrl: string }): RedisConfig {
  const { redisUrl: url, redisCluster: isCluster, redisPrefix } = values;
  const isTagged = redisPrefix.startsWith('{');
  return {
    url,
    location: parseRedisUrl(url),
    isCluster,
    sentinelPassword: values.redisSentinelPassword,
    natMap: values.redisNatMap,
    prefix: isCluster && !isTagged ? `{${redisPrefix}}` : redisPrefix,
    ca: values.redisCa,
  };
}

/** What of Redis contradicts itself. */
export function refuseRedis(values: RedisValues, problems: Problems): void {
  const url = values.redisUrl === null ? null : parseRedisUrl(values.redisUrl);
  for (const problem of listContradictions(values, url)) problems.add(problem, 'REDIS_URL');
}

function listContradictions(values: RedisValues, url: RedisUrl | null): string[] {
  const { redisCluster, redisSentinelPassword, redisNatMap, redisCa } = values;
  const isSentinel = url !== null && url.masterName !== null;
  const found: [boolean, string][] = [
    [
      redisCa !== null && !url?.isTls,
      'REDIS_CA is set, and REDIS_URL does not begin with rediss://.',
    ],
    [
      url !== null && url.hosts.length > 1 && !isSentinel && !redisCluster,
      'REDIS_URL names several hosts: set REDIS_CLUSTER=true if they are a Cluster, or let it begin with redis+sentinel:// if they are Sentinels.',
    ],
    [
      redisCluster && isSentinel,
      'REDIS_CLUSTER is set, and REDIS_URL names Sentinels: a Cluster has none, leave one out.',
    ],
    [redisCluster && url === null, 'REDIS_CLUSTER is set without REDIS_URL.'],
    [
      redisCluster && url !== null && url.database !== 0,
      'REDIS_URL has the number of a database, and a Cluster has 0 alone: leave it out.',
    ],
    [
      redisSentinelPassword !== null && !isSentinel,
      'REDIS_SENTINEL_PASSWORD is set, and REDIS_URL does not begin with redis+sentinel://.',
    ],
    [
      redisNatMap !== null && !isSentinel && !redisCluster,
      'REDIS_NAT_MAP is set, and nobody names servers: REDIS_URL has neither Sentinels nor a Cluster.',
    ],
  ];
  return found.flatMap(([isSo, problem]) => (isSo ? [problem] : []));
}

function parseNatMap(text: string, context: z.RefinementCtx): NatMap {
  const pairs = text.split(',').map((part) => translation.exec(part.trim()));
  if (pairs.includes(null)) {
    context.addIssue('it must be pairs of host:port, as 10.0.0.1:6379=redis-1.example:6379');
    return z.NEVER;
  }
  return Object.fromEntries(pairs.map((pair) => [pair![1]!, toHostAndPort(pair![2]!, 0)]));
}
