import { createBatchedReads } from '../../platform/batcher.ts';
import { isFinal } from '../../jobs/rows/row.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { listLastSequences, listLogWindows } from '../../jobs/logs.ts';
import type { Database, JobLogEntry } from '../../db/tables.ts';
import type { Viewer } from '../../db/viewer.ts';
import type { Logger } from '../../platform/logger.ts';
import { logChannel } from '../../pubsub/broker.ts';
import type { Broker } from '../../pubsub/broker.ts';
import { Feed } from '../source-stream.ts';
import { LogWindow, logWindowLines } from '../buffers/log.ts';
import type { WatchedJobs } from './job.ts';

export interface WatchedLogs {
  /** Every line of a job's log above `after`; ends with a final job's last line. Undefined when there is no such job for the viewer. */
  watch: (viewer: Viewer, id: string, after: number) => Promise<Feed<JobLogEntry> | undefined>;
  /** Checks in one statement whether watched logs have lines whose message was lost. */
  refresh: () => Promise<void>;
}

export interface WatchedLogsOptions {
  db: Database;
  broker: Broker;
  jobs: WatchedJobs;
  logger: Logger;
}

export function createWatchedLogs({ db, broker, jobs, logger }: WatchedLogsOptions): WatchedLogs {
  const windows = new Map<LogWindow, string>();
  const readLines = createLineReader(db);

  async function watch(
    viewer: Viewer,
    givenId: string,
    after: number,
  ): Promise<Feed<JobLogEntry> | undefined> {
    const states = await jobs.watch(viewer, givenId, undefined, false);
    if (!states) return undefined;
    try {
      const jobId = givenId.toLowerCase();
      return await open(states, jobId, await toKnownSequence(db, jobId, after));
    } catch (error) {
      states.close();
      throw error;
    }
  }

  async function open(
    states: Feed<JobRow>,
    jobId: string,
    after: number,
  ): Promise<Feed<JobLogEntry>> {
    let stop = () => {};
    const slot = new LogWindow({
      after,
      read: (from) => readLines(jobId, from),
      onChange: () => feed.notify(),
      onFailure: (error) => logger.warn({ err: error, jobId }, 'log lines not read'),
      onGivenUp: (error) => feed.fail(error),
    });
    const feed: Feed<JobLogEntry> = new Feed(slot, () => {
      windows.delete(slot);
      slot.close();
      states.close();
      stop();
    });
    windows.set(slot, jobId);
    try {
      stop = await broker.subscribe(logChannel(jobId), (sequence) => slot.receive(sequence));
      if (feed.isClosed) stop();
      followToEnd(states, slot, feed);
      return feed;
    } catch (error) {
      feed.close();
      throw error;
    }
  }

  async function refresh(): Promise<void> {
    if (windows.size === 0) return;
    const rows = await listLastSequences(db, [...new Set(windows.values())]);
    const byJob = new Map(rows.map(({ jobId, sequence }) => [jobId, sequence]));
    for (const [slot, jobId] of windows) slot.receive(byJob.get(jobId) ?? 0);
  }

  return { watch, refresh };
}

/** Finishes a log's window when its job is final, as its worker writes all lines before that; fails it when the job is gone. */
function followToEnd(states: Feed<JobRow>, slot: LogWindow, feed: Feed<JobLogEntry>): void {
  states.onReadable = () => {
    const job = states.take();
    if (states.error) feed.fail(states.error);
    if (job && isFinal(job.state)) slot.finish();
  };
  states.onReadable();
}

/** A sequence above the log's last was never sent, so it is ignored. */
async function toKnownSequence(db: Database, jobId: string, after: number): Promise<number> {
  if (after <= 0) return 0;
  const [row] = await listLastSequences(db, [jobId]);
  return after <= (row?.sequence ?? 0) ? after : 0;
}

/** Those who read the same lines share them. */
function createLineReader(db: Database) {
  const read = createBatchedReads<readonly JobLogEntry[]>(async (places) => {
    const lines = await listLogWindows(db, places.map(fromKey), logWindowLines);
    return Map.groupBy(lines, ({ jobId, after }) => toKey(jobId, after));
  });
  return async (jobId: string, after: number) => (await read(toKey(jobId, after))) ?? [];
}

function toKey(jobId: string, after: number): string {
  return `${jobId} ${after}`;
}

function fromKey(key: string) {
  const [jobId = '', after] = key.split(' ');
  return { jobId, after: Number(after) };
}
