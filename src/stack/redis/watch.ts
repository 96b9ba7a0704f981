import { randomUUID } from 'node:crypto';
import { Cluster } from 'ioredis';
import { TimeoutError, withTimeout } from '../../platform/timeout.ts';
import type { FaultLog } from '../../platform/fault-log.ts';
import type { Logger } from '../../platform/logger.ts';
import { startLoop } from '../../platform/loop.ts';
import type { RedisClient } from '../../pubsub/redis-client.ts';
import { findHolder, findSlot } from './cluster.ts';

/** How often the first connection is asked; all are while there is trouble. */
const watchIntervalMs = 1_000;
/** In every so many of these intervals, one of the others is asked in its turn. */
const intervalsPerTurn = 2;
/** After so long without an answer of the first connection, the others are asked at once. */
const lateAnswerMs = 500;
/** One that does not answer in time leads nowhere, and is made again. */
const answerDeadlineMs = 2_000;
/** Who asks whether it is there waits no longer than that. */
const reachableDeadlineMs = 500;

/** Sees that connections lead to a Redis that can be written, and that it still has what it had. */
export interface RedisWatch extends AsyncDisposable {
  /** Resolves if Redis can be written. */
  ping: (client: RedisClient) => Promise<unknown>;
  /** Whether Redis can be written now. */
  isReachable: () => Promise<boolean>;
  /** Calls back when Redis was away, or another is in its place, or its keys are gone. Returns what stops that. */
  onLoss: (listener: () => void) => () => void;
  /** Calls back when a connection was silent or was made again, and at each loss: others may lead nowhere. Returns what stops that. */
  onTrouble: (listener: () => void) => () => void;
}

export interface RedisWatchOptions {
  /** Those on which commands do not block; the first is asked what Redis still has. */
  clients: readonly [RedisClient, ...RedisClient[]];
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
  const [first, ...others] = clients;
  const key = `${prefix}:mark`;
  const lossListeners = new Set<() => void>();
  const troubleListeners = new Set<() => void>();
  let knownMark: string | undefined;
  let knownHolder: string | undefined;
  let slot: number | undefined;
  let intervals = 0;
  /** Whether there was trouble since the last run, and whether all connections are to be asked. */
  let hasTrouble = false;
  let isAlert = true;

  /** What the mark is, whoever set it, and be it now. */
  async function ping(client: RedisClient): Promise<string> {
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
  async function watch(client: RedisClient): Promise<boolean> {
    if (client.status !== 'ready') return false;
    try {
      const mark = await withTimeout(ping(client), answerDeadlineMs);
      if (client !== first) return true;
      compare(mark);
      await compareHolder();
      return true;
    } catch (error) {
      faults.report(error, { client: findName(client) });
      if (isSilence(error)) {
        client.disconnect(true);
        hasTrouble = true;
      }
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

  /** A replica that has become the master may lack the last that its master took; the client of a Cluster is ready all the while. */
  async function compareHolder(): Promise<void> {
    slot ??= await withTimeout(findSlot(first, key), answerDeadlineMs);
    if (slot === undefined) return;
    const holder = findHolder(first, slot);
    if (knownHolder !== undefined && holder !== knownHolder) {
      logger.warn({ from: knownHolder, to: holder }, 'redis has another master');
      announceLoss();
    }
    knownHolder = holder;
  }

  function announceLoss(): void {
    hasTrouble = true;
    for (const listener of lossListeners) listener();
  }

  async function run(): Promise<void> {
    const asking = watch(first);
    const asked = isAlert || (await isLate(asking)) ? others : takeTurn();
    const answered = await Promise.all([asking, ...asked.map(watch)]);
    if (asked === others && !answered.includes(false)) faults.clear();
    isAlert = hasTrouble || answered.includes(false);
    if (!hasTrouble) return;
    // Once a run: what is made again meanwhile need not be made again for each of the others.
    hasTrouble = false;
    for (const listener of troubleListeners) listener();
  }

  function takeTurn(): readonly RedisClient[] {
    intervals += 1;
    if (intervals % intervalsPerTurn !== 0) return [];
    const turn = (intervals / intervalsPerTurn) % others.length;
    return others.slice(turn, turn + 1);
  }

  const listening = [
    followReady(first, announceLoss),
    ...others.map((client) =>
      followReady(client, () => {
        hasTrouble = true;
      }),
    ),
  ];
  const intervalMs = watchIntervalMs;
  const loop = startLoop({ name: 'redis connections', run, intervalMs, logger });
  return {
    ping,
    isReachable,
    onLoss: (listener) => {
      lossListeners.add(listener);
      return () => lossListeners.delete(listener);
    },
    onTrouble: (listener) => {
      troubleListeners.add(listener);
      return () => troubleListeners.delete(listener);
    },
    async [Symbol.asyncDispose]() {
      for (const stop of listening) stop();
      await loop[Symbol.asyncDispose]();
    },
  };
}

/** Calls back each time that a client is connected again. Returns what stops that. */
function followReady(client: RedisClient, onReadyAgain: () => void): () => void {
  let hasBeenReady = client.status === 'ready';
  const onReady = (): void => {
    if (hasBeenReady) onReadyAgain();
    hasBeenReady = true;
  };
  client.on('ready', onReady);
  return () => client.off('ready', onReady);
}

async function isLate(work: Promise<unknown>): Promise<boolean> {
  return withTimeout(work, lateAnswerMs).then(
    () => false,
    () => true,
  );
}

function findName(client: RedisClient): string | undefined {
  const options = client instanceof Cluster ? client.options.redisOptions : client.options;
  return options?.connectionName;
}

function isSilence(error: unknown): boolean {
  // As ioredis says it where a connection has a `commandTimeout`.
  return error instanceof TimeoutError || (error as Error).message === 'Command timed out';
}
