import { Cluster } from 'ioredis';
import type { ClusterOptions, Redis, RedisOptions } from 'ioredis';
import type { RedisConfig } from '../../config/redis.ts';
import type { RedisClient } from '../../pubsub/redis-client.ts';

/** Pause before a command is sent again to a Cluster that is choosing a master. */
const resendPauseMs = 100;
/** So often is a command sent again that must answer soon or fail; a redirection counts as well. */
const hastyResends = 10;
/** And one that waits for Redis to come back: an hour, if nothing else gives it up. */
const patientResends = 36_000;
/** How long a node may take to say which node has which slots. */
const slotsTimeoutMs = 2_000;

/** The options of a client of a single server, as a Cluster takes them. */
export function toClusterOptions({ natMap }: RedisConfig, options: RedisOptions): ClusterOptions {
  const { retryStrategy, ...node } = options;
  const { maxRetriesPerRequest, commandTimeout } = options;
  const isPatient = maxRetriesPerRequest === null;
  const resends = maxRetriesPerRequest === 0 ? 1 : hastyResends;
  return {
    lazyConnect: true,
    // A node that is lost, or no master any more, is the Cluster's business.
    redisOptions: {
      ...node,
      reconnectOnError: null,
      enableAutoPipelining: false,
    },
    clusterRetryStrategy: (times) => retryStrategy?.(times) ?? null,
    maxRedirections: isPatient ? patientResends : resends,
    retryDelayOnFailover: resendPauseMs,
    retryDelayOnClusterDown: resendPauseMs,
    retryDelayOnTryAgain: resendPauseMs,
    slotsRefreshTimeout: slotsTimeoutMs,
    // Not asked at intervals: ioredis would go on with that for ever, if it is closed while it asks. The watch writes, and is redirected.
    // Each node looks names up itself; certificates are for names.
    dnsLookup: (name, callback) => callback(null, name),
    // Time in this queue does not count for a command's time-out.
    enableOfflineQueue: commandTimeout === undefined,
    // A redirection names a node as the Cluster does, and it is found once the slots have been asked for again.
    ...(natMap === null ? {} : { natMap: { ...natMap }, retryDelayOnMoved: resendPauseMs }),
  };
}

/** All servers that are written to; each can be asked for itself. */
export function listMasters(client: RedisClient): Redis[] {
  return client instanceof Cluster ? client.nodes('master') : [client];
}

/** In which slot of a Cluster a key is; undefined of a client of one server. */
export async function findSlot(client: RedisClient, key: string): Promise<number | undefined> {
  return client instanceof Cluster ? client.cluster('KEYSLOT', key) : undefined;
}

/** Which server has a slot, as far as the client knows. */
export function findHolder(client: RedisClient, slot: number): string | undefined {
  return client instanceof Cluster ? client.slots[slot]?.[0] : undefined;
}
