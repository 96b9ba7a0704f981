import { matchesOutline, withoutStates } from '../../jobs/rows/filter.ts';
import type { JobFilter, JobOutline } from '../../jobs/rows/filter.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { readHistoryCursor, readHistoryPoint } from '../../db/history-point.ts';
import type { HistoryPoint } from '../../db/history-point.ts';
import type { Database } from '../../db/tables.ts';
import { listMatchingJobs } from '../../jobs/rows/list.ts';
import { canSee } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import { createTurnCollector } from '../../platform/turn-collector.ts';
import type { Logger } from '../../platform/logger.ts';
import { everyOwnerChannel, ownerChannel } from '../../pubsub/channels.ts';
import type { Broker } from '../../pubsub/broker.ts';
import { SourceStream } from '../source-stream.ts';
import type { JobsEvent } from '../jobs-event.ts';
import { JobListBuffer } from '../buffers/job-list.ts';
import type { WatchedFields } from './job.ts';
import { createReceiver, fail } from './receive-jobs.ts';
import { toPresent } from './present-jobs.ts';
import { createTextMatches } from './text-matches.ts';
import type { TextMatches } from './text-matches.ts';
import type { SubscriptionCounts } from '../source-stream.ts';
import type { PositionTracker } from '../position-tracker.ts';

/** One client's subscription to all jobs of its viewer that match a filter. */
export interface JobListSubscription {
  viewer: Viewer;
  filter: JobFilter;
  buffer: JobListBuffer;
  includeReasons: boolean;
  /** Whether the client should have this version but does not. */
  isMissing: (job: JobOutline) => boolean;
  /** Receives rows that were read because their messages may have been lost. It has them once that resolves. */
  catchUp: (missed: readonly JobRow[]) => Promise<void>;
  /** All that was written before this point has been received; undefined until it has begun. */
  confirmedAt: HistoryPoint | undefined;
  /** Everything that ended before this time, by the database's clock, has been received. */
  setReceivedUpTo: (time: Date) => void;
}

export interface JobListSubscriptions {
  /**
   * The viewer's matching jobs that are not final, and with a cursor those that have ended since; then an event without a job,
   * and the changes of all that match.
   */
  watch: (
    viewer: Viewer,
    filter: JobFilter,
    options?: WatchJobsOptions,
  ) => Promise<SourceStream<JobsEvent>>;
  readonly all: ReadonlySet<JobListSubscription>;
}

export interface WatchJobsOptions extends WatchedFields {
  /** The cursor of an earlier stream. One that nobody can read is the same as none. */
  after?: string | undefined;
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
    { includePositions = true, includeReasons = false, after }: WatchJobsOptions = {},
  ): Promise<SourceStream<JobsEvent>> {
    let stop = () => {};
    const texts = createTextMatches(db, filter);
    const buffer = createBuffer({ ...options, texts }, viewer, filter, includePositions, {
      onChange: () => source.notify(),
      onGivenUp: (error) => fail(source, error, counts),
    });
    const source: SourceStream<JobsEvent> = new SourceStream(buffer, () => {
      all.delete(subscription);
      buffer.close();
      stop();
    });
    const receive = createReceiver(options, filter, buffer, source, texts);
    const receiveOne = createTurnCollector<JobRow>((jobs) => {
      if (source.isClosed) return;
      // The next check for missed updates finds them.
      receive(jobs)?.catch((error: unknown) =>
        options.logger.warn({ err: error }, 'jobs not filtered by topic'),
      );
    });
    const subscription = {
      ...createSubscription(viewer, filter, buffer, receive),
      includeReasons,
    };
    // Before anything can fail: a stream that has failed has removed its subscription, which must not be added after that.
    all.add(subscription);
    try {
      stop = await broker.subscribe(channelOf(viewer), receiveOne);
      if (source.isClosed) stop();
      const now = await readHistoryPoint(db);
      subscription.setReceivedUpTo(new Date(now.time));
      subscription.confirmedAt = now;
      const since = after === undefined ? undefined : readHistoryCursor(after);
      if (since) counts.resumes += 1;
      const reading = { ...options, viewer, filter, includePositions, texts };
      await buffer.start(toPresent(reading, now, since));
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
  { db, logger, texts }: JobListSubscriptionsOptions & { texts: TextMatches | undefined },
  viewer: Viewer,
  filter: JobFilter,
  includePositions: boolean,
  events: { onChange: () => void; onGivenUp: (error: Error) => void },
): JobListBuffer {
  return new JobListBuffer({
    ...events,
    includePositions,
    matches: (job) => matchesOutline(job, filter) && (texts?.has(job) ?? true),
    readJobs: async (ids) => {
      const jobs = await listMatchingJobs(db, viewer, withoutStates(filter), ids);
      return texts ? texts.lookUp(jobs) : jobs;
    },
    onFailure: (error) => logger.warn({ err: error }, 'jobs of a subscription not read'),
  });
}

function createSubscription(
  viewer: Viewer,
  filter: JobFilter,
  buffer: JobListBuffer,
  receive: (jobs: readonly JobRow[]) => Promise<void> | undefined,
): Omit<JobListSubscription, 'includeReasons'> {
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
    confirmedAt: undefined,
    isMissing: (job) =>
      canSee(viewer, { owner: job.owner, jobId: job.id }) &&
      matchesOutline(job, withoutStates(filter)) &&
      buffer.isMissing(job),
    catchUp: async (missed) => {
      const isVisible = ({ id, owner }: JobRow) => canSee(viewer, { owner, jobId: id });
      for (const job of missed) if (!isVisible(job)) buffer.remove(job.id);
      await receive(missed.filter((job) => isVisible(job) && isNews(job)));
    },
    setReceivedUpTo: (time) => {
      receivedUpTo = time;
    },
  };
}

/** The channel with the changes that a viewer may see. */
function channelOf({ role, owner }: Viewer) {
  return role === 'operator' ? everyOwnerChannel : ownerChannel(owner);
}
