import { setTimeout as delay } from 'node:timers/promises';
import { QueueEvents } from 'bullmq';
import { isFinal } from '../../jobs/rows/row.ts';
import { applyBisecting } from '../../platform/batcher.ts';
import { applyJobUpdates } from '../../jobs/rows/update.ts';
import type { JobUpdate } from '../../jobs/rows/update.ts';
import type { Database } from '../../db/tables.ts';
import { withTimeout } from '../../platform/timeout.ts';
import { createFaultLog } from '../../platform/fault-log.ts';
import type { FaultLog } from '../../platform/fault-log.ts';
import { queueName } from '../../jobs/define-job.ts';
import type { JobDefinition } from '../../jobs/define-job.ts';
import type { Logger } from '../../platform/logger.ts';
import type { EngineEmitter } from '../../jobs/engine-events.ts';
import type { Publish } from '../../pubsub/publish.ts';
import { findEventPlace } from './event-place.ts';
import { findPause, findTime, foldUpdates, toEntries, toJobUpdates } from './job-events.ts';
import type { QueueEvent } from './job-events.ts';
import { closeInTime } from '../transport.ts';
import type { QueueTransport } from '../transport.ts';

/**
 * After an event, an error, or a lost connection, each read waits only this long for so much time, as a read in vain shows
 * whether the events have started over. Later, reads are long: the transport ends them when they may have.
 */
const readWaitMs = 2_000;
const quietAfterMs = 5_000;
/** How long an event reader may take to close, and a batch under way to be applied. */
const closeDeadlineMs = 1_000;
/**
 * From the beginning of one batch to that of the next: so long for each event of the batch, and not longer than the longest,
 * which nobody notices on a screen. Up to 400 events a second go on at once; those of a busier queue share statements,
 * messages to the broker, and the wake-ups of the processes that hear them.
 */
const intervalPerEventMs = 2.5;
const maxBatchIntervalMs = 50;
/** Pause after a fault of the broker or the database, before the same entries are tried again. */
const retryDelayMs = 500;
/** How often the cursor is stored while events flow; a crash replays at most that much. */
const cursorIntervalMs = 1_000;

export interface EventBridgeOptions {
  db: Database;
  transport: QueueTransport;
  definition: Pick<JobDefinition, 'type'>;
  logger: Logger;
  /** Where it says what it has read and applied. */
  engineEvents: EngineEmitter;
  publish: Publish;
  /** Asked before each batch; once it says false, no more is applied. Absent: it always may. */
  mayRun?: (() => boolean) | undefined;
  /** Called when a job of a pipeline has ended, as others may wait for it. */
  onEnd: () => void;
  /** Called when jobs have ended or wait for their next attempt, as the queue has room for others. */
  onRoom: () => void;
  /** Called when events may be missing: rows and queue are to be compared. */
  onRestart: () => void;
  /** Called when somebody has paused or resumed the queue where it is kept. */
  onPause: (paused: boolean) => void;
}

/**
 * Turns a queue's events into rows, and the rows that changed into messages, until disposed. Everything that arrives
 * while a batch is applied is the next batch. One bridge is enough; any number may run over the same queue.
 */
