import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { TimeoutError, withTimeout } from '../../platform/timeout.ts';
import type { FaultLog } from '../../platform/fault-log.ts';
import type { Logger } from '../../platform/logger.ts';
import { startLoop } from '../../platform/loop.ts';

/** How often each connection is asked. */
const watchIntervalMs = 1_000;
/** One that does not answer in time leads nowhere, and is made again. */
const answerDeadlineMs = 2_000;
/** Who asks whether it is there waits no longer than that. */
const reachableDeadlineMs = 500;

/** Sees that connections lead to a Redis that can be written, and that it still has what it had. */
export interface RedisWatch extends AsyncDisposable {
  /** Resolves if Redis can be written. */
  ping: (client: Redis) => Promise<unknown>;
  /** Whether Redis can be written now. */
  isReachable: () => Promise<boolean>;
  /** Calls back when Redis was away, or another is in its place, or its keys are gone. Returns what stops that. */
  onLoss: (listener: () => void) => () => void;
}

export interface RedisWatchOptions {
  /** Those on which commands do not block; the first is asked what Redis still has. */
  clients: readonly [Redis, ...Redis[]];
  prefix: string;
  faults: FaultLog;
  logger: Logger;
}

/**
 * Asks each connection for a write, until disposed: a replica refuses it, upon which the connection is made again (see
 * `redisOptions`). What is written is a mark that is there as long as Redis keeps its keys.
 */
export function startRedisWatch(options: RedisWatchOptions): RedisWatch {
  const { clients, prefix, faults, logger } = options;
  const [first] = clients;
  const key = `${prefix}:mark`;
  const listeners = new Set<() => void>();
  let knownMark: string | undefined;
  let hasBeenReady = first.status === 'ready';

  /** What the mark is, whoever set it, and be it now. */
  async function ping(client: Redis): Promise<string> {
    const newMark = randomUUID();
    return (await client.set(key, newMark, 'NX', 'GET')) ?? newMark;
  }

  async function isReachable(): Promise<boolean> {
    if (first.status !== 'ready') return false;
    return withTimeout(ping(first), reachableDeadlineMs).then(
      () => true,
      () => false, // why, the watch reports
    );
  }

  /** Says whether it answers. */
  async function watch(client: Redis): Promise<boolean> {
    if (client.status !== 'ready') return false;
    try {
      const mark = await withTimeout(ping(client), answerDeadlineMs);
      if (client === first) compare(mark);
      return true;
    } catch (error) {
      faults.report(error, { client: client.options.connectionName });
      if (isSilence(error)) client.disconnect(true);
      return false;
    }
  }

  function compare(mark: string): void {
    if (knownMark !== undefined && mark !== knownMark) {
      logger.warn('redis has lost its keys');
      announceLoss();
    }
    knownMark = mark;
  }

  function announceLoss(): void {
    for (const listener of listeners) listener();
  }

  function onReady(): void {
    if (hasBeenReady) announceLoss();
    hasBeenReady = true;
  }

  async function watchAll(): Promise<void> {
    const answered = await Promise.all(clients.map(watch));
    if (!answered.includes(false)) faults.clear();
  }

  first.on('ready', onReady);
  const loop = startLoop({
    name: 'redis connections',
    run: watchAll,
    intervalMs: watchIntervalMs,
    logger,
  });
  return {
    ping,
    isReachable,
    onLoss: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async [Symbol.asyncDispose]() {
      first.off('ready', onReady);
      await loop[Symbol.asyncDispose]();
    },
  };
}

function isSilence(error: unknown): boolean {
  // As ioredis says it where a connection has a `commandTimeout`.
  return error instanceof TimeoutError || (error as Error).message === 'Command timed out';
}
