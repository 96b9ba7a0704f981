import { validate as isUuid } from 'uuid';
import type { JobReader } from '../../jobs/rows/find.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { sees } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import { NotFoundError } from '../../errors.ts';
import { jobChannel } from '../../pubsub/broker.ts';
import type { Broker } from '../../pubsub/broker.ts';
import { SourceStream } from '../source-stream.ts';
import { JobBuffer } from '../buffers/job.ts';
import type { SubscriptionCounts } from '../live-counts.ts';

/** A job that somebody in this process watches. */
export interface WatchedJob {
  sources: Map<JobBuffer, { source: SourceStream<JobRow>; viewer: Viewer }>;
  /** The newest row that has arrived. */
  newest: JobRow | undefined;
  /** When a row last arrived, or the newest was confirmed to be the newest; by performance.now(). */
  confirmedAt: number;
  confirmed: Promise<() => void>;
}

/** The jobs that are watched one by one: each has one subscription at the broker, however many watch it. */
export interface JobSubscriptions {
  /**
   * A job as it is now and then every newer version, ending with the final one; undefined when there is no such job for the viewer.
   * Subscribes first and reads then: what changes in between comes through the subscription.
   */
  watch: (
    viewer: Viewer,
    id: string,
    after?: number,
    includePositions?: boolean,
  ) => Promise<SourceStream<JobRow> | undefined>;
  /** Gives a row to all who watch its job; returns whether it was newer than all before it. */
  receive: (job: JobRow) => boolean;
  /** Ends the sources of those who may not see a job any more, as it has another owner. */
  closeUnauthorized: (job: Pick<JobRow, 'id' | 'owner'>) => void;
  readonly byId: ReadonlyMap<string, WatchedJob>;
}

export function createJobSubscriptions(
  broker: Broker,
  jobs: JobReader,
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
    for (const [buffer, { source }] of watched.sources) {
      const isReplaced = buffer.isWaiting;
      if (!buffer.offer(job)) continue;
      if (isReplaced) counts.coalesced += 1;
      source.notify();
    }
    return isNews;
  }

  function closeUnauthorized({ id, owner }: Pick<JobRow, 'id' | 'owner'>): void {
    for (const { source, viewer } of byId.get(id)?.sources.values() ?? []) {
      if (!sees(viewer, { owner, jobId: id })) source.fail(new NotFoundError('job', id));
    }
  }

  function enter(id: string): WatchedJob {
    const before = byId.get(id);
    if (before) return before;
    const confirmed = broker.subscribe(jobChannel(id), receive);
    const watched = {
      sources: new Map(),
      newest: undefined,
      confirmedAt: performance.now(),
      confirmed,
    };
    byId.set(id, watched);
    // After a failure, the next watcher subscribes again; `watch` rejects for those who waited.
    confirmed.catch(() => remove(id, watched));
    return watched;
  }

  function leave(id: string, watched: WatchedJob, buffer: JobBuffer): void {
    if (!watched.sources.delete(buffer) || watched.sources.size > 0) return;
    remove(id, watched);
    watched.confirmed.then(
      (stop) => stop(),
      () => undefined, // `watch` has rejected for those who waited
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
    // Postgres takes an id in capitals for the same; the channel is named as the row has it.
    const id = givenId.toLowerCase();
    const buffer = new JobBuffer(includePositions);
    const watched = enter(id);
    const source = new SourceStream(buffer, () => leave(id, watched, buffer));
    watched.sources.set(buffer, { source, viewer });
    try {
      await watched.confirmed;
      const job = await jobs.find(viewer, id);
      if (!job) return abandon(source);
      if (job.version > (watched.newest?.version ?? 0)) watched.newest = job;
      buffer.begin(job, after);
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

function abandon(source: SourceStream<JobRow>): undefined {
  source.close();
  return undefined;
}
