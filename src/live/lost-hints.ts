import { v7 as uuidv7 } from 'uuid';
import type { Clock } from '../db/clock.ts';
import type { Database } from '../db/tables.ts';
import { listJobRows, listOutlines, listUnheard, readClock } from '../jobs/watched-jobs.ts';
import type { HeardJob } from '../jobs/watched-jobs.ts';
import type { Logger } from '../platform/logger.ts';
import type { WatchedJob, WatchedJobs } from './watched-jobs.ts';
import type { WatchedLogs } from './watched-logs.ts';
import type { WatchedOwner, WatchedOwners } from './watched-owners.ts';

/** New jobs are looked for so much further back, as their ids come from other clocks. */
const clockToleranceMs = 60_000;
/** Statements become visible so long after the time that they write, at most. */
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
  /** Rows of which nothing was heard for so long are compared with what was heard. */
  staleAfterMs: number;
  logger: Logger;
}

export interface LostHints {
  refresh: () => Promise<void>;
  /** Makes the next look go through all that is watched, however much was heard of it of late. */
  markAllStale: () => void;
}

/** Finds what hints should have said and did not: each job is compared once, however many in this process watch it. */
export function createLostHints(options: LostHintsOptions): LostHints {
  const { db, clock, jobs, owners, logs, staleAfterMs, logger } = options;
  let lookedAt = performance.now();

  async function refresh(): Promise<void> {
    const now = performance.now();
    const silent = [...jobs.byId.values()].filter(({ heardAt }) => now - heardAt >= staleAfterMs);
    // Among the hints of many jobs, those of one are not missed: owners and logs have their turn however much is heard.
    const isTurn = now - lookedAt >= staleAfterMs;
    // Before rows are read: what is suspected meanwhile is looked at again.
    if (isTurn) lookedAt = now;
    for (const watched of silent) watched.heardAt = now;
    try {
      const all = isTurn ? [...owners.all] : [];
      const begunAt = all.length > 0 ? await readClock(db) : undefined;
      await compare(silent, all);
      if (all.length > 0) await findNew(all);
      const heardUpTo = begunAt && new Date(begunAt.getTime() - commitToleranceMs);
      for (const { caughtUpTo } of heardUpTo ? all : []) caughtUpTo(heardUpTo!);
      if (isTurn) await logs.refresh();
    } catch (error) {
      markAllStale();
      throw error;
    }
  }

  /** What is known in this process is compared with the rows. */
  async function compare(
    silent: readonly WatchedJob[],
    all: readonly WatchedOwner[],
  ): Promise<void> {
    const heard = mergeHeard(silent, all);
    for (const page of toPages(heard, comparedJobs)) await tell(await listUnheard(db, page), all);
  }

  /** Jobs of which nobody has heard at all can only be new. */
  async function findNew(all: readonly WatchedOwner[]): Promise<void> {
    const viewers = all.map(({ viewer }) => viewer);
    let after = firstIdOf(clock.now() - 2 * staleAfterMs - clockToleranceMs);
    for (;;) {
      const outlines = await listOutlines(db, viewers, after, comparedJobs);
      const missed = outlines.filter((job) => all.some(({ lacks }) => lacks(job)));
      await tell(
        missed.map(({ id }) => id),
        all,
      );
      if (outlines.length < comparedJobs) return;
      after = outlines.at(-1)!.id;
    }
  }

  /** Reads jobs and gives them to all who watch them; those that are not there are forgotten. */
  async function tell(ids: readonly string[], all: readonly WatchedOwner[]): Promise<void> {
    for (const page of toPages(ids, readRows)) {
      const rows = await listJobRows(db, page);
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
    for (const watched of jobs.byId.values()) watched.heardAt = -Infinity;
    lookedAt = -Infinity;
  }

  return { refresh, markAllStale };
}

/** Each job once, with the oldest version that somebody takes for the newest. */
function mergeHeard(silent: readonly WatchedJob[], all: readonly WatchedOwner[]): HeardJob[] {
  const heard = new Map<string, HeardJob>();
  const add = (id: string, version: number, owner: string | null) => {
    const before = heard.get(id);
    if (!before) heard.set(id, { id, version, owner });
    else if (version < before.version) before.version = version;
    if (before && owner !== null) before.owner = owner;
  };
  for (const { newest } of silent) if (newest) add(newest.id, newest.version, null);
  for (const { viewer, slot } of all) {
    const owner = viewer.role === 'operator' ? null : viewer.owner;
    for (const [id, version] of slot.unfinished) add(id, version, owner);
  }
  return [...heard.values()];
}

function* toPages<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** The least id that a job made at that time can have. */
function firstIdOf(msecs: number): string {
  return uuidv7({ msecs: Math.floor(msecs), random: noRandomness, seq: 0 });
}
