import type { JobFilter } from '../../jobs/rows/filter.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import type { Database } from '../../db/tables.ts';
import { listJobsById, listUnfinishedJobs, readClock } from '../../jobs/rows/list.ts';
import type { JobOutline } from '../../jobs/rows/list.ts';
import { sees } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import { FellBehindError } from '../../errors.ts';
import type { Logger } from '../../platform/logger.ts';
import { everyOwnerChannel, ownerChannel } from '../../pubsub/broker.ts';
import type { Broker } from '../../pubsub/broker.ts';
import { SourceStream } from '../source-stream.ts';
import { JobListBuffer, pageRows } from '../buffers/job-list.ts';
import type { SubscriptionCounts } from '../live-counts.ts';
import { createVideoFilter, matches } from './job-filter.ts';
import type { PositionTracker } from '../position-tracker.ts';

/** A subscription to all of a viewer's jobs. */
export interface JobListSubscription {
  viewer: Viewer;
  filter: JobFilter;
  buffer: JobListBuffer;
  /** Whether the subscriber should have this version and does not. */
  isMissing: (job: JobOutline) => boolean;
  /** Takes rows that were read because messages may have been lost. */
  catchUp: (unheard: readonly JobRow[]) => void;
  /** Everything that ended before this time has been received. */
  setReceivedUpTo: (time: Date) => void;
}

export interface JobListSubscriptions {
  /** The viewer's matching jobs that are not final, then every change of every matching one. */
  watch: (
    viewer: Viewer,
    filter: JobFilter,
    includePositions?: boolean,
  ) => Promise<SourceStream<JobRow>>;
  readonly all: ReadonlySet<JobListSubscription>;
}

export interface JobListSubscriptionsOptions {
  db: Database;
  broker: Broker;
  positions: PositionTracker;
  counts: SubscriptionCounts;
  logger: Logger;
}

export function createJobListSubscriptions(
  options: JobListSubscriptionsOptions,
): JobListSubscriptions {
  const { db, broker, counts } = options;
  const all = new Set<JobListSubscription>();

  async function watch(
    viewer: Viewer,
    filter: JobFilter,
    includePositions = true,
  ): Promise<SourceStream<JobRow>> {
    let stop = () => {};
    const buffer = createBuffer(options, viewer, filter, includePositions, {
      onChange: () => source.notify(),
      onGivenUp: (error) => fail(source, error, counts),
    });
    const source: SourceStream<JobRow> = new SourceStream(buffer, () => {
      all.delete(watched);
      buffer.close();
      stop();
    });
    const receive = createFilter(options, filter, buffer, source);
    const watched = createWatched(viewer, filter, buffer, receive);
    // Before anything can fail: a source that has failed has removed itself, and must not be added after that.
    all.add(watched);
    try {
      stop = await broker.subscribe(channelOf(viewer), receive);
      if (source.isClosed) stop();
      watched.setReceivedUpTo(await readClock(db));
      await buffer.begin();
      if (source.isClosed) throw source.error ?? new Error('closed before it began');
      return source;
    } catch (error) {
      source.close();
      throw error;
    }
  }

  return { watch, all };
}

function createBuffer(
  { db, positions, logger }: JobListSubscriptionsOptions,
  viewer: Viewer,
  filter: JobFilter,
  includePositions: boolean,
  events: { onChange: () => void; onGivenUp: (error: Error) => void },
): JobListBuffer {
  return new JobListBuffer({
    ...events,
    includePositions,
    readUnfinished: async (after) => {
      const jobs = await listUnfinishedJobs(db, viewer, filter, after, pageRows);
      if (includePositions) await positions.readPlaces(jobs);
      return jobs;
    },
    readJobs: (ids) => listJobsById(db, viewer, filter, ids),
    onFailure: (error) => logger.warn({ err: error }, 'jobs not read'),
  });
}

function createWatched(
  viewer: Viewer,
  filter: JobFilter,
  buffer: JobListBuffer,
  receive: (jobs: readonly JobRow[]) => void,
): JobListSubscription {
  /** By the database's clock; undefined until that is known. */
  let receivedUpTo: Date | undefined;

  /** Jobs that ended before the subscription began are not sent, nor those whose end was sent already. */
  function isNews({ id, finishedAt }: JobRow): boolean {
    return (
      !finishedAt || buffer.unfinished.has(id) || (!!receivedUpTo && finishedAt > receivedUpTo)
    );
  }

  return {
    viewer,
    filter,
    buffer,
    isMissing: (job) =>
      sees(viewer, { owner: job.owner, jobId: job.id }) &&
      matches(job, filter) &&
      buffer.isNews(job),
    catchUp: (unheard) => {
      const bySight = Map.groupBy(unheard, ({ id, owner }) => sees(viewer, { owner, jobId: id }));
      for (const { id } of bySight.get(false) ?? []) buffer.forget(id);
      receive((bySight.get(true) ?? []).filter(isNews));
    },
    setReceivedUpTo: (time) => {
      receivedUpTo = time;
    },
  };
}

/** Passes those of a viewer's jobs to one subscriber's buffer that match its filter. */
function createFilter(
  { db, counts, logger }: JobListSubscriptionsOptions,
  filter: JobFilter,
  buffer: JobListBuffer,
  source: SourceStream<JobRow>,
): (jobs: readonly JobRow[]) => void {
  const pickAboutVideo =
    filter.videoId === undefined ? undefined : createVideoFilter(db, filter.videoId);

  function receive(jobs: readonly JobRow[]): void {
    const matching = jobs.filter((job) => matches(job, filter));
    for (const job of jobs) if (!matches(job, filter)) buffer.leave(job);
    if (!pickAboutVideo) return offer(matching);
    pickAboutVideo(matching).then(offer, (error: unknown) =>
      // The next search for lost messages finds them.
      logger.warn({ err: error }, 'jobs not matched'),
    );
  }

  function offer(jobs: readonly JobRow[]): void {
    try {
      const news = jobs.filter((job) => {
        const isReplaced = buffer.isWaiting(job.id);
        const isNew = buffer.offer(job);
        if (isNew && isReplaced) counts.coalesced += 1;
        return isNew;
      });
      if (news.length > 0) source.notify();
    } catch (error) {
      if (!(error instanceof FellBehindError)) throw error;
      fail(source, error, counts);
    }
  }

  return receive;
}

function fail(source: SourceStream<JobRow>, error: Error, counts: SubscriptionCounts): void {
  if (error instanceof FellBehindError && !source.isClosed) counts.dropped += 1;
  source.fail(error);
}

/** The channel with the changes that a viewer may see. */
function channelOf({ role, owner }: Viewer) {
  return role === 'operator' ? everyOwnerChannel : ownerChannel(owner);
}
