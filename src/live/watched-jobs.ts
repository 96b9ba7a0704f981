import { validate as isUuid } from 'uuid';
import type { JobReader } from '../jobs/rows/find.ts';
import type { JobRow } from '../jobs/rows/row.ts';
import { canSee } from '../db/viewer.ts';
import type { Viewer } from '../db/viewer.ts';
import { NotFoundError } from '../errors.ts';
import { jobChannel } from '../pubsub/broker.ts';
import type { Broker } from '../pubsub/broker.ts';
import { Feed } from './feed.ts';
import { LatestJob } from './latest-job.ts';
import type { LiveCounts } from './live-counts.ts';

/** A job that somebody in this process watches. */
export interface WatchedJob {
  feeds: Map<LatestJob, { feed: Feed<JobRow>; viewer: Viewer }>;
  /** The newest row that has arrived. */
  newest: JobRow | undefined;
  /** When a row last arrived, or the newest was confirmed to be the newest; by performance.now(). */
  confirmedAt: number;
  confirmed: Promise<() => void>;
}

/** The jobs that are watched one by one: each has one subscription at the broker, however many watch it. */
export interface WatchedJobs {
  /**
   * A job as it is now and then every newer version, ending with the final one; undefined when there is no such job for the viewer.
   * Subscribes first and reads then: what changes in between comes through the subscription.
   */
  watch: (
    viewer: Viewer,
    id: string,
    after?: number,
    wantsPlaces?: boolean,
  ) => Promise<Feed<JobRow> | undefined>;
  /** Gives a row to all who watch its job; returns whether it was newer than all before it. */
  receive: (job: JobRow) => boolean;
  /** Ends the feeds of those who may not see a job any more, as it has another owner. */
  closeUnauthorized: (job: Pick<JobRow, 'id' | 'owner'>) => void;
  readonly byId: ReadonlyMap<string, WatchedJob>;
}

export function createWatchedJobs(
  broker: Broker,
  jobs: JobReader,
  counts: LiveCounts,
): WatchedJobs {
  const byId = new Map<string, WatchedJob>();

  function receive(job: JobRow): boolean {
    const watched = byId.get(job.id);
    if (!watched) return false;
    watched.confirmedAt = performance.now();
    const isNews = job.version > (watched.newest?.version ?? 0);
    if (isNews) watched.newest = job;
    closeUnauthorized(job);
    for (const [slot, { feed }] of watched.feeds) {
      const isReplaced = slot.isWaiting;
      if (!slot.offer(job)) continue;
      if (isReplaced) counts.coalesced += 1;
      feed.notify();
    }
    return isNews;
  }

  function closeUnauthorized({ id, owner }: Pick<JobRow, 'id' | 'owner'>): void {
    for (const { feed, viewer } of byId.get(id)?.feeds.values() ?? []) {
      if (!canSee(viewer, { owner, jobId: id })) feed.fail(new NotFoundError('job', id));
    }
  }

  function enter(id: string): WatchedJob {
    const before = byId.get(id);
    if (before) return before;
    const confirmed = broker.subscribe(jobChannel(id), receive);
    const watched = {
      feeds: new Map(),
      newest: undefined,
      confirmedAt: performance.now(),
      confirmed,
    };
    byId.set(id, watched);
    // After a failure, the next watcher subscribes again; `watch` rejects for those who waited.
    confirmed.catch(() => remove(id, watched));
    return watched;
  }

  function leave(id: string, watched: WatchedJob, slot: LatestJob): void {
    if (!watched.feeds.delete(slot) || watched.feeds.size > 0) return;
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
    wantsPlaces?: boolean,
  ): Promise<Feed<JobRow> | undefined> {
    if (!isUuid(givenId)) return undefined;
    // Postgres takes an id in capitals for the same; the channel is named as the row has it.
    const id = givenId.toLowerCase();
    const slot = new LatestJob(wantsPlaces);
    const watched = enter(id);
    const feed = new Feed(slot, () => leave(id, watched, slot));
    watched.feeds.set(slot, { feed, viewer });
    try {
      await watched.confirmed;
      const job = await jobs.find(viewer, id);
      if (!job) return abandon(feed);
      if (job.version > (watched.newest?.version ?? 0)) watched.newest = job;
      slot.begin(job, after);
      if (after !== undefined) counts.resumes += 1;
      if (slot.isExhausted) feed.close();
      return feed;
    } catch (error) {
      feed.close();
      throw error;
    }
  }

  return { watch, receive, closeUnauthorized, byId };
}

function abandon(feed: Feed<JobRow>): undefined {
  feed.close();
  return undefined;
}
