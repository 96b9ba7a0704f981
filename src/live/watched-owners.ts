import type { JobFilter } from '../jobs/rows/filter.ts';
import type { JobRow } from '../jobs/rows/row.ts';
import type { Database } from '../db/tables.ts';
import { listMatchingJobs, listUnfinishedJobs } from '../jobs/rows/list.ts';
import type { JobOutline } from '../jobs/rows/list.ts';
import { canSee } from '../db/viewer.ts';
import type { Viewer } from '../db/viewer.ts';
import { FellBehindError } from '../errors.ts';
import type { Logger } from '../platform/logger.ts';
import { everyOwnerChannel, ownerChannel } from '../pubsub/broker.ts';
import type { Broker } from '../pubsub/broker.ts';
import { Feed } from './feed.ts';
import { LatestJobs, pageRows } from './latest-jobs.ts';
import type { LiveCounts } from './live-counts.ts';
import { createVideoFilter, matches } from './wanted-jobs.ts';
import type { WatchedPositions } from './watched-positions.ts';
import { readDatabaseTime } from '../db/clock.ts';

/** A subscription to all of a viewer's jobs. */
export interface WatchedOwner {
  viewer: Viewer;
  filter: JobFilter;
  slot: LatestJobs;
  /** Whether the subscriber should have this version and does not. */
  isMissing: (job: JobOutline) => boolean;
  /** Takes rows that were read because messages may have been lost. */
  catchUp: (unheard: readonly JobRow[]) => void;
  /** Everything that ended before this time has been received. */
  setReceivedUpTo: (time: Date) => void;
}

export interface WatchedOwners {
  /** The viewer's matching jobs that are not final, then every change of every matching one. */
  watch: (viewer: Viewer, filter: JobFilter, wantsPlaces?: boolean) => Promise<Feed<JobRow>>;
  readonly all: ReadonlySet<WatchedOwner>;
}

export interface WatchedOwnersOptions {
  db: Database;
  broker: Broker;
  positions: WatchedPositions;
  counts: LiveCounts;
  logger: Logger;
}

export function createWatchedOwners(options: WatchedOwnersOptions): WatchedOwners {
  const { db, broker, counts } = options;
  const all = new Set<WatchedOwner>();

  async function watch(
    viewer: Viewer,
    filter: JobFilter,
    wantsPlaces = true,
  ): Promise<Feed<JobRow>> {
    let stop = () => {};
    const slot = createSlot(options, viewer, filter, wantsPlaces, {
      onChange: () => feed.notify(),
      onGivenUp: (error) => fail(feed, error, counts),
    });
    const feed: Feed<JobRow> = new Feed(slot, () => {
      all.delete(watched);
      slot.close();
      stop();
    });
    const receive = createFilter(options, filter, slot, feed);
    const watched = createWatched(viewer, filter, slot, receive);
    // Before anything can fail: a feed that has failed has removed itself, and must not be added after that.
    all.add(watched);
    try {
      stop = await broker.subscribe(channelOf(viewer), receive);
      if (feed.isClosed) stop();
      watched.setReceivedUpTo(await readDatabaseTime(db));
      await slot.begin();
      if (feed.isClosed) throw feed.error ?? new Error('closed before it began');
      return feed;
    } catch (error) {
      feed.close();
      throw error;
    }
  }

  return { watch, all };
}

function createSlot(
  { db, positions, logger }: WatchedOwnersOptions,
  viewer: Viewer,
  filter: JobFilter,
  wantsPlaces: boolean,
  events: { onChange: () => void; onGivenUp: (error: Error) => void },
): LatestJobs {
  return new LatestJobs({
    ...events,
    wantsPlaces,
    readUnfinished: async (after) => {
      const jobs = await listUnfinishedJobs(db, viewer, filter, after, pageRows);
      if (wantsPlaces) await positions.readPlaces(jobs);
      return jobs;
    },
    readJobs: (ids) => listMatchingJobs(db, viewer, filter, ids),
    onFailure: (error) => logger.warn({ err: error }, 'jobs not read'),
  });
}

function createWatched(
  viewer: Viewer,
  filter: JobFilter,
  slot: LatestJobs,
  receive: (jobs: readonly JobRow[]) => void,
): WatchedOwner {
  /** By the database's clock; undefined until that is known. */
  let receivedUpTo: Date | undefined;

  /** Jobs that ended before the subscription began are not sent, nor those whose end was sent already. */
  function isNews({ id, finishedAt }: JobRow): boolean {
    return !finishedAt || slot.unfinished.has(id) || (!!receivedUpTo && finishedAt > receivedUpTo);
  }

  return {
    viewer,
    filter,
    slot,
    isMissing: (job) =>
      canSee(viewer, { owner: job.owner, jobId: job.id }) &&
      matches(job, filter) &&
      slot.isNews(job),
    catchUp: (unheard) => {
      const bySight = Map.groupBy(unheard, ({ id, owner }) => canSee(viewer, { owner, jobId: id }));
      for (const { id } of bySight.get(false) ?? []) slot.forget(id);
      receive((bySight.get(true) ?? []).filter(isNews));
    },
    setReceivedUpTo: (time) => {
      receivedUpTo = time;
    },
  };
}

/** Passes those of a viewer's jobs to one subscriber's slot that match its filter. */
function createFilter(
  { db, counts, logger }: WatchedOwnersOptions,
  filter: JobFilter,
  slot: LatestJobs,
  feed: Feed<JobRow>,
): (jobs: readonly JobRow[]) => void {
  const pickAboutVideo =
    filter.videoId === undefined ? undefined : createVideoFilter(db, filter.videoId);

  function receive(jobs: readonly JobRow[]): void {
    const matching = jobs.filter((job) => matches(job, filter));
    for (const job of jobs) if (!matches(job, filter)) slot.leave(job);
    if (!pickAboutVideo) return offer(matching);
    pickAboutVideo(matching).then(offer, (error: unknown) =>
      // The next search for lost messages finds them.
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
      fail(feed, error, counts);
    }
  }

  return receive;
}

function fail(feed: Feed<JobRow>, error: Error, counts: LiveCounts): void {
  if (error instanceof FellBehindError && !feed.isClosed) counts.dropped += 1;
  feed.fail(error);
}

/** The channel with the changes that a viewer may see. */
function channelOf({ role, owner }: Viewer) {
  return role === 'operator' ? everyOwnerChannel : ownerChannel(owner);
}
