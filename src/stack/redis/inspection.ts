import { createRedisBackend } from 'bullmq';
import type { BackendFactory, IQueueBackend } from 'bullmq';
import type { RedisConfig } from '../../config/redis.ts';
import { withTimeout } from '../../platform/timeout.ts';
import { createFaultLog } from '../../platform/fault-log.ts';
import type { Logger } from '../../platform/logger.ts';
import type { RedisClient } from '../../pubsub/redis-client.ts';
import type { QueueConnection, QueueTransport } from '../../queue/transport.ts';
import { createRedisClient, createSentinelClient } from './client.ts';

/** Time for an answer; whoever looks gives up a little later. */
const answerTimeoutMs = 4_000;

const options = {
  commandTimeout: answerTimeoutMs,
  maxRetriesPerRequest: 1,
  retryStrategy: () => null,
  // BullMQ's: it would print what we find ourselves.
  skipVersionCheck: true,
};

/** One connection to Redis, made once and never again: what breaks it is to be seen. */
export interface RedisInspection extends Disposable {
  client: RedisClient;
  /** Rejects with the reason, where ioredis says that the connection is closed. */
  connect: () => Promise<void>;
  /** Of the queues that are kept under this prefix. */
  openTransport: (prefix: string, logger: Logger) => QueueTransport;
}

/** What one Sentinel says. */
export interface SentinelAnswer {
  address: string;
  /** Where it says that the master is, as `host:port`; undefined if it knows none of that name. */
  master: string | undefined;
}

export function createRedisInspection(config: RedisConfig): RedisInspection {
  let cause: unknown;
  const client = createRedisClient(config, 'inspection', options, (error) => {
    cause = error;
  });

  async function connect(): Promise<void> {
    try {
      // A Cluster that is not well never says so.
      await withTimeout(client.connect(), answerTimeoutMs);
      await client.ping();
    } catch (error) {
      // Sentinels that cannot be asked, or know no master, say more than what comes of it.
      await askSentinels(config);
      // connect() only says that the connection is closed; the event says why.
      throw cause ?? error;
    }
  }

  return {
    client,
    connect,
    openTransport: (prefix, logger) => ({
      producer: client,
      consumer: client,
      prefix,
      backend: createRedisBackend as BackendFactory<IQueueBackend, QueueConnection>,
      faults: createFaultLog({ logger, message: 'redis connection failed' }),
      findLastEventId: null,
      idleWaitMs: answerTimeoutMs,
      isReachable: async () => client.status === 'ready',
      onLoss: () => () => undefined,
    }),
    [Symbol.dispose]: () => client.disconnect(),
  };
}

/** Asks each Sentinel where the master is; none where there are none. Throws what keeps the last from answering if none does. */
export async function askSentinels(config: RedisConfig): Promise<SentinelAnswer[]> {
  const { masterName, hosts } = config.location;
  if (masterName === null) return [];
  const asked = await Promise.allSettled(
    hosts.map(async ({ host, port }) => {
      const address = `${host}:${port}`;
      const master = await findMaster(config, masterName, address);
      return { address, master };
    }),
  );
  const answers = asked.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []));
  const [refused] = asked.flatMap((it) => (it.status === 'rejected' ? [it.reason as unknown] : []));
  if (answers.length === 0) throw refused;
  if (answers.every(({ master }) => master === undefined)) throw new UnknownMasterError(masterName);
  return answers;
}

/** The Sentinels answer, and know no master of the name that they are asked for. */
export class UnknownMasterError extends Error {
  override readonly name = 'UnknownMasterError';

  constructor(masterName: string) {
    super(`its Sentinels know no master called ${masterName}`);
  }
}

/** A Sentinel asks for a password of its own, or for another one. */
export class SentinelPasswordError extends Error {
  override readonly name = 'SentinelPasswordError';
}

async function findMaster(
  config: RedisConfig,
  masterName: string,
  address: string,
): Promise<string | undefined> {
  let cause: unknown;
  const limits = { ...options, connectTimeout: answerTimeoutMs };
  const sentinel = createSentinelClient(config, address, limits, (error) => {
    cause = error;
  });
  try {
    await sentinel.connect();
    const answer = await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName);
    return Array.isArray(answer) ? answer.join(':') : undefined;
  } catch (error) {
    if (error instanceof Error && /^(NOAUTH|WRONGPASS) /.test(error.message)) {
      throw new SentinelPasswordError(`the Sentinel at ${address} says ${error.message}`);
    }
    throw cause ?? error;
  } finally {
    sentinel.disconnect();
  }
}
