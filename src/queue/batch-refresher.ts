import { listUncounted, refreshBatches, refreshedBatches } from '../jobs/batches/refresh.ts';
import type { EngineEmitter } from '../jobs/engine-events.ts';
import { isPositionUpdate } from '../jobs/rows/row.ts';
import type { Database } from '../db/tables.ts';
import { pauseAfterMs } from '../platform/duty-cycle.ts';
import type { Logger } from '../platform/logger.ts';
import { startLoop } from '../platform/loop.ts';
import type { Broker } from '../pubsub/broker.ts';
import { batchChannel } from '../pubsub/channels.ts';

/** From one count to the next, however many jobs change: a batch is counted ten times a second at most. */
const minPauseMs = 100;
/** How often the leader looks for changes that nobody has counted, which are those of processes that were killed. */
const sweepIntervalMs = 4_000;

export interface BatchRefresherOptions {
  db: Database;
  broker: Broker;
  /** Says which jobs this process has changed. */
  events: EngineEmitter;
  /** Whether this process also counts what others have left. */
  isLeading: () => boolean;
  logger: Logger;
}

/**
 * Keeps the rows of batches as their jobs are, until disposed. A process counts the batches of the jobs that it has changed; what
 * it leaves uncounted, as when it is killed, the leader counts.
 */
export function startBatchRefresher(options: BatchRefresherOptions): AsyncDisposable {
  const { db, broker, events, isLeading, logger } = options;
  const marked = new Set<string>();
  let countAfter = 0;
  let sweepAfter = 0;
  /** Whether the last sweep has left something. */
  let hasMore = false;
  let timer: NodeJS.Timeout | undefined;

  async function run(): Promise<void> {
    if (isLeading() && (hasMore || performance.now() >= sweepAfter)) await sweep();
    const ids = [...marked].slice(0, refreshedBatches);
    if (ids.length === 0) return;
    // Before they are counted: what changes meanwhile is counted again.
    for (const id of ids) marked.delete(id);
    const beganAt = performance.now();
    try {
      await refresh(ids);
    } catch (error) {
      for (const id of ids) marked.add(id);
      throw error;
    }
    const now = performance.now();
    countAfter = now + Math.max(minPauseMs, pauseAfterMs(now - beganAt));
    if (marked.size > 0 || hasMore) schedule();
  }

  async function sweep(): Promise<void> {
    const uncounted = await listUncounted(db);
    for (const id of uncounted.ids) marked.add(id);
    hasMore = uncounted.hasMore;
    // The loop's timer is not exact: it must not come just too early.
    sweepAfter = performance.now() + sweepIntervalMs / 2;
  }

  async function refresh(ids: readonly string[]): Promise<void> {
    const changed = await refreshBatches(db, ids);
    await Promise.all(changed.map((batch) => broker.publish([batchChannel(batch.id)], batch)));
  }

  function schedule(): void {
    timer ??= setTimeout(
      () => {
        timer = undefined;
        loop.wake();
      },
      Math.max(0, countAfter - performance.now()),
    );
  }

  const loop = startLoop({ name: 'batches', run, intervalMs: sweepIntervalMs, logger });
  let isStopped = false;
  events.listen({
    jobsChanged: (jobs) => {
      if (isStopped) return;
      for (const job of jobs) if (job.batchId && !isPositionUpdate(job)) marked.add(job.batchId);
      if (marked.size > 0) schedule();
    },
  });
  return {
    async [Symbol.asyncDispose]() {
      isStopped = true;
      clearTimeout(timer);
      await loop[Symbol.asyncDispose]();
    },
  };
}
