import { entryPriority } from '../jobs/rows/row.ts';
import type { JobRow } from '../jobs/rows/row.ts';
import { applyBisecting } from '../platform/batcher.ts';
import { applyJobUpdates } from '../jobs/rows/update.ts';
import type { JobUpdate } from '../jobs/rows/update.ts';
import { sumUpJobTotals, sumUpOwnerTotals } from './figures.ts';
import type { Database } from '../db/tables.ts';
import type { JobDefinition } from '../jobs/define-job.ts';
import type { Logger } from '../platform/logger.ts';
import type { EngineEmitter } from '../jobs/engine-events.ts';
import { explainFailure } from './bridge/job-events.ts';
import { startLoop } from '../platform/loop.ts';
import type { Publish } from '../pubsub/publish.ts';
import type { QueueEntryState, Queues } from './queues.ts';
import { outcomeSchema } from './transport.ts';
import { listDispatched } from '../jobs/rows/dispatch.ts';
import { recountTurns } from './turns.ts';

/** A row that was dispatched more recently than this may be ahead of its queue, or behind it. */
const graceMs = 2_000;

export interface Reconciler extends AsyncDisposable {
  /** Compares now, as the broker may have lost entries, and again after the grace time for rows dispatched just now. */
  recover: () => void;
}

export interface ReconcilerOptions {
  db: Database;
  queues: Queues;
  definitions: readonly JobDefinition[];
  /** How often rows and queues are compared. */
  intervalMs: number;
  /** Asked before each comparison, and before each page of rows; absent: it always may. */
  mayRun?: (() => boolean) | undefined;
  logger: Logger;
  events: EngineEmitter;
  publish: Publish;
}

/**
 * Compares the rows that are not final with what their queues know, at once and then at an interval, until disposed.
 * What the queue has lost is enqueued again; what the bridge has missed is applied. Any number may run.
 */
export function startReconciler(options: ReconcilerOptions): Reconciler {
  const { db, queues, definitions, intervalMs, mayRun, logger } = options;
  let secondRun: NodeJS.Timeout | undefined;

  async function compareAll(): Promise<void> {
    // First, so that what is enqueued again into a paused queue waits.
    await queues.followPauses();
    await Promise.all(definitions.map(({ type }) => reconcile(options, type)));
    for (const { type } of definitions) await recount(type);
    await sumUpJobTotals(db);
    await sumUpOwnerTotals(db);
  }

  async function recount(type: string): Promise<void> {
    const owners = await recountTurns(db, type);
    if (owners > 0) logger.warn({ type, owners }, 'waiting jobs recounted');
  }

  const loop = startLoop({ name: 'reconciler', run: compareAll, intervalMs, mayRun, logger });
  return {
    recover: () => {
      loop.wake();
      clearTimeout(secondRun);
      secondRun = setTimeout(loop.wake, graceMs);
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(secondRun);
      await loop[Symbol.asyncDispose]();
    },
  };
}

/** Goes through the rows of a type in pages; the rows decide which repairs are news. */
async function reconcile(options: ReconcilerOptions, type: string): Promise<void> {
  const { db, queues, mayRun = () => true, logger, events, publish } = options;
  let afterId: string | undefined;
  while (mayRun()) {
    const jobs = await listDispatched(db, type, afterId, graceMs);
    if (jobs.length === 0) return;
    afterId = jobs.at(-1)!.id;
    const entries = await Promise.all(jobs.map((job) => queues.inspect(job)));
    const lost = jobs.filter((_job, index) => entries[index]!.state === 'unknown');
    const updates = jobs.flatMap((job, index) => toRepair(job, entries[index]!) ?? []);
    const repaired = await applyBisecting(
      updates,
      (some) => applyJobUpdates(db, some),
      ({ jobId }, error) => logger.error({ err: error, jobId }, 'row not repaired'),
    );
    if (repaired.length > 0) await publish(repaired);
    await Promise.all(lost.map((job) => queues.enqueueAgain(job)));
    const misplaced = jobs.filter((job, index) => isMisplaced(job, entries[index]!));
    await Promise.all(misplaced.map((job) => queues.reprioritize(job)));
    if (repaired.length + lost.length > 0) {
      events.emit('rowsRepaired', { type, rows: repaired.length, entries: lost.length });
      logger.warn({ type, repaired: repaired.length, enqueued: lost.length }, 'rows repaired');
    }
  }
}

/** What the queue says that the row does not; undefined when they agree. */
function toRepair(job: JobRow, entry: QueueEntryState): JobUpdate | undefined {
  const { id: jobId, round, eventEpoch: epoch } = job;
  const update = { jobId, round, epoch, eventId: nextEventId(job) };
  switch (entry.state) {
    case 'completed': {
      const { data: outcome } = outcomeSchema.safeParse(entry.returnValue);
      return outcome ? { ...update, state: 'COMPLETED', ...outcome } : undefined;
    }
    case 'failed':
      return { ...update, state: 'FAILED', error: explainFailure(entry.failedReason) };
    case 'delayed':
      return job.state === 'DELAYED' ? undefined : { ...update, state: 'DELAYED' };
    case 'active':
      // Its worker reports progress; without a worker, the queue finds the stalled job.
      return undefined;
    default:
      return job.state === 'QUEUED' ? undefined : { ...update, state: 'QUEUED' };
  }
}

/** Whether its place in the queue does not fit its priority: the queue was not reachable when the priority was set. */
function isMisplaced(job: JobRow, entry: QueueEntryState): boolean {
  return entry.state === 'prioritized' && entry.priorityRank !== entryPriority(job);
}

/** After every event that the row has seen, and before every event that its queue will emit. */
function nextEventId(job: JobRow): bigint {
  return BigInt(job.eventId ?? 0) + 1n;
}
