import type { IQueueBackend } from 'bullmq';
import type { Logger } from '../../platform/logger.ts';
import { startLoop } from '../../platform/loop.ts';
import type { RedisClient } from '../../pubsub/redis-client.ts';

/** How often Redis is asked, and how long a job waits at most whose marker is lost. */
const askIntervalMs = 2_000;

/** Where a queue keeps jobs that wait, be it for their time. */
const waitingIn = ['wait', 'prioritized', 'delayed', 'paused'] as const;

type QueueKeys = IQueueBackend['keys'];

/** Knows whether there is anything in the queues of this process's workers. */
export interface HeldJobs extends AsyncDisposable {
  /** Asks after one more queue; returns what stops that. */
  watch: (keys: QueueKeys) => () => void;
  /** Whether some queue may hold a job that waits or runs. */
  mayExist: () => boolean;
}

/**
 * Asks for all queues in one command, until disposed. Where jobs wait, it wakes a worker, as the one that took their marker may
 * have died or lost its connection. So an idle worker need not look for itself every few seconds.
 */
export function startHeldJobs(client: RedisClient, logger: Logger): HeldJobs {
  const queues = new Set<QueueKeys>();
  let mayExist = true;

  async function ask(): Promise<void> {
    if (queues.size === 0) return;
    const keys = [...queues].flatMap((queue) => pick(queue, ['active', ...waitingIn]));
    try {
      mayExist = (await client.exists(...keys)) > 0;
    } catch (error) {
      mayExist = true;
      throw error;
    }
    if (mayExist) await Promise.all([...queues].map(wakeWorker));
  }

  async function wakeWorker(queue: QueueKeys): Promise<void> {
    // As BullMQ does it: a worker that is woken in vain waits again.
    if ((await client.exists(...pick(queue, waitingIn))) > 0) {
      await client.zadd(queue['marker']!, 0, '0');
    }
  }

  const loop = startLoop({ name: 'held jobs', run: ask, intervalMs: askIntervalMs, logger });
  return {
    watch: (keys) => {
      queues.add(keys);
      mayExist = true;
      return () => queues.delete(keys);
    },
    mayExist: () => mayExist,
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}

function pick(queue: QueueKeys, names: readonly string[]): string[] {
  return names.map((name) => queue[name]!);
}
