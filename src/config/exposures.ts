import { isLoopback, isLoopbackHost } from './environment/address.ts';
import type { ModelServiceConfig } from './model-service.ts';
import { isVerified } from './stack.ts';
import type { StackConfig } from './stack.ts';

/** A connection that others in the network could read or misuse. */
export interface Exposure {
  seen: string;
  advice: string;
}

interface ConnectionConfig extends Pick<ModelServiceConfig, 'modelServiceUrl' | 'modelService'> {
  stack: StackConfig;
}

/** All exposures, for the warnings at start. Connections over loopback have none. */
export function listExposures(config: ConnectionConfig): Exposure[] {
  const { stack } = config;
  const openRedis = stack.kind === 'external' ? findOpenRedis(stack.redisUrl) : undefined;
  return [...(openRedis ? [openRedis] : []), ...listUnencrypted(config)];
}

/** A Redis without a password that is not on loopback. */
export function findOpenRedis(redisUrl: string): Exposure | undefined {
  if (new URL(redisUrl).password !== '' || isLoopback(redisUrl)) return undefined;
  return {
    seen: 'it requires no password: whoever reaches it can read and delete every queue',
    advice: 'Set requirepass (or an ACL user) in redis.conf, and the password in REDIS_URL.',
  };
}

/** Connections that others in the network could read, or answer as an impostor. */
export function listUnencrypted({
  stack,
  modelServiceUrl,
  modelService,
}: ConnectionConfig): Exposure[] {
  const found = stack.kind === 'external' ? listUnencryptedServices(stack) : [];
  const exposesToken =
    modelService.token !== null &&
    modelServiceUrl?.startsWith('http:') &&
    !isLoopback(modelServiceUrl);
  if (exposesToken) {
    found.push({
      seen: 'MODEL_SERVICE_TOKEN leaves this machine unencrypted',
      advice: 'Use https:// in MODEL_SERVICE_URL.',
    });
  }
  return found;
}

function listUnencryptedServices({
  redisUrl,
  databaseUrl,
}: Extract<StackConfig, { kind: 'external' }>): Exposure[] {
  const found: Exposure[] = [];
  if (redisUrl.startsWith('redis:') && !isLoopback(redisUrl)) {
    found.push({
      seen: 'the connection to Redis leaves this machine unencrypted',
      advice: 'Use rediss:// in REDIS_URL (and REDIS_CA_FILE), unless the network is trusted.',
    });
  }
  if (!isVerified(databaseUrl) && !isLocalDatabase(databaseUrl)) {
    found.push({
      seen: 'the connection to PostgreSQL leaves this machine unencrypted, or without verification of the server',
      advice:
        'Add ?sslmode=verify-full to DATABASE_URL (and DATABASE_CA_FILE), unless the network is trusted.',
    });
  }
  return found;
}

/** A host that is a folder is that of a Unix socket. */
function isLocalDatabase(databaseUrl: string): boolean {
  const { hostname, searchParams } = new URL(databaseUrl);
  const host = searchParams.get('host') ?? decodeURIComponent(hostname);
  return host === '' || host.startsWith('/') || isLoopbackHost(host);
}
