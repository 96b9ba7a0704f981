import { validate as isUuid } from 'uuid';
import type { JobReader } from '../db/job-reader.ts';
import type { JobRow } from '../db/job-row.ts';
import { jobChannel } from '../pubsub/broker.ts';
import type { Broker } from '../pubsub/broker.ts';
import { Feed } from './feed.ts';
import { LatestJob } from './latest-job.ts';
import type { LiveCounts } from './live-counts.ts';

/** A job that somebody in this process watches. */
export interface WatchedJob {
  feeds: Map<LatestJob, Feed<JobRow>>;
  /** The newest row that anybody has heard of. */
  newest: JobRow | undefined;
  /** When that was, or when it was last found to be still the newest; by the process's clock, in ms. */
  heardAt: number;
  confirmed: Promise<() => void>;
}

/** The jobs that are watched one by one: each has one subscription at the broker, however many watch it. */
export interface WatchedJobs {
  /**
   * A job as it is now and then every newer version, ending with the final one; undefined when the owner has no such job.
   * Subscribes first and reads then: what changes in between comes through the subscription.
   */
  watch: (owner: string, id: string, after?: number) => Promise<Feed<JobRow> | undefined>;
  /** Gives a row to all who watch its job; says whether it was news. */
  hear: (job: JobRow) => boolean;
  readonly byId: ReadonlyMap<string, WatchedJob>;
}

export function createWatchedJobs(
  broker: Broker,
  jobs: JobReader,
  counts: LiveCounts,
  onWatch: (job: JobRow) => void,
): WatchedJobs {
  const byId = new Map<string, WatchedJob>();

  function hear(job: JobRow): boolean {
    const watched = byId.get(job.id);
    if (!watched) return false;
    watched.heardAt = performance.now();
    const isNews = job.version > (watched.newest?.version ?? 0);
    if (isNews) watched.newest = job;
    for (const [slot, feed] of watched.feeds) {
      const isReplaced = slot.isWaiting;
      if (!slot.offer(job)) continue;
      if (isReplaced) counts.coalesced += 1;
      feed.notify();
    }
    return isNews;
  }

  function enter(id: string, slot: LatestJob, feed: Feed<JobRow>): WatchedJob {
    let watched = byId.get(id);
    if (!watched) {
      const confirmed = broker.subscribe(jobChannel(id), hear);
      watched = { feeds: new Map(), newest: undefined, heardAt: performance.now(), confirmed };
      byId.set(id, watched);
    }
    watched.feeds.set(slot, feed);
    return watched;
  }

  function leave(id: string, slot: LatestJob): void {
    const watched = byId.get(id);
    if (!watched?.feeds.delete(slot) || watched.feeds.size > 0) return;
    byId.delete(id);
    watched.confirmed.then(
      (stop) => stop(),
      () => undefined, // whoever waited for it has been told
    );
  }

  async function watch(
    owner: string,
    givenId: string,
    after?: number,
  ): Promise<Feed<JobRow> | undefined> {
    if (!isUuid(givenId)) return undefined;
    // Postgres takes an id in capitals for the same; the channel is named as the row has it.
    const id = givenId.toLowerCase();
    const slot = new LatestJob();
    const feed = new Feed(slot, () => leave(id, slot));
    const watched = enter(id, slot, feed);
    try {
      await watched.confirmed;
      const job = await jobs.find(owner, id);
      if (!job) return abandon(feed);
      if (job.version > (watched.newest?.version ?? 0)) watched.newest = job;
      onWatch(job);
      slot.begin(job, after);
      if (after !== undefined) counts.resumes += 1;
      if (slot.isExhausted) feed.close();
      return feed;
    } catch (error) {
      feed.close();
      throw error;
    }
  }

  return { watch, hear, byId };
}

function abandon(feed: Feed<JobRow>): undefined {
  feed.close();
  return undefined;
}
