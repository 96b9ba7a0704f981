import type { JobFilter } from '../db/job-filter.ts';
import { isFinal } from '../db/job-row.ts';
import type { JobRow } from '../db/job-row.ts';
import type { Database } from '../db/tables.ts';
import { listJobsAbout, listUnfinishedJobs, readClock } from '../db/watched-jobs.ts';
import type { UnheardJob } from '../db/watched-jobs.ts';
import type { Viewer } from '../db/viewer.ts';
import { FellBehindError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { everyOwnerChannel, ownerChannel } from '../pubsub/broker.ts';
import type { Broker } from '../pubsub/broker.ts';
import { Feed } from './feed.ts';
import { LatestJobs, maxWaitingJobs } from './latest-jobs.ts';
import type { LiveCounts } from './live-counts.ts';

/** Statements become visible so long after the time that they write, at most. */
const commitToleranceMs = 5_000;

/** A subscription to all of a viewer's jobs. */
export interface WatchedOwner {
  viewer: Viewer;
  slot: LatestJobs;
  /** Takes what was read in search of lost hints: rows of the viewer's, heard of or not. */
  catchUp: (unheard: readonly UnheardJob[]) => void;
}

export interface WatchedOwners {
  /** The viewer's matching jobs that are not final, then every change of every matching one. */
  watch: (viewer: Viewer, filter: JobFilter) => Promise<Feed<JobRow>>;
  readonly all: ReadonlySet<WatchedOwner>;
}

export interface WatchedOwnersOptions {
  db: Database;
  broker: Broker;
  /** Called with each job that somebody begins to watch. */
  onWatch: (job: JobRow) => void;
  counts: LiveCounts;
  logger: Logger;
}

export function createWatchedOwners(options: WatchedOwnersOptions): WatchedOwners {
  const { db, broker, onWatch } = options;
  const all = new Set<WatchedOwner>();

  async function watch(viewer: Viewer, filter: JobFilter): Promise<Feed<JobRow>> {
    const slot = new LatestJobs();
    let stop = () => {};
    const feed = new Feed(slot, () => {
      all.delete(watched);
      stop();
    });
    const { hear, offer } = createFilter(options, filter, slot, feed);
    let heardUpTo = new Date();
    const watched: WatchedOwner = {
      viewer,
      slot,
      catchUp: (unheard) => {
        hear(unheard.filter(({ job }) => isNews(job, slot, heardUpTo)).map(({ job }) => job));
        const readAt = unheard[0]?.readAt;
        if (readAt) heardUpTo = new Date(readAt.getTime() - commitToleranceMs);
      },
    };
    try {
      stop = await broker.subscribe(channelOf(viewer), hear);
      heardUpTo = await readClock(db);
      const unfinished = await listUnfinishedJobs(db, viewer, filter, maxWaitingJobs);
      unfinished.forEach(onWatch);
      offer(unfinished);
      all.add(watched);
      if (feed.isClosed) throw feed.error ?? new Error('closed before it began');
      return feed;
    } catch (error) {
      feed.close();
      throw error;
    }
  }

  return { watch, all };
}

/** What ended before the subscriber came is none of its business, and what it was told to the end is no news. */
function isNews(job: JobRow, slot: LatestJobs, heardUpTo: Date): boolean {
  return !job.finishedAt || job.finishedAt > heardUpTo || slot.unfinished.has(job.id);
}

/** Between a viewer's jobs and one subscriber's slot: lets pass what the subscriber wants to hear of. */
function createFilter(
  { db, counts, logger }: WatchedOwnersOptions,
  filter: JobFilter,
  slot: LatestJobs,
  feed: Feed<JobRow>,
) {
  const isAbout = filter.videoId === undefined ? undefined : rememberAbout(db, filter.videoId);

  function hear(jobs: readonly JobRow[]): void {
    const matching = jobs.filter((job) => matches(job, filter));
    // A job may end in a state that the subscriber does not want to hear of.
    for (const job of jobs) if (isFinal(job.state) && !matches(job, filter)) slot.forget(job.id);
    if (!isAbout) return offer(matching);
    isAbout(matching).then(offer, (error: unknown) =>
      // The next search for lost hints brings them.
      logger.warn({ err: error }, 'jobs not matched'),
    );
  }

  function offer(jobs: readonly JobRow[]): void {
    try {
      const news = jobs.filter((job) => {
        const isReplaced = slot.isWaiting(job.id);
        const isNew = slot.offer(job);
        if (isNew && isReplaced) counts.coalesced += 1;
        return isNew;
      });
      if (news.length > 0) feed.notify();
    } catch (error) {
      if (!(error instanceof FellBehindError)) throw error;
      counts.dropped += 1;
      feed.fail(error);
    }
  }

  return { hear, offer };
}

function matches({ type, state, ...job }: JobRow, { types, states, owner }: JobFilter): boolean {
  if (owner !== undefined && owner !== job.owner) return false;
  return (types?.includes(type) ?? true) && (states?.includes(state) ?? true);
}

/** Which jobs are about a video, asked once a job: its input never changes. Final ones are forgotten. */
function rememberAbout(db: Database, videoId: string) {
  const known = new Map<string, boolean>();

  return async (jobs: readonly JobRow[]): Promise<JobRow[]> => {
    const unknown = jobs.filter(({ id }) => !known.has(id)).map(({ id }) => id);
    if (unknown.length > 0) {
      const about = new Set(await listJobsAbout(db, videoId, unknown));
      for (const id of unknown) known.set(id, about.has(id));
    }
    const matching = jobs.filter(({ id }) => known.get(id));
    for (const { id, state } of jobs) if (isFinal(state)) known.delete(id);
    return matching;
  };
}

/** What a viewer may hear of. */
function channelOf({ role, owner }: Viewer) {
  return role === 'operator' ? everyOwnerChannel : ownerChannel(owner);
}
