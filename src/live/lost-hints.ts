import { v7 as uuidv7 } from 'uuid';
import type { Clock } from '../db/clock.ts';
import type { Database } from '../db/tables.ts';
import { listJobsById, listJobOutlines, listStaleJobs } from '../jobs/rows/list.ts';
import type { KnownVersion } from '../jobs/rows/list.ts';
import type { Logger } from '../platform/logger.ts';
import type { WatchedJob, WatchedJobs } from './watched-jobs.ts';
import type { WatchedLogs } from './watched-logs.ts';
import type { WatchedOwner, WatchedOwners } from './watched-owners.ts';
import { readDatabaseTime } from '../db/clock.ts';

/** New jobs are searched for from so much earlier, as their ids may come from other clocks. */
const clockToleranceMs = 60_000;
/** How long after the time that a statement writes its rows become visible, at most. */
const commitToleranceMs = 5_000;
/** Jobs that one statement compares, and rows that one reads. */
const comparedJobs = 5_000;
const readRows = 500;
const noRandomness = new Uint8Array(16);

export interface LostHintsOptions {
  db: Database;
  clock: Clock;
  jobs: WatchedJobs;
  owners: WatchedOwners;
  logs: WatchedLogs;
  /** How long without a message until the versions known in this process are compared with the rows. */
  staleAfterMs: number;
  logger: Logger;
}

export interface LostHints {
  refresh: () => Promise<void>;
  /** Makes the next refresh compare everything that is watched, however recently it was confirmed. */
  markAllStale: () => void;
}

/** Finds changes whose message was lost. Each job is compared once, however many in this process watch it. */
export function createLostHints(options: LostHintsOptions): LostHints {
  const { db, clock, jobs, owners, logs, staleAfterMs, logger } = options;
  let comparedAt = performance.now();

  async function refresh(): Promise<void> {
    const now = performance.now();
    const stale = [...jobs.byId.values()].filter(
      ({ confirmedAt }) => now - confirmedAt >= staleAfterMs,
    );
    // Owners and logs are compared even if messages arrive all the time: among many jobs, a lost one would not show.
    const isTurn = now - comparedAt >= staleAfterMs;
    // Before rows are read, so that what becomes stale meanwhile is compared again.
    if (isTurn) comparedAt = now;
    for (const watched of stale) watched.confirmedAt = now;
    try {
      const all = isTurn ? [...owners.all] : [];
      const begunAt = all.length > 0 ? await readDatabaseTime(db) : undefined;
      await compare(stale, all);
      if (all.length > 0) await findNew(all);
      const receivedUpTo = begunAt && new Date(begunAt.getTime() - commitToleranceMs);
      for (const { setReceivedUpTo } of receivedUpTo ? all : []) setReceivedUpTo(receivedUpTo!);
      if (isTurn) await logs.refresh();
    } catch (error) {
      markAllStale();
      throw error;
    }
  }

  /** Compares the versions known in this process with the rows. */
  async function compare(
    stale: readonly WatchedJob[],
    all: readonly WatchedOwner[],
  ): Promise<void> {
    const known = mergeKnown(stale, all);
    for (const page of toPages(known, comparedJobs))
      await deliver(await listStaleJobs(db, page), all);
  }

  /** Finds jobs that no watcher knows yet, which can only be new. */
  async function findNew(all: readonly WatchedOwner[]): Promise<void> {
    const viewers = all.map(({ viewer }) => viewer);
    let after = firstIdOf(clock.now() - 2 * staleAfterMs - clockToleranceMs);
    for (;;) {
      const outlines = await listJobOutlines(db, viewers, after, comparedJobs);
      const missed = outlines.filter((job) => all.some(({ isMissing }) => isMissing(job)));
      await deliver(
        missed.map(({ id }) => id),
        all,
      );
      if (outlines.length < comparedJobs) return;
      after = outlines.at(-1)!.id;
    }
  }

  /** Reads jobs and gives them to all who watch them; deleted ones are forgotten. */
  async function deliver(ids: readonly string[], all: readonly WatchedOwner[]): Promise<void> {
    for (const page of toPages(ids, readRows)) {
      const rows = await listJobsById(db, page);
      for (const job of rows) {
        if (jobs.receive(job)) logger.info({ jobId: job.id }, 'lost hint made good');
      }
      const gone = new Set(page).difference(new Set(rows.map(({ id }) => id)));
      for (const { slot, catchUp } of all) {
        catchUp(rows);
        for (const id of gone) slot.forget(id);
      }
    }
  }

  function markAllStale(): void {
    for (const watched of jobs.byId.values()) watched.confirmedAt = -Infinity;
    comparedAt = -Infinity;
  }

  return { refresh, markAllStale };
}

/** Each job once, with the oldest version that some watcher takes for the newest. */
function mergeKnown(stale: readonly WatchedJob[], all: readonly WatchedOwner[]): KnownVersion[] {
  const known = new Map<string, KnownVersion>();
  const add = (id: string, version: number, owner: string | null) => {
    const before = known.get(id);
    if (!before) known.set(id, { id, version, owner });
    else if (version < before.version) before.version = version;
    if (before && owner !== null) before.owner = owner;
  };
  for (const { newest } of stale) if (newest) add(newest.id, newest.version, null);
  for (const { viewer, slot } of all) {
    const owner = viewer.role === 'operator' ? null : viewer.owner;
    for (const [id, version] of slot.unfinished) add(id, version, owner);
  }
  return [...known.values()];
}

function* toPages<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** The least id that a job made at that time can have. */
function firstIdOf(msecs: number): string {
  return uuidv7({ msecs: Math.floor(msecs), random: noRandomness, seq: 0 });
}
