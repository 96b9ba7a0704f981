import { isLoopback, isLoopbackHost } from './environment/address.ts';
import { isLoopbackRedis } from './environment/redis-url.ts';
import type { RedisConfig } from './redis.ts';
import type { ModelServiceConfig } from './model-service.ts';
import { isVerified } from './stack.ts';
import type { StackConfig } from './stack.ts';

/** What others in the network could do, because of how something outside this process is reached. */
export interface Exposure {
  seen: string;
  advice: string;
}

interface Reached extends Pick<ModelServiceConfig, 'modelServiceUrl' | 'modelService'> {
  stack: StackConfig;
}

/** Everything that is said at start; what stays in this machine exposes nothing. */
export function listExposures(config: Reached): Exposure[] {
  const { stack } = config;
  const openRedis = stack.kind === 'external' ? findOpenRedis(stack.redis) : undefined;
  return [...(openRedis ? [openRedis] : []), ...listUnencrypted(config)];
}

/** A Redis without a password that is not on loopback. */
export function findOpenRedis({
  location: url,
}: Pick<RedisConfig, 'location'>): Exposure | undefined {
  if (url.password !== undefined || isLoopbackRedis(url)) return undefined;
  return {
    seen: 'whoever reaches it may read and delete every queue: it asks for no password',
    advice: 'Set requirepass (or an ACL user) in redis.conf, and the password in REDIS_URL.',
  };
}

/** Connections that others in the network could read, or answer in the place of the one that was meant. */
export function listUnencrypted({ stack, modelServiceUrl, modelService }: Reached): Exposure[] {
  const found = stack.kind === 'external' ? listOfExternal(stack) : [];
  const tokenIsSeen =
    modelService.token !== null &&
    modelServiceUrl?.startsWith('http:') &&
    !isLoopback(modelServiceUrl);
  if (tokenIsSeen) {
    found.push({
      seen: 'MODEL_SERVICE_TOKEN leaves this machine unencrypted',
      advice: 'Let MODEL_SERVICE_URL begin with https://.',
    });
  }
  return found;
}

function listOfExternal({
  redis,
  databaseUrl,
}: Extract<StackConfig, { kind: 'external' }>): Exposure[] {
  const found: Exposure[] = [];
  if (!redis.location.isTls && !isLoopbackRedis(redis.location)) {
    found.push({
      seen: 'the connection to Redis leaves this machine unencrypted',
      advice: 'Let REDIS_URL begin with rediss://, where others may listen in (REDIS_CA_FILE).',
    });
  }
  if (!isVerified(databaseUrl) && !isLocalDatabase(databaseUrl)) {
    found.push({
      seen: 'the connection to PostgreSQL leaves this machine unencrypted, or without proof of who answers',
      advice:
        'Add ?sslmode=verify-full to DATABASE_URL, where others may listen in (DATABASE_CA_FILE).',
    });
  }
  return found;
}

/** Reached over a Unix socket, it has a folder in the place of a host. */
function isLocalDatabase(databaseUrl: string): boolean {
  const { hostname, searchParams } = new URL(databaseUrl);
  const host = searchParams.get('host') ?? decodeURIComponent(hostname);
  return host === '' || host.startsWith('/') || isLoopbackHost(host);
}
