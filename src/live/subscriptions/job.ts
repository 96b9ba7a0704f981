import { validate as isUuid } from 'uuid';
import { jobRows } from '../../jobs/rows/find.ts';
import type { OwnedReaders } from '../../db/owned-reader.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { canSee } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import { NotFoundError } from '../../errors.ts';
import { jobChannel } from '../../pubsub/channels.ts';
import type { Broker } from '../../pubsub/broker.ts';
import type { SourceStream, SubscriptionCounts } from '../source-stream.ts';
import { JobBuffer } from '../buffers/job.ts';
import { createWatchedRows } from './watched-rows.ts';
import type { WatchedRow } from './watched-rows.ts';

/** What a subscriber's document selects, besides what comes with the row. */
export interface WatchedFields {
  /** Whether versions in which only the queue position or the reason to wait changed are sent; true if absent. */
  includePositions?: boolean;
  /** Whether a new reason to wait makes a version; false if absent. */
  includeReasons?: boolean;
}

interface Subscriber extends WatchedFields {
  viewer: Viewer;
}

/** What is known of a job with subscribers in this process. */
interface KnownJob {
  /** The newest row that was received. */
  newest: JobRow | undefined;
  /** When a row was last received, or confirmed to be the newest; by performance.now(). */
  confirmedAt: number;
}

export type WatchedJob = WatchedRow<JobRow, JobBuffer, Subscriber> & KnownJob;

/** Subscriptions to single jobs. Each job has one subscription at the broker, however many clients watch it. */
export interface JobSubscriptions {
  /**
   * The job as it is now, then newer versions up to the final one; undefined if the viewer sees no such job. It subscribes
   * before it reads, so that a change in between is received.
   */
  watch: (
    viewer: Viewer,
    id: string,
    after?: number,
    fields?: WatchedFields,
  ) => Promise<SourceStream<JobRow> | undefined>;
  /** Delivers a row to the subscribers of its job; returns whether it was newer than all before it. */
  receive: (job: JobRow) => boolean;
  /** Ends the streams of subscribers who may not see the job any more because its owner changed. */
  closeUnauthorized: (job: Pick<JobRow, 'id' | 'owner'>) => void;
  readonly byId: ReadonlyMap<string, WatchedJob>;
}

export function createJobSubscriptions(
  broker: Broker,
  readers: OwnedReaders,
  counts: SubscriptionCounts,
): JobSubscriptions {
  const { byId, open, deliver } = createWatchedRows<JobRow, JobBuffer, Subscriber, KnownJob>(
    (id) => broker.subscribe(jobChannel(id), receive),
    () => ({ newest: undefined, confirmedAt: performance.now() }),
    counts,
  );

  function receive(job: JobRow): boolean {
    const watched = byId.get(job.id);
    if (!watched) return false;
    watched.confirmedAt = performance.now();
    const isNews = job.version > (watched.newest?.version ?? 0);
    if (isNews) watched.newest = job;
    closeUnauthorized(job);
    for (const [buffer, { source }] of watched.subscribers) deliver(job, buffer, source);
    return isNews;
  }

  function closeUnauthorized({ id, owner }: Pick<JobRow, 'id' | 'owner'>): void {
    for (const { source, viewer } of byId.get(id)?.subscribers.values() ?? []) {
      if (!canSee(viewer, { owner, jobId: id })) source.fail(new NotFoundError('job', id));
    }
  }

  async function watch(
    viewer: Viewer,
    givenId: string,
    after?: number,
    fields?: WatchedFields,
  ): Promise<SourceStream<JobRow> | undefined> {
    if (!isUuid(givenId)) return undefined;
    // Postgres accepts an id in upper case, but the channel's name has the id of the row.
    const id = givenId.toLowerCase();
    const read = async (known: KnownJob) => {
      const job = await readers.find(jobRows, viewer, id);
      if (job && job.version > (known.newest?.version ?? 0)) known.newest = job;
      return job;
    };
    const buffer = new JobBuffer(fields?.includePositions);
    return open(id, buffer, { ...fields, viewer }, read, after);
  }

  return { watch, receive, closeUnauthorized, byId };
}
