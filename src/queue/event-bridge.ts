import { setTimeout as delay } from 'node:timers/promises';
import { QueueEvents } from 'bullmq';
import type { IQueueBackend } from 'bullmq';
import { isFinal } from '../db/job-row.ts';
import { findEventCursor, saveEventCursor } from '../db/event-cursors.ts';
import { applyJobUpdates } from '../db/job-updates.ts';
import type { JobUpdate } from '../db/job-updates.ts';
import type { Database } from '../db/tables.ts';
import { queueName } from '../jobs/define-job.ts';
import type { JobDefinition } from '../jobs/define-job.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { Publish } from '../pubsub/broker.ts';
import { findTime, foldUpdates, toJobUpdate } from './job-events.ts';
import type { QueueEvent } from './job-events.ts';
import type { QueueTransport } from './transport.ts';

/** How long one read waits for events before it looks whether it should stop. */
const readBlockMs = 5_000;
/**
 * From the beginning of one batch to that of the next: a millisecond for each event of the batch, and that at most. A
 * quiet queue's events go on at once; those of a busy one share statements, and messages to the broker.
 */
const maxBatchIntervalMs = 10;
/** Pause after a fault of the broker or the database, before the same entries are tried again. */
const retryDelayMs = 500;
/** How often the cursor is stored while events flow; a crash replays at most that much. */
const cursorIntervalMs = 1_000;
/** Before the first entry of any stream. Reading from `$` instead would lose what is enqueued meanwhile. */
const beginning = '0';

export interface EventBridgeOptions {
  db: Database;
  transport: QueueTransport;
  definition: Pick<JobDefinition, 'type'>;
  logger: Logger;
  metrics: Metrics;
  publish: Publish;
  /** Called when a job of a pipeline has ended, for what waits for it. */
  onEnd: () => void;
}

/**
 * Turns a queue's events into rows, and the rows that changed into messages, until disposed. Everything that arrives
 * while a batch is applied is the next batch. Any number of bridges may run over the same queue.
 */
export async function startEventBridge(options: EventBridgeOptions): Promise<AsyncDisposable> {
  const { transport, metrics } = options;
  const { type } = options.definition;
  const queue = queueName(options.definition);
  const logger = options.logger.child({ queue });
  const stop = new AbortController();
  // Before anything is opened that a failure would leave open.
  const saved = await findEventCursor(options.db, queue);
  const events = new QueueEvents(
    queue,
    { connection: transport.consumer, prefix: transport.prefix, autorun: false },
    transport.backend,
  );
  events.on('error', (error) => logger.warn({ err: error }, 'event stream failed'));
  metrics.bridgeAt(type, null);
  const running = run();

  async function run(): Promise<void> {
    let cursor = saved ?? beginning;
    let savedAt = 0;
    while (!stop.signal.aborted) {
      const entries = await read(cursor);
      if (entries.length === 0) continue;
      const begunAt = performance.now();
      const oldestAt = findTime(entries[0]!) ?? Date.now();
      metrics.bridgeAt(type, oldestAt);
      await applyUntilDone(entries, oldestAt);
      metrics.bridgeAt(type, null);
      metrics.batchApplied(type, entries.length);
      cursor = entries.at(-1)!.id;
      await pause(Math.min(entries.length, maxBatchIntervalMs) - (performance.now() - begunAt));
      if (Date.now() - savedAt < cursorIntervalMs) continue;
      savedAt = Date.now();
      await save(cursor);
    }
    await save(cursor);
  }

  async function read(cursor: string): Promise<QueueEvent[]> {
    try {
      return toEntries(await events.getBackend().readEvents(cursor, readBlockMs));
    } catch (error) {
      await pauseAfter(error, 'reading events failed');
      return [];
    }
  }

  async function applyUntilDone(entries: readonly QueueEvent[], oldestAt: number): Promise<void> {
    const layers = foldUpdates(toUpdates(entries, logger));
    while (layers[0]) {
      try {
        const changed = await applyJobUpdates(options.db, layers[0]);
        layers.shift();
        if (changed.some((job) => job.pipelineId && isFinal(job.state))) options.onEnd();
        if (changed.length > 0) await options.publish(changed, oldestAt);
      } catch (error) {
        if (stop.signal.aborted) throw error;
        await pauseAfter(error, 'applying events failed');
      }
    }
  }

  async function save(cursor: string): Promise<void> {
    try {
      if (cursor !== beginning) await saveEventCursor(options.db, queue, cursor);
    } catch (error) {
      // The next save stores a later one; until then a restart replays more.
      logger.warn({ err: error }, 'event cursor not saved');
    }
  }

  async function pauseAfter(error: unknown, what: string): Promise<void> {
    if (stop.signal.aborted) return;
    logger.error({ err: error }, what);
    await pause(retryDelayMs);
  }

  async function pause(ms: number): Promise<void> {
    if (ms > 0) await delay(ms, undefined, { signal: stop.signal }).catch(() => undefined);
  }

  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      // Waited for from now on: it may fail while the connection closes.
      const ended = running.catch((error: unknown) =>
        logger.warn({ err: error }, 'event bridge stopped in a batch'),
      );
      await events.close();
      await ended;
    },
  };
}

/** BullMQ answers as Redis' XREAD does: streams, each with entries, each with a flat list of names and values. */
function toEntries(answer: Awaited<ReturnType<IQueueBackend['readEvents']>>): QueueEvent[] {
  const [stream] = answer ?? [];
  return (stream?.[1] ?? []).map(([id, flat]) => {
    const fields: Record<string, string> = {};
    for (let index = 0; index + 1 < flat.length; index += 2)
      fields[flat[index]!] = flat[index + 1]!;
    return { id, fields };
  });
}

function toUpdates(entries: readonly QueueEvent[], logger: Logger): JobUpdate[] {
  return entries.flatMap((entry) => {
    try {
      return toJobUpdate(entry) ?? [];
    } catch (error) {
      // One entry that somebody else wrote must not stop all that follow.
      logger.warn({ err: error, eventId: entry.id }, 'malformed event skipped');
      return [];
    }
  });
}
