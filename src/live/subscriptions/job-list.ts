import { matchesOutline } from '../../jobs/rows/filter.ts';
import type { JobFilter } from '../../jobs/rows/filter.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { readDatabaseTime } from '../../db/clock.ts';
import type { Database } from '../../db/tables.ts';
import { listMatchingJobs, listUnfinishedJobs } from '../../jobs/rows/list.ts';
import type { JobOutline } from '../../jobs/rows/list.ts';
import { canSee } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import { createTurnCollector } from '../../platform/turn-collector.ts';
import { FellBehindError } from '../../errors.ts';
import type { Logger } from '../../platform/logger.ts';
import { everyOwnerChannel, ownerChannel } from '../../pubsub/channels.ts';
import type { Broker } from '../../pubsub/broker.ts';
import { SourceStream } from '../source-stream.ts';
import { JobListBuffer, pageRows } from '../buffers/job-list.ts';
import type { SubscriptionCounts } from '../source-stream.ts';
import type { PositionTracker } from '../position-tracker.ts';

/** One client's subscription to all jobs of its viewer that match a filter. */
export interface JobListSubscription {
  viewer: Viewer;
  filter: JobFilter;
  buffer: JobListBuffer;
  /** Whether the client should have this version but does not. */
  isMissing: (job: JobOutline) => boolean;
  /** Receives rows that were read because their messages may have been lost. */
  catchUp: (missed: readonly JobRow[]) => void;
  /** Everything that ended before this time, by the database's clock, has been received. */
  setReceivedUpTo: (time: Date) => void;
}

export interface JobListSubscriptions {
  /** The viewer's matching jobs that are not final, then the changes of all that match. */
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
      all.delete(subscription);
      buffer.close();
      stop();
    });
    const receive = createReceiver(options, filter, buffer, source);
    const receiveOne = createTurnCollector<JobRow>((jobs) => {
      if (!source.isClosed) receive(jobs);
    });
    const subscription = createSubscription(viewer, filter, buffer, receive);
    // Before anything can fail: a stream that has failed has removed its subscription, which must not be added after that.
    all.add(subscription);
    try {
      stop = await broker.subscribe(channelOf(viewer), receiveOne);
      if (source.isClosed) stop();
      subscription.setReceivedUpTo(await readDatabaseTime(db));
      await buffer.start();
      if (source.isClosed)
        throw source.error ?? new Error('The subscription was closed before it began.');
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
      if (includePositions) await positions.readPositions(jobs);
      return jobs;
    },
    readJobs: (ids) => listMatchingJobs(db, viewer, filter, ids),
    onFailure: (error) => logger.warn({ err: error }, 'jobs of a subscription not read'),
  });
}

function createSubscription(
  viewer: Viewer,
  filter: JobFilter,
  buffer: JobListBuffer,
  receive: (jobs: readonly JobRow[]) => void,
): JobListSubscription {
  let receivedUpTo: Date | undefined;

  /** A job that ended is sent only if its end came after the subscription began, and was not sent yet. */
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
      canSee(viewer, { owner: job.owner, jobId: job.id }) &&
      matchesOutline(job, filter) &&
      buffer.isNewer(job),
    catchUp: (missed) => {
      const isVisible = ({ id, owner }: JobRow) => canSee(viewer, { owner, jobId: id });
      for (const job of missed) if (!isVisible(job)) buffer.remove(job.id);
      receive(missed.filter((job) => isVisible(job) && isNews(job)));
    },
    setReceivedUpTo: (time) => {
      receivedUpTo = time;
    },
  };
}

/** Returns a listener that adds jobs to a client's buffer if they match its filter. */
function createReceiver(
  { db, counts, logger }: JobListSubscriptionsOptions,
  filter: JobFilter,
  buffer: JobListBuffer,
  source: SourceStream<JobRow>,
): (jobs: readonly JobRow[]) => void {
  const pick = filter.about?.createPicker(db);

  function receive(jobs: readonly JobRow[]): void {
    const matching = jobs.filter((job) => matchesOutline(job, filter));
    for (const job of jobs) if (!matchesOutline(job, filter)) buffer.removeUnmatched(job);
    if (!pick) return addAll(matching);
    pick(matching).then(addAll, (error: unknown) =>
      // The next check for missed updates finds them.
      logger.warn({ err: error }, 'jobs not filtered by topic'),
    );
  }

  function addAll(jobs: readonly JobRow[]): void {
    try {
      const news = jobs.filter((job) => {
        const isReplaced = buffer.isPending(job.id);
        const isNew = buffer.add(job);
        if (isNew && isReplaced) counts.coalesced += 1;
        return isNew;
      });
      if (news.length > 0) source.notify();
    } catch (error) {
      // Nobody is left to catch it: it would end the process instead of the one stream that it concerns.
      if (!(error instanceof FellBehindError)) logger.error({ err: error }, 'jobs not delivered');
      fail(source, error as Error, counts);
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