export async function startEventBridge(options: EventBridgeOptions): Promise<AsyncDisposable> {
  const { transport, engineEvents, mayRun = () => true } = options;
  const { type } = options.definition;
  const queue = queueName(options.definition);
  const logger = options.logger.child({ queue });
  const stop = new AbortController();
  const events = new QueueEvents(
    queue,
    { connection: transport.consumer, prefix: transport.prefix, autorun: false },
    transport.backend,
  );
  const level = 'error';
  const readFaults = createFaultLog({ logger, message: 'reading events failed', level });
  const applyFaults = createFaultLog({ logger, message: 'applying events failed', level });
  events.on('error', (error) => transport.faults.report(error, { queue }));
  await using opening = new AsyncDisposableStack();
  opening.defer(() => closeInTime(events, transport, closeDeadlineMs));
  const place = await findEventPlace({
    db: options.db,
    queue,
    events: events.getBackend(),
    findLastEventId: transport.findLastEventId,
    logger,
  });
  opening.move();
  engineEvents.emit('bridgeStarted', { type });
  /** When events were read last, or a read ended early, as it does when its connection is lost. */
  let busyAt = performance.now();
  const running = run();

  async function run(): Promise<void> {
    let savedAt = -Infinity;
    while (!stop.signal.aborted) {
      const entries = await read();
      if (!mayRun()) return;
      if (entries.length === 0) continue;
      const begunAt = performance.now();
      const oldestAt = findTime(entries[0]!) ?? Date.now();
      engineEvents.emit('batchRead', { type, oldestAt });
      await applyUntilDone(entries, oldestAt);
      engineEvents.emit('batchApplied', { type, events: entries.length });
      const paused = findPause(entries);
      if (paused !== undefined) options.onPause(paused);
      place.eventId = entries.at(-1)!.id;
      const intervalMs = Math.min(entries.length * intervalPerEventMs, maxBatchIntervalMs);
      await pause(intervalMs - (performance.now() - begunAt));
      if (performance.now() - savedAt < cursorIntervalMs) continue;
      savedAt = performance.now();
      await save();
    }
    await save();
  }

  /** Entries after this place; none when there are none for a while. */
  async function read(): Promise<QueueEvent[]> {
    const begunAt = performance.now();
    const waitMs = begunAt - busyAt < quietAfterMs ? readWaitMs : transport.idleWaitMs;
    try {
      const entries = toEntries(await events.getBackend().readEvents(place.readAfter, waitMs));
      const endedAt = performance.now();
      if (entries.length > 0 || endedAt - begunAt < waitMs) busyAt = endedAt;
      const areNew = entries.length > 0 && !place.isPast(entries[0]!.id);
      if (!areNew && !stop.signal.aborted && (await place.followRestart())) options.onRestart();
      readFaults.clear();
      return areNew ? entries : [];
    } catch (error) {
      busyAt = performance.now();
      await pauseAfter(error, readFaults);
      return [];
    }
  }

  async function applyUntilDone(entries: readonly QueueEvent[], oldestAt: number): Promise<void> {
    const layers = foldUpdates(toJobUpdates(entries, place.epoch, logger));
    let hasFailed = false;
    while (layers[0]) {
      try {
        const changed = await applyBisecting(layers[0], apply, skip);
        layers.shift();
        if (changed.some((job) => job.pipelineId && isFinal(job.state))) options.onEnd();
        if (changed.some(({ state }) => isFinal(state) || state === 'DELAYED')) options.onRoom();
        if (changed.length > 0) await options.publish(changed, oldestAt);
      } catch (error) {
        if (stop.signal.aborted || !mayRun()) throw error;
        hasFailed = true;
        await pauseAfter(error, applyFaults);
      }
    }
    if (!hasFailed) applyFaults.clear();
  }

  const apply = (updates: readonly JobUpdate[]) => applyJobUpdates(options.db, updates, queue);

  /** An event whose row cannot take it must not stop those of other jobs; the reconciler sees to its job. */
  const skip = ({ jobId, eventId }: JobUpdate, error: unknown): void =>
    logger.error({ err: error, jobId, eventId: String(eventId) }, 'event skipped');

  async function save(): Promise<void> {
    try {
      await place.save();
    } catch (error) {
      // The next save stores a later one; until then a restart replays more.
      applyFaults.report(error);
    }
  }

  async function pauseAfter(error: unknown, faults: FaultLog): Promise<void> {
    if (stop.signal.aborted) return;
    faults.report(error);
    await pause(retryDelayMs);
  }

  async function pause(ms: number): Promise<void> {
    if (ms > 0) await delay(ms, undefined, { signal: stop.signal }).catch(() => undefined);
  }

  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      engineEvents.emit('bridgeEnded', { type });
      // Waited for from now on: it may fail while the connection closes.
      const ended = running.catch((error: unknown) =>
        logger.warn({ err: error }, 'event bridge stopped in a batch'),
      );
      await closeInTime(events, transport, closeDeadlineMs);
      // BullMQ's read never ends if it was cut off while it waited for its connection.
      await withTimeout(ended, closeDeadlineMs).catch(() =>
        logger.warn('event bridge did not end in time'),
      );
    },
  };
}
