import { StartupError } from '../../errors.ts';
import type { Logger } from '../../platform/logger.ts';
import type { RedisConfig } from '../../config/redis.ts';
import { listMasters } from './cluster.ts';
import { createRedisInspection } from './inspection.ts';

/** The oldest Redis that the project runs on; Valkey says of itself that it is 7.2.4. */
const oldestMajor = 7;

/** What INFO tells, by name. */
export type RedisFacts = ReadonlyMap<string, string>;

export interface RedisProblem {
  /** Goes on after what the server is called. */
  seen: string;
  advice: string;
}

export function parseInfo(info: string): RedisFacts {
  const lines = info.split('\r\n').map((line) => /^(\w+):(.*)$/.exec(line));
  return new Map(lines.flatMap((line) => (line ? [[line[1]!, line[2]!] as const] : [])));
}

/** Why a server can never do. */
export function findUnfitness(
  facts: RedisFacts,
  { isCluster }: Pick<RedisConfig, 'isCluster'>,
): RedisProblem | undefined {
  if (Number.parseInt(facts.get('redis_version') ?? '', 10) < oldestMajor) {
    return { seen: 'it is too old', advice: 'Install Redis 7, Valkey 7.2, or newer.' };
  }
  if (facts.get('redis_mode') === 'cluster' && !isCluster) {
    return { seen: 'it is a Cluster', advice: 'Set REDIS_CLUSTER=true.' };
  }
  if (facts.get('redis_mode') === 'sentinel') {
    const advice = 'Let REDIS_URL begin with redis+sentinel://, and end with its master’s name.';
    return { seen: 'it is a Sentinel', advice };
  }
  return undefined;
}

/** Why a server that does not let us in never will. */
export function findMismatch(error: unknown): RedisProblem | undefined {
  if (!(error instanceof Error && /cluster support disabled/.test(error.message))) return undefined;
  return { seen: 'it is no Cluster', advice: 'Leave REDIS_CLUSTER out.' };
}

/** Why a server cannot do now. */
export function findReplication(facts: RedisFacts): RedisProblem | undefined {
  if (facts.get('role') !== 'slave') return undefined;
  const seen = 'it is a replica, which cannot be written';
  return { seen, advice: 'Set REDIS_URL to its primary.' };
}

/** Why a server may lose what a queue rests on. */
export function findEviction(facts: RedisFacts): RedisProblem | undefined {
  const policy = facts.get('maxmemory_policy');
  if (policy === 'noeviction') return undefined;
  const advice =
    'Run `redis-cli config set maxmemory-policy noeviction`, and write the same into redis.conf.';
  return { seen: 'when it is full, it drops queues', advice };
}

/**
 * Connects to see whether a queue may rest on this Redis. Throws what keeps it from being reached, and that it is a replica,
 * which may pass; StartupError where waiting does not help. What only may lose something is logged.
 */
export async function checkRedisSettings(config: RedisConfig, logger: Logger): Promise<void> {
  using redis = createRedisInspection(config);
  await redis.connect().catch((error: unknown) => {
    const mismatch = findMismatch(error);
    throw mismatch ? new StartupError(`Redis: ${mismatch.seen}. ${mismatch.advice}`) : error;
  });
  for (const server of listMasters(redis.client)) {
    const facts = parseInfo(await server.info());
    const unfitness = findUnfitness(facts, config);
    if (unfitness) throw new StartupError(`Redis: ${unfitness.seen}. ${unfitness.advice}`);
    const replication = findReplication(facts);
    if (replication) throw new Error(`${replication.seen}. ${replication.advice}`);
    const eviction = findEviction(facts);
    if (eviction)
      logger.warn({ ...eviction, policy: facts.get('maxmemory_policy') }, 'redis settings');
  }
}
