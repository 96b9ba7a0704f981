import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { NIL as lowestId, v7 as uuidv7 } from 'uuid';
import type { Clock } from '../db/clock.ts';
import { hasEndedSince, readHistoryPoint, toHistoryCursor } from '../db/history-point.ts';
import type { HistoryPoint } from '../db/history-point.ts';
import type { Database } from '../db/tables.ts';
import { listJobsById, listJobOutlines, listStaleJobs } from '../jobs/rows/list.ts';
import type { KnownVersion } from '../jobs/rows/list.ts';
import type { Logger } from '../platform/logger.ts';
import type { WatchedJob, JobSubscriptions } from './subscriptions/job.ts';
import type { LogSubscriptions } from './subscriptions/log.ts';
import type { JobListSubscription, JobListSubscriptions } from './subscriptions/job-list.ts';

/** The search for new jobs begins so much earlier, as their ids may come from other clocks. */
const clockToleranceMs = 60_000;
/** The longest time between a statement that writes a row and the commit that makes it visible. */
const commitToleranceMs = 5_000;
/** Versions that one statement compares, and rows that one statement reads. */
const comparedVersions = 5_000;
const readRows = 500;
const noRandomness = new Uint8Array(16);

export interface MissedUpdateCheckOptions {
  db: Database;
  clock: Clock;
  jobs: JobSubscriptions;
  jobLists: JobListSubscriptions;
  logs: LogSubscriptions;
  /** How long without a message until the versions known in this process are compared with the rows. */
  staleAfterMs: number;
  logger: Logger;
}

export interface MissedUpdateCheck {
  /** Must be called once a second. */
  run: () => Promise<void>;
  /** Makes the next run compare everything, however recently it was confirmed. */
  markAllStale: () => void;
}

/** Finds updates whose message was lost, and delivers them. Each job is compared once, however many clients watch it. */
export function createMissedUpdateCheck(options: MissedUpdateCheckOptions): MissedUpdateCheck {
  const { db, clock, jobs, jobLists, logs, staleAfterMs, logger } = options;
  let comparedAt = performance.now();

  async function run(): Promise<void> {
    const now = performance.now();
    const stale = [...jobs.byId.values()].filter(
      ({ confirmedAt }) => now - confirmedAt >= staleAfterMs,
    );
    // Lists and logs are compared even while messages arrive: among those of many jobs, a lost one would not show.
    const isDue = now - comparedAt >= staleAfterMs;
    // Before rows are read: what becomes stale meanwhile must be compared again.
    if (isDue) comparedAt = now;
    for (const watched of stale) watched.confirmedAt = now;
    try {
      const lists = isDue ? [...jobLists.all] : [];
      const point = lists.length > 0 ? await readHistoryPoint(db) : undefined;
      await compare(stale, lists);
      if (point) await completeLists(lists, point);
      if (isDue) await logs.refresh();
    } catch (error) {
      markAllStale();
      throw error;
    }
  }

  /** Compares the versions known in this process with the rows. */
  async function compare(
    stale: readonly WatchedJob[],
    lists: readonly JobListSubscription[],
  ): Promise<void> {
    const known = mergeKnown(stale, lists);
    for (const page of toPages(known, comparedVersions))
      await deliver(await listStaleJobs(db, page), lists);
  }

  /** Delivers what lists do not know yet, and tells them that they have all from before this point. */
  async function completeLists(
    lists: readonly JobListSubscription[],
    point: HistoryPoint,
  ): Promise<void> {
    // Jobs that no list knows can only be new, or have ended.
    const firstId = firstIdOf(clock.now() - 2 * staleAfterMs - clockToleranceMs);
    await findUnknown(lists, sql`true`, firstId);
    // One that has not begun by now may begin at any point.
    const begun = lists.filter(({ confirmedAt }) => confirmedAt !== undefined);
    const since = begun.map((list) => list.confirmedAt!).toSorted((a, b) => a.time - b.time)[0];
    if (since) await findUnknown(lists, hasEndedSince(since, point), lowestId);
    const receivedUpTo = new Date(point.time - commitToleranceMs);
    for (const { setReceivedUpTo } of lists) setReceivedUpTo(receivedUpTo);
    const cursor = toHistoryCursor(point);
    for (const list of begun) {
      list.confirmedAt = point;
      list.buffer.confirm(cursor);
    }
  }

  async function findUnknown(
    lists: readonly JobListSubscription[],
    condition: RawBuilder<boolean>,
    firstId: string,
  ): Promise<void> {
    const viewers = lists.map(({ viewer }) => viewer);
    let afterId = firstId;
    for (;;) {
      const page = { afterId, limit: comparedVersions };
      const outlines = await listJobOutlines(db, viewers, condition, page);
      const missed = outlines.filter((job) => lists.some(({ isMissing }) => isMissing(job)));
      await deliver(
        missed.map(({ id }) => id),
        lists,
      );
      if (outlines.length < comparedVersions) return;
      afterId = outlines.at(-1)!.id;
    }
  }

  /** Reads jobs and delivers them to their subscribers; removes jobs that were deleted. */
  async function deliver(
    ids: readonly string[],
    lists: readonly JobListSubscription[],
  ): Promise<void> {
    for (const page of toPages(ids, readRows)) {
      const rows = await listJobsById(db, page);
      for (const job of rows) {
        if (jobs.receive(job)) logger.info({ jobId: job.id }, 'missed update delivered');
      }
      const deleted = new Set(page).difference(new Set(rows.map(({ id }) => id)));
      for (const { buffer, catchUp } of lists) {
        await catchUp(rows);
        for (const id of deleted) buffer.remove(id);
      }
    }
  }

  function markAllStale(): void {
    for (const watched of jobs.byId.values()) watched.confirmedAt = -Infinity;
    comparedAt = -Infinity;
  }

  return { run, markAllStale };
}

/** Each job once, with the oldest version that some subscriber takes for the newest. */
function mergeKnown(
  stale: readonly WatchedJob[],
  lists: readonly JobListSubscription[],
): KnownVersion[] {
  const known = new Map<string, KnownVersion>();
  const add = (id: string, version: number, owner: string | null) => {
    const before = known.get(id);
    if (!before) known.set(id, { id, version, owner });
    else if (version < before.version) before.version = version;
    if (before && owner !== null) before.owner = owner;
  };
  for (const { newest } of stale) if (newest) add(newest.id, newest.version, null);
  for (const { viewer, buffer } of lists) {
    const owner = viewer.role === 'operator' ? null : viewer.owner;
    for (const [id, version] of buffer.unfinished) add(id, version, owner);
  }
  return [...known.values()];
}

function* toPages<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** The lowest id that a job created at that time can have. */
function firstIdOf(msecs: number): string {
  return uuidv7({ msecs: Math.floor(msecs), random: noRandomness, seq: 0 });
}
