import { v7 as uuidv7 } from 'uuid';
import type { Clock } from '../db/clock.ts';
import type { Database } from '../db/tables.ts';
import { listUnheard } from '../db/watched-jobs.ts';
import { sees } from '../db/viewer.ts';
import type { Logger } from '../logger.ts';
import type { WatchedJob, WatchedJobs } from './watched-jobs.ts';
import type { WatchedLogs } from './watched-logs.ts';
import type { WatchedOwner, WatchedOwners } from './watched-owners.ts';

/** New jobs are looked for so much further back, as their ids come from other clocks. */
const clockToleranceMs = 60_000;
const noRandomness = new Uint8Array(16);

export interface LostHintsOptions {
  db: Database;
  clock: Clock;
  jobs: WatchedJobs;
  owners: WatchedOwners;
  logs: WatchedLogs;
  /** Rows of which nothing was heard for so long are compared with what was heard. */
  silenceMs: number;
  logger: Logger;
}

export interface LostHints {
  look: () => Promise<void>;
  /** Makes the next look go through all that is watched, however much was heard of it of late. */
  suspectAll: () => void;
}

/** Finds what hints should have said and did not, in one statement for all who watch in this process. */
export function createLostHints(options: LostHintsOptions): LostHints {
  const { db, clock, jobs, owners, logs, silenceMs, logger } = options;
  let lookedAt = performance.now();

  async function look(): Promise<void> {
    const now = performance.now();
    const silent = [...jobs.byId.values()].filter(({ heardAt }) => now - heardAt >= silenceMs);
    // Among the hints of many jobs, those of one are not missed: owners and logs have their turn however much is heard.
    const isTurn = now - lookedAt >= silenceMs;
    // Before rows are read: what is suspected meanwhile is looked at again.
    if (isTurn) lookedAt = now;
    for (const watched of silent) watched.heardAt = now;
    try {
      await compare(silent, isTurn ? [...owners.all] : []);
      if (isTurn) await logs.look();
    } catch (error) {
      suspectAll();
      throw error;
    }
  }

  async function compare(
    silent: readonly WatchedJob[],
    all: readonly WatchedOwner[],
  ): Promise<void> {
    const versions = [
      ...silent.flatMap(({ newest }) => newest ?? []),
      ...all.flatMap(({ slot }) => [...slot.unfinished.values()]),
    ];
    if (versions.length === 0 && all.length === 0) return;
    const unheard = await listUnheard(db, {
      versions,
      viewers: all.map(({ viewer }) => viewer),
      since: firstIdOf(clock.now() - 2 * silenceMs - clockToleranceMs),
    });
    for (const { job } of unheard) {
      if (jobs.hear(job)) logger.info({ jobId: job.id }, 'lost hint made good');
    }
    for (const { viewer, catchUp } of all) {
      catchUp(unheard.filter(({ job }) => sees(viewer, { owner: job.owner, jobId: job.id })));
    }
  }

  function suspectAll(): void {
    for (const watched of jobs.byId.values()) watched.heardAt = -Infinity;
    lookedAt = -Infinity;
  }

  return { look, suspectAll };
}

/** The least id that a job made at that time can have. */
function firstIdOf(msecs: number): string {
  return uuidv7({ msecs: Math.floor(msecs), random: noRandomness, seq: 0 });
}
