import { validate as isUuid } from 'uuid';
import { jobRows } from '../../jobs/rows/find.ts';
import type { OwnedReaders } from '../../db/owned-reader.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { canSee } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import { NotFoundError } from '../../errors.ts';
import { jobChannel } from '../../pubsub/channels.ts';
import type { Broker } from '../../pubsub/broker.ts';
import { SourceStream } from '../source-stream.ts';
import { JobBuffer } from '../buffers/job.ts';
import type { SubscriptionCounts } from '../source-stream.ts';

/** A job with subscribers in this process. */
export interface WatchedJob {
  subscribers: Map<JobBuffer, { source: SourceStream<JobRow>; viewer: Viewer }>;
  /** The newest row that was received. */
  newest: JobRow | undefined;
  /** When a row was last received, or confirmed to be the newest; by performance.now(). */
  confirmedAt: number;
  /** The broker's confirmation, with the function that unsubscribes. */
  confirmed: Promise<() => void>;
}

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
    includePositions?: boolean,
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
  const byId = new Map<string, WatchedJob>();

  function receive(job: JobRow): boolean {
    const watched = byId.get(job.id);
    if (!watched) return false;
    watched.confirmedAt = performance.now();
    const isNews = job.version > (watched.newest?.version ?? 0);
    if (isNews) watched.newest = job;
    closeUnauthorized(job);
    for (const [buffer, { source }] of watched.subscribers) {
      const isReplaced = buffer.isPending;
      if (!buffer.add(job)) continue;
      if (isReplaced) counts.coalesced += 1;
      source.notify();
    }
    return isNews;
  }

  function closeUnauthorized({ id, owner }: Pick<JobRow, 'id' | 'owner'>): void {
    for (const { source, viewer } of byId.get(id)?.subscribers.values() ?? []) {
      if (!canSee(viewer, { owner, jobId: id })) source.fail(new NotFoundError('job', id));
    }
  }

  function getOrSubscribe(id: string): WatchedJob {
    const before = byId.get(id);
    if (before) return before;
    const confirmed = broker.subscribe(jobChannel(id), receive);
    const watched = {
      subscribers: new Map(),
      newest: undefined,
      confirmedAt: performance.now(),
      confirmed,
    };
    byId.set(id, watched);
    // After a failure the next subscriber tries again. Those who waited are told by `watch`, which rejects.
    confirmed.catch(() => remove(id, watched));
    return watched;
  }

  function removeSubscriber(id: string, watched: WatchedJob, buffer: JobBuffer): void {
    if (!watched.subscribers.delete(buffer) || watched.subscribers.size > 0) return;
    remove(id, watched);
    watched.confirmed.then(
      (stop) => stop(),
      () => undefined, // `watch` has rejected
    );
  }

  function remove(id: string, watched: WatchedJob): void {
    if (byId.get(id) === watched) byId.delete(id);
  }

  async function watch(
    viewer: Viewer,
    givenId: string,
    after?: number,
    includePositions?: boolean,
  ): Promise<SourceStream<JobRow> | undefined> {
    if (!isUuid(givenId)) return undefined;
    // Postgres accepts an id in upper case, but the channel's name has the id of the row.
    const id = givenId.toLowerCase();
    const buffer = new JobBuffer(includePositions);
    const watched = getOrSubscribe(id);
    const source = new SourceStream(buffer, () => removeSubscriber(id, watched, buffer));
    watched.subscribers.set(buffer, { source, viewer });
    try {
      await watched.confirmed;
      const job = await readers.find(jobRows, viewer, id);
      if (!job) {
        source.close();
        return undefined;
      }
      if (job.version > (watched.newest?.version ?? 0)) watched.newest = job;
      buffer.start(job, after);
      if (after !== undefined) counts.resumes += 1;
      if (buffer.isExhausted) source.close();
      return source;
    } catch (error) {
      source.close();
      throw error;
    }
  }

  return { watch, receive, closeUnauthorized, byId };
}
