import { setTimeout as sleep } from 'node:timers/promises';
import {
  deleteEndedJobs,
  deleteOldResults,
  hasOldJobs,
  listEndedTypes,
} from '../jobs/rows/retention.ts';
import type { Database } from '../db/tables.ts';
import type { JobResult } from '../jobs/define-job.ts';
import type { Logger } from '../platform/logger.ts';
import { startLoop } from '../platform/loop.ts';

const intervalMs = 3_600_000;
/** Jobs, or results of a kind, that one statement deletes; a pipeline counts as one. */
const batchSize = 200;
/** Batches of one run at most; the rest is the next run's. */
const maxBatches = 1_000;
/** Between batches, so that others get their turn. */
const pauseMs = 50;

export interface RetentionOptions {
  db: Database;
  /** How long an ended job is kept. */
  jobDays: number;
  /** What jobs make, each after what it is made of. */
  results: readonly JobResult[];
  /** How long a result is kept whose job is gone; null for ever. */
  resultDays: number | null;
  /** Asked before each batch; absent: it always may. */
  mayRun?: (() => boolean) | undefined;
  logger: Logger;
  /** Hears of each batch, once it is gone. */
  onDeleted: (type: string, jobs: number) => void;
}

/**
 * Deletes what is older than it is to be kept, at once and then at an interval, until disposed, in small batches. Any number
 * may run.
 */
export function startRetention(options: RetentionOptions): AsyncDisposable {
  const {
    db,
    jobDays,
    results: kinds,
    resultDays,
    mayRun = () => true,
    logger,
    onDeleted,
  } = options;
  const stop = new AbortController();

  async function deleteJobs(type: string): Promise<number> {
    const deleted = await deleteEndedJobs(db, type, jobDays, batchSize);
    for (const { type, jobs } of deleted) onDeleted(type, jobs);
    return deleted.length;
  }

  async function deleteResults(days: number): Promise<number> {
    const results = await deleteOldResults(db, kinds, days, batchSize);
    if (results > 0) logger.info({ results }, 'old results deleted');
    return results;
  }

  async function deleteAll(): Promise<void | 'incomplete'> {
    const types = await listEndedTypes(db);
    const deletions = types.map((type) => () => deleteJobs(type));
    // Afterwards: then the jobs of old results are gone.
    if (resultDays !== null) deletions.push(() => deleteResults(resultDays));
    let batches = 0;
    for (const deleteBatch of deletions) {
      let isMore = true;
      while (isMore && batches < maxBatches) {
        if (stop.signal.aborted || !mayRun()) return 'incomplete';
        isMore = (await deleteBatch()) > 0;
        batches += 1;
        if (isMore) await pause(stop.signal);
      }
    }
    if (batches < maxBatches && (await hasLocked(types))) return 'incomplete';
  }

  /** Old jobs that are still there were locked: the bridge locks rows whose last events it reads again after a start. */
  async function hasLocked(types: readonly string[]): Promise<boolean> {
    for (const type of types) if (await hasOldJobs(db, type, jobDays)) return true;
    return false;
  }

  const loop = startLoop({ name: 'retention', run: deleteAll, intervalMs, mayRun, logger });
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await loop[Symbol.asyncDispose]();
    },
  };
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await sleep(pauseMs, undefined, { signal });
  } catch {
    // Told to stop: who waits looks at the signal itself.
  }
}
