import { createRedisBackend } from 'bullmq';
import type { BackendFactory, IQueueBackend } from 'bullmq';
import type { Redis } from 'ioredis';
import { withTimeout } from '../../platform/timeout.ts';
import type { QueueConnection } from '../../queue/transport.ts';

/**
 * How long a worker's read may block, in seconds: a second later BullMQ gives up the connection. Its own figure is 10 where
 * jobs are delayed.
 */
const maxBlockSeconds = 2;
const answerDeadlineMs = 1_000;

/** Where the connection of an event reader leads is no master: it may be told nothing any more. */
class NoMasterError extends Error {
  override readonly name = 'NoMasterError';
}

/** BullMQ's backend, of which no connection that leads nowhere is waited for longer than a few seconds. */
export const createWatchedBackend: BackendFactory<IQueueBackend, QueueConnection> = (
  name,
  options,
  connections,
) => {
  const create = createRedisBackend as BackendFactory<IQueueBackend, QueueConnection>;
  return Object.defineProperty(create(name, options, connections), 'maximumBlockTimeout', {
    value: maxBlockSeconds,
  });
};

/** The id of the newest event that a queue's stream has had; undefined if there is no stream. Throws NoMasterError. */
export async function findLastEventId(events: IQueueBackend): Promise<string | undefined> {
  const client = (await (events as unknown as { client: Promise<unknown> }).client) as Redis;
  // A replica can be read from, and says nothing of being one.
  if ((await findRole(client)) === 'slave') {
    client.disconnect(true);
    throw new NoMasterError('the connection leads to a replica: connecting again');
  }
  const answer = await withTimeout(findStream(client, events.keys['events']!), answerDeadlineMs);
  const at = answer.indexOf('last-generated-id');
  return at === -1 ? undefined : String(answer[at + 1]);
}

async function findRole(client: Redis): Promise<unknown> {
  try {
    return (await withTimeout(client.role(), answerDeadlineMs))[0];
  } catch (error) {
    // Whoever rents a Redis may not be allowed to ask.
    if (error instanceof Error && error.message.startsWith('NOPERM')) return undefined;
    throw error;
  }
}

async function findStream(client: Redis, key: string): Promise<unknown[]> {
  try {
    return (await client.xinfo('STREAM', key)) as unknown[];
  } catch (error) {
    if (error instanceof Error && error.message.includes('no such key')) return [];
    throw error;
  }
}
